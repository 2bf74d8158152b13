using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Ids;
using Backup.Node.Configurations;

namespace Backup.Node.Running;

/// <summary>What one process is and where it keeps its things. All paths are absolute.</summary>
internal sealed record NodeSettings(BackupConfiguration Configuration, NodeResource Node, string Data)
{
    public string CatalogFile => Path.Combine(Data, "catalog", "catalog.db");
    public string JournalFile => Path.Combine(Data, "journal", "journal.db");
    public string InstallationFile => Path.Combine(Data, "installation");
    public string ImportedFile => Path.Combine(Data, "configuration-imported");
    public string ClusterFolder => Path.Combine(Data, "cluster");
    public string NodeCacheFile => Path.Combine(Data, "cache", "nodes.db");
    public string WorkFolder => Path.Combine(Data, "work");
    public string LogFile => Path.Combine(Data, "log", "backup-node.json");
    public string TlsFolder => Path.Combine(Data, "tls");
    public string Socket => Path.GetFullPath(Node.ConsoleSocket, Data);

    /// <summary>The files that the configuration was read from, to be read anew; null where there are none.</summary>
    public ConfigurationFiles? Files { get; init; }

    public bool Has(NodeRole role) => Node.Roles.Contains(role);

    /// <summary>The clients this process acts for.</summary>
    public IEnumerable<ClientResource> Clients => Configuration.Clients.Values.Where(c => (c.Node ?? c.Name) == Node.Name);

    /// <summary>The storages this process acts for.</summary>
    public IEnumerable<StorageResource> Storages => Configuration.Storages.Values.Where(s => (s.Node ?? s.Name) == Node.Name);

    /// <summary>The installation this data directory belongs to, where it is known yet.</summary>
    public InstallationId? ReadInstallation() =>
        File.Exists(InstallationFile) && Guid.TryParse(File.ReadAllText(InstallationFile).Trim(), out Guid id)
            ? new InstallationId(id) : null;

    public void WriteInstallation(InstallationId installation) => File.WriteAllText(InstallationFile, installation + "\n");

    /// <summary>The one Node resource of the configuration, or the one named; its data directory, or the one given.</summary>
    public static NodeSettings Of(BackupConfiguration configuration, string? name, string? data)
    {
        NodeResource node = (name, configuration.Nodes.Count) switch
        {
            (null, 1) => configuration.Nodes.Values.Single(),
            (null, 0) => throw new NodeRefusedException("the configuration has no Node resource; add one that says what this process is"),
            (null, _) =>
                throw new NodeRefusedException("the configuration has several nodes; say which this is: --node "
                    + $"{string.Join(" | ", configuration.Nodes.Keys)}"),
            _ => configuration.Nodes.GetValueOrDefault(name)
                ?? throw new NodeRefusedException($"the configuration has no node '{name}'; it has: "
                    + $"{string.Join(", ", configuration.Nodes.Keys)}"),
        };
        return new NodeSettings(configuration, node, Path.GetFullPath(data ?? node.DataDirectory));
    }
}
