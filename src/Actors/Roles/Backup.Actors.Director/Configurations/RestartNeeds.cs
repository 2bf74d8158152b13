using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Configuration.Versions;

namespace Backup.Actors.Director.Configurations;

/// <summary>What of a configuration takes effect only when this node is started again.</summary>
internal static class RestartNeeds
{
    private static readonly string[] ReadAtStart = ["Node", "Catalog"];

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
            return (change.Key is "" or "node" or "folder" or "commit-interval" or "outbox-size-max" or "drives" or "drive-wait"
                    or "open-retries" or "open-interval" or "open-timeout" or "io-timeout" or "drives-not-read" or "drives-not-written"
                    or "block-size" or "library" or "slots" or "mail-slots" or "cartridge-size" or "bar-code-prefix")
                && (IsHere(started.Storages.GetValueOrDefault(change.Name), node)
                    || IsHere(next.Storages.GetValueOrDefault(change.Name), node));
        return change.Resource == "Client" && change.Key is "" or "node"
            && (IsHere(started.Clients.GetValueOrDefault(change.Name), node) || IsHere(next.Clients.GetValueOrDefault(change.Name), node));
    }

    private static bool IsHere(StorageResource? storage, string node) => storage is not null && (storage.Node ?? storage.Name) == node;

    private static bool IsHere(ClientResource? client, string node) => client is not null && (client.Node ?? client.Name) == node;
}
