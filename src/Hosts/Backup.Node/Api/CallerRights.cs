using Backup.Commands;
using Mono.Unix.Native;

namespace Backup.Node.Api;

/// <summary>Who may speak to the API of this node: root, and the user that the node runs as. The kernel vouches for who it is.</summary>
internal static class CallerRights
{
    private const long Root = 0;

    /// <summary>Null lets the caller in.</summary>
    public static string? Refusal(Caller caller)
    {
        long own = Syscall.geteuid();
        return caller.UserId == Root || caller.UserId == own
            ? null
            : $"user {caller.Name} may not command this node; only root and {PeerCredentials.NameOf(own)}, who runs it, may";
    }
}
