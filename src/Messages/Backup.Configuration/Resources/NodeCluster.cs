namespace Backup.Configuration.Resources;

/// <summary>
/// How a node is a member of the cluster. Endpoints are "host:port": where it listens, what the others dial, and whom it asks to be let in.
/// </summary>
public sealed record NodeCluster(string Listen, string Address, IReadOnlyList<string> Seeds);

/// <summary>The keys of a Node that make it a member of a cluster.</summary>
internal static class NodeClusterKeys
{
    private const string Listen = "cluster-listen", Address = "cluster-address", Seeds = "cluster-seeds";

    public static readonly ResourceKey[] All =
    [
        new(Listen, KeyType.Endpoint,
            "Where it takes the other members' connections; without it the node's roles stay in one process and there is no cluster."),
        new(Address, KeyType.Endpoint, "What the other members dial; without it cluster-listen."),
        new(Seeds, KeyType.ListOf(KeyType.Endpoint),
            "cluster-address of the director, and of other members, that it asks to be let in; without it the node begins a cluster."),
    ];

    public static NodeCluster? Read(ResourceValues node) => node.Text(Listen) is { } listen
        ? new NodeCluster(listen, node.Text(Address) ?? listen, node.List<string>(Seeds))
        : null;

    /// <summary>What the keys say together that cannot be.</summary>
    public static (string Key, string Text)? Mistake(ResourceValues node)
    {
        foreach (string key in (string[])[Address, Seeds])
            if (node.IsGiven(key) && !node.IsGiven(Listen)) return (key, $"{key} means nothing without {Listen}; give that too");
        if (node.Text(Listen) is not { } listen) return null;
        if (listen == node.Text("control-listen") || listen == node.Text("bulk-listen"))
            return listen.EndsWith(":0", StringComparison.Ordinal) ? null
                : (Listen, $"{listen} is taken by control-listen or bulk-listen; give it another port");
        bool everywhere = listen.StartsWith("0.0.0.0:", StringComparison.Ordinal) || listen.StartsWith("[::]:", StringComparison.Ordinal);
        if (everywhere && !node.IsGiven(Address)) return (Listen, $"{listen} is no address that others can dial; give {Address} too");
        IReadOnlyList<NodeRole> roles = node.List<NodeRole>("roles");
        if (roles is [NodeRole.Client]) return (Listen, $"only directors and storages are members; a client's node has no {Listen}");
        bool alone = node.List<string>(Seeds).Count == 0 && !roles.Contains(NodeRole.Director);
        return alone ? (Listen, $"a member without the role Director needs {Seeds}: the director's cluster-address") : null;
    }
}
