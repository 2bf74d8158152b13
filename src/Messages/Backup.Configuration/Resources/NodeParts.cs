namespace Backup.Configuration.Resources;

/// <summary>
/// What a configuration has for one role of one node: the names of what it does there, or what is missing for it. Role is null for a node
/// that only other files know.
/// </summary>
public sealed record NodePart(string Node, NodeRole? Role, IReadOnlyList<string> Names, string? Missing = null)
{
    public override string ToString() => Role is { } role
        ? $"node {Node}: {role.ToString().ToLowerInvariant()}: {Missing ?? string.Join(", ", Names)}"
        : $"node {Node}: in a file of its own: {string.Join(", ", Names)}";
}

/// <summary>For which nodes and roles a configuration is complete.</summary>
public static class NodeParts
{
    /// <summary>The nodes of these files role by role, then those that are only named.</summary>
    public static IReadOnlyList<NodePart> Of(BackupConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return
        [
            .. configuration.Nodes.Values.SelectMany(node => node.Roles.Select(role => Part(configuration, node.Name, role))),
            .. Elsewhere(configuration).GroupBy(known => known.Node, StringComparer.Ordinal)
                .Select(node => new NodePart(node.Key, null, [.. node.Select(known => known.What)])),
        ];
    }

    private static NodePart Part(BackupConfiguration configuration, string node, NodeRole role)
    {
        (IReadOnlyList<string> names, string? missing) = role switch
        {
            NodeRole.Director => Names(configuration.Jobs.Keys, "job", "there is no Job: nothing would ever run"),
            NodeRole.Storage => Names(
                configuration.Storages.Values.Where(storage => (storage.Node ?? storage.Name) == node).Select(storage => storage.Name),
                "storage", "there is no Storage of this node: nothing could be stored"),
            _ => Names(
                configuration.Clients.Values.Where(client => (client.Node ?? client.Name) == node).Select(client => client.Name),
                "client", null),
        };
        return new NodePart(node, role, names.Count > 0 || missing is not null ? names : [$"client {node}"], missing);
    }

    private static (IReadOnlyList<string> Names, string? Missing) Names(IEnumerable<string> names, string what, string? missing)
    {
        List<string> all = [.. names.Select(name => $"{what} {name}")];
        return (all, all.Count == 0 ? missing : null);
    }

    private static IEnumerable<(string Node, string What)> Elsewhere(BackupConfiguration configuration) => configuration.Storages.Values
        .Select(storage => (Node: storage.Node ?? storage.Name, What: $"storage {storage.Name}"))
        .Concat(configuration.Clients.Values.Select(client => (Node: client.Node ?? client.Name, What: $"client {client.Name}")))
        .Where(known => !configuration.Nodes.ContainsKey(known.Node));
}
