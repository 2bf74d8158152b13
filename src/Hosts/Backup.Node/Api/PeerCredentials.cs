using System.Net.Sockets;
using System.Runtime.InteropServices;
using Backup.Commands;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Mono.Unix.Native;

namespace Backup.Node.Api;

/// <summary>Who is at the other end of a unix socket, as the kernel noted it when they connected (unix(7), SO_PEERCRED).</summary>
internal static class PeerCredentials
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;

    public static Caller Of(HttpContext context)
    {
        Socket? socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        Span<int> credentials = stackalloc int[3];
        Span<byte> bytes = MemoryMarshal.AsBytes(credentials);
        if (socket is null || socket.GetRawSocketOption(SocketLevel, PeerCredentialsOption, bytes) != bytes.Length)
            return new Caller("unknown", -1, -1);
        long user = (uint)credentials[1];
        return new Caller(NameOf(user), user, credentials[0]);
    }

    /// <summary>The user's name; "uid 1000" where the system has none for the number.</summary>
    public static string NameOf(long user)
    {
        var entry = new Passwd();
        return Syscall.getpwuid_r((uint)user, entry, out Passwd? found) == 0 && found is not null ? entry.pw_name : $"uid {user}";
    }
}
