namespace Backup.Configuration.Resources;

/// <summary>
/// Which node a storage belongs to, and what each of both files says of it: the folder is the own node's affair, who uses it and how much
/// the director's.
/// </summary>
internal static class StorageNodes
{
    private static readonly string[] Places = ["folder", "library"];

    /// <summary>The node named; else the Node here of its own name, or the only one with the role; else its own name.</summary>
    public static string Of(ResourceValues storage, ResourceSet resources)
    {
        if (storage.Text("node") is { } named) return named;
        if (resources.Find(ResourceTable.Node, storage.Name) is not null) return storage.Name;
        List<ResourceValues> able = [.. resources.Of(ResourceTable.Node)
            .Where(node => node.List<NodeRole>("roles").Contains(NodeRole.Storage))];
        return able is [var only] ? only.Name : storage.Name;
    }

    public static (string Key, string Text)? Mistake(ResourceValues storage, ResourceSet resources)
    {
        string node = Of(storage, resources);
        bool isHere = resources.Find(ResourceTable.Node, node) is not null;
        string[] given = [.. Places.Where(storage.IsGiven)];
        if (given.Length > 1) return ("library", "a storage is a folder of disk volumes or a library: give one of the two");
        if (isHere && given.Length == 0)
            return ("folder", $"folder is missing: it is of node '{node}', whose file this is; or give node = NAME, where it is another's");
        if (!isHere && given is [var place] && resources.Of(ResourceTable.Node).Any())
            return (place, $"{place} belongs into the file of node '{node}': there is no Node '{node}' here"
                + NearestName.Hint(node, resources.Of(ResourceTable.Node).Select(known => known.Name)));
        return null;
    }
}
