namespace Backup.Consoles;

/// <summary>Where the node's socket is looked for.</summary>
internal static class SocketLocator
{
    public const string Variable = "BACKUP_SOCKET";

    /// <summary>Tried in this order where nothing was said: a quick start's, then an installed node's.</summary>
    public static readonly IReadOnlyList<string> Places = ["./var/run/backup.sock", "/run/backup/backup.sock"];

    /// <summary>The path to use; null where none of the usual places has one. A path that was named is used as it is.</summary>
    public static string? Find(string? named, Func<string, string?> environment, Func<string, bool> exists)
    {
        if (named is not null) return named;
        return environment(Variable) is { Length: > 0 } fromEnvironment ? fromEnvironment : Places.FirstOrDefault(exists);
    }
}
