using Backup.Commands;
using Mono.Unix.Native;

namespace Backup.Node.Api;

/// <summary>A group of the host, by name and number.</summary>
public sealed record ConsoleGroup(string Name, long Number)
{
    /// <summary>Throws <see cref="ApiSocketException"/> where the host has no such group.</summary>
    public static ConsoleGroup Of(string name)
    {
        var entry = new Group();
        return Syscall.getgrnam_r(name, entry, out Group? found) == 0 && found is not null
            ? new ConsoleGroup(name, entry.gr_gid)
            : throw new ApiSocketException($"console-group: this host has no group '{name}'; make it (groupadd {name}) or name another");
    }
}

/// <summary>
/// Who may speak to the API of this node: root, the user that the node runs as, and members of its group where it has one. The kernel
/// vouches for who it is.
/// </summary>
internal static class CallerRights
{
    private const long Root = 0;

    /// <summary>Null lets the caller in.</summary>
    public static string? Refusal(Caller caller, ConsoleGroup? group)
    {
        long own = Syscall.geteuid();
        if (caller.UserId == Root || caller.UserId == own || (group is not null && caller.Groups.Contains(group.Number))) return null;
        string owner = PeerCredentials.NameOf(own);
        return $"user {caller.Name} may not command this node; only root"
            + (group is null ? $" and {owner}, who runs it, may" : $", {owner}, who runs it, and members of group {group.Name} may");
    }
}
