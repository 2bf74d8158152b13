namespace Backup.Configuration.Resources;

/// <summary>
/// How others find a node and how it finds its directors. Endpoints are "host:port"; an address is null where it is what is listened on.
/// </summary>
public sealed record NodeReach(string? ControlAddress, string? BulkAddress, IReadOnlyList<string> Directors)
{
    public static readonly NodeReach AsListened = new(null, null, []);
}

/// <summary>The keys of a Node that say where it and its directors are dialled.</summary>
internal static class NodeReachKeys
{
    private const string ControlAddress = "control-address", BulkAddress = "bulk-address", Directors = "directors";

    public static readonly ResourceKey[] All =
    [
        new(ControlAddress, KeyType.Endpoint, "What clients' nodes dial; without it control-listen."),
        new(BulkAddress, KeyType.Endpoint, "What is told to others as the place of bulk channels; without it bulk-listen."),
        new(Directors, KeyType.ListOf(KeyType.Endpoint),
            "control-address of each director, which the node's clients dial in turn; without it the node's own."),
    ];

    public static NodeReach Read(ResourceValues node) =>
        new(node.Text(ControlAddress), node.Text(BulkAddress), node.List<string>(Directors));

    /// <summary>What the keys say together that cannot be.</summary>
    public static (string Key, string Text)? Mistake(ResourceValues node)
    {
        IReadOnlyList<NodeRole> roles = node.List<NodeRole>("roles");
        if (roles.Contains(NodeRole.Director) && Everywhere(node, "control-listen", ControlAddress) is { } control) return control;
        if ((roles.Contains(NodeRole.Director) || roles.Contains(NodeRole.Storage))
            && Everywhere(node, "bulk-listen", BulkAddress) is { } bulk)
            return bulk;
        bool lost = roles.Contains(NodeRole.Client) && !roles.Contains(NodeRole.Director) && node.List<string>(Directors).Count == 0;
        return lost ? (Directors, $"{Directors} is missing: a client's node that is no director needs the control-address of one") : null;
    }

    private static (string Key, string Text)? Everywhere(ResourceValues node, string listen, string address)
    {
        bool everywhere = node.Text(listen) is { } given
            && (given.StartsWith("0.0.0.0:", StringComparison.Ordinal) || given.StartsWith("[::]:", StringComparison.Ordinal));
        return everywhere && !node.IsGiven(address)
            ? (listen, $"{node.Text(listen)} is no address that others can dial; give {address} too") : null;
    }
}
