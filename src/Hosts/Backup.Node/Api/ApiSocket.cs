using System.Net.Sockets;
using System.Text;
using Mono.Unix.Native;

namespace Backup.Node.Api;

/// <summary>The API's socket cannot be had. The message is one line for the log and the operator.</summary>
public sealed class ApiSocketException : Exception
{
    public ApiSocketException(string message) : base(message)
    {
    }

    public ApiSocketException(string message, Exception inner) : base(message, inner)
    {
    }

    public ApiSocketException() : this("the API's socket cannot be had")
    {
    }
}

/// <summary>The file of a unix socket: where it may be, who may use it, and what a killed node left behind.</summary>
internal static class ApiSocket
{
    /// <summary>sun_path has 108 bytes on Linux (unix(7)), the last one zero.</summary>
    private const int MaximumPathBytes = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode GroupToo = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode GroupEnters = OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>chown(2): leaves the owner as it is.</summary>
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Makes the folder, and removes a socket that nobody listens on any more. A live one is refused.</summary>
    public static async Task Prepare(string path, ConsoleGroup? group, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
            throw new ApiSocketException("the API listens on a unix socket, which is protected by its mode; this system has none");
        int length = Encoding.UTF8.GetByteCount(path);
        if (length > MaximumPathBytes)
            throw new ApiSocketException($"the socket's path {path} has {length} bytes and the system takes {MaximumPathBytes}; "
                + "put the data folder nearer to '/'");
        if (!Path.IsPathRooted(path)) throw new ApiSocketException($"the socket's path {path} is not absolute");
        string folder = Path.GetDirectoryName(path) ?? "/";
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
                if (group is not null) Share(folder, group, GroupEnters);
            }
            if (!File.Exists(path)) return;
            if (new FileInfo(path).Length > 0) // a socket has none
                throw new ApiSocketException($"{path} is a file and no socket; move it away");
            if (await SomebodyListens(path, cancellation).ConfigureAwait(false))
                throw new ApiSocketException($"another node listens on {path}; stop it first");
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ApiSocketException($"cannot prepare the socket {path}: {failure.Message}", failure);
        }
    }

    /// <summary>Whoever gets through all the same is judged by <see cref="CallerRights"/>.</summary>
    public static void Protect(string path, ConsoleGroup? group)
    {
        if (OperatingSystem.IsWindows()) return;
        if (group is null) File.SetUnixFileMode(path, OwnerOnly);
        else Share(path, group, GroupToo);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Share(string path, ConsoleGroup group, UnixFileMode mode)
    {
        if (Syscall.chown(path, Unchanged, (uint)group.Number) != 0)
            throw new ApiSocketException($"cannot give {path} to group {group.Name} ({Stdlib.GetLastError()}): "
                + "the node's user is neither root nor a member of it");
        File.SetUnixFileMode(path, mode);
    }

    private static async Task<bool> SomebodyListens(string path, CancellationToken cancellation)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
