using System.Net.Sockets;
using System.Runtime.InteropServices;
using Backup.Commands;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Mono.Unix.Native;

namespace Backup.Node.Api;

/// <summary>
/// Who is at the other end of a unix socket, as the kernel noted it when they connected (unix(7), SO_PEERCRED; SO_PEERGROUPS has the
/// supplementary groups).
/// </summary>
internal static class PeerCredentials
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;
    private const int PeerGroupsOption = 59;

    /// <summary>Whoever is in more groups is taken as a member of the first one alone; NGROUPS_MAX is 65536.</summary>
    private const int GroupsMax = 1024;

    public static Caller Of(HttpContext context)
    {
        Socket? socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        Span<int> credentials = stackalloc int[3];
        Span<byte> bytes = MemoryMarshal.AsBytes(credentials);
        if (socket is null || socket.GetRawSocketOption(SocketLevel, PeerCredentialsOption, bytes) != bytes.Length)
            return new Caller("unknown", -1, -1);
        long user = (uint)credentials[1];
        return new Caller(NameOf(user), user, credentials[0]) { Groups = [(uint)credentials[2], .. Supplementary(socket)] };
    }

    private static long[] Supplementary(Socket socket)
    {
        var numbers = new uint[GroupsMax];
        try
        {
            int bytes = socket.GetRawSocketOption(SocketLevel, PeerGroupsOption, MemoryMarshal.AsBytes(numbers.AsSpan()));
            return [.. numbers.Take(bytes / sizeof(uint)).Select(number => (long)number)];
        }
        catch (SocketException)
        {
            return []; // more of them than fit (ERANGE), or a kernel before 4.13
        }
    }

    /// <summary>The user's name; "uid 1000" where the system has none for the number.</summary>
    public static string NameOf(long user)
    {
        var entry = new Passwd();
        return Syscall.getpwuid_r((uint)user, entry, out Passwd? found) == 0 && found is not null ? entry.pw_name : $"uid {user}";
    }
}
