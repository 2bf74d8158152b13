using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Configuration.Versions;

namespace Backup.Actors.Director.Configurations;

/// <summary>What of a configuration takes effect only when this node is started again.</summary>
internal static class RestartNeeds
{
    private static readonly string[] ReadAtStart = ["Node", "Catalog"];

    private static readonly string[] OfStorage =
    [
        "", "node", "folder", "commit-interval", "outbox-size-max", "drives", "drive-wait", "open-retries", "open-interval", "open-timeout",
        "io-timeout", "append-check", "ignore-close-errors", "drives-not-read", "drives-not-written", "block-size", "block-limits",
        "library", "slots", "mail-slots", "cartridge-size", "bar-code-prefix",
    ];

    /// <summary>"Node archive: control-listen" and the like, compared with what the process was started with.</summary>
    public static IReadOnlyList<string> Of(BackupConfiguration started, BackupConfiguration next, string node) =>
    [
        .. ConfigurationDiff.Between(started, next).Where(change => IsReadAtStart(change, started, next, node))
            .Select(change => $"{change.Resource} {change.Name}" + (change.Key.Length > 0 ? $": {change.Key}"
                : change.Kind == DiffKind.Added ? ": new on this node" : ": no longer on this node")),
    ];

    private static bool IsReadAtStart(ConfigurationDifference change, BackupConfiguration started, BackupConfiguration next, string node)
    {
        if (ReadAtStart.Contains(change.Resource)) return change.Resource != "Node" || change.Name == node;
        if (change.Resource == "Storage")
            return OfStorage.Contains(change.Key)
                && (IsHere(started.Storages.GetValueOrDefault(change.Name), node)
                    || IsHere(next.Storages.GetValueOrDefault(change.Name), node));
        return change.Resource == "Client" && change.Key is "" or "node"
            && (IsHere(started.Clients.GetValueOrDefault(change.Name), node) || IsHere(next.Clients.GetValueOrDefault(change.Name), node));
    }

    private static bool IsHere(StorageResource? storage, string node) => storage is not null && (storage.Node ?? storage.Name) == node;

    private static bool IsHere(ClientResource? client, string node) => client is not null && (client.Node ?? client.Name) == node;
}
