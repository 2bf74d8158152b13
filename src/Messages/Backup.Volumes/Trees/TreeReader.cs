using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Volumes.Trees;

/// <summary>A store of nodes that also knows which session holds each on media, so that a node it has need not be sent again.</summary>
public interface INodeCache : INodeSource
{
    /// <summary>The session that holds the node on media; null where the node is not known.</summary>
    SessionId? HolderOf(NodeId id);

    void Add(StoredNode node);
}

/// <summary>A node that a tree needs is in no source, or its bytes are not those of its id.</summary>
public sealed class MissingNodeException(NodeId node, string message) : IOException(message)
{
    public NodeId Node { get; } = node;
}

/// <summary>One entry of a walk with its full path.</summary>
public readonly record struct TreePlace(byte[] Path, TreeEntry Entry);

/// <summary>
/// Reads trees out of a source of nodes; every node is checked against its id. Throws <see cref="MissingNodeException"/> where one is not
/// there, VolumeFormatException where one is no node. Thread safe where the source is.
/// </summary>
public sealed class TreeReader(INodeSource source)
{
    private const int LinkDepthMax = 8; // 256 links a level: far beyond any directory

    /// <summary>
    /// The entries of one directory, non-directories then subdirectories, each in name order. Nodes are read as they are reached, and
    /// <paramref name="reached"/> is told of each.
    /// </summary>
    public IEnumerable<TreeEntry> Entries(NodeId directory, Action<NodeId, TreeNode>? reached = null) =>
        directory.IsEmpty ? [] : Entries(directory, LinkDepthMax, reached);

    private IEnumerable<TreeEntry> Entries(NodeId id, int depth, Action<NodeId, TreeNode>? reached)
    {
        TreeNode node = Read(id);
        reached?.Invoke(id, node);
        if (node.Links.Count > 0 && depth == 0)
            throw new Records.VolumeFormatException($"tree node {id}: links are nested more than {LinkDepthMax} deep");
        foreach (TreeEntry entry in node.Entries) yield return entry;
        foreach (NodeLink link in node.Links)
            foreach (TreeEntry entry in Entries(link.Child, depth - 1, reached)) yield return entry;
    }

    /// <summary>
    /// The entry at an absolute path, reading one path of nodes; null where there is none. "/" gives a directory without name whose
    /// child is the root.
    /// </summary>
    public TreeEntry? Find(NodeId root, ReadOnlySpan<byte> path)
    {
        var entry = new TreeEntry { Name = [], Kind = EntryKind.Directory, Child = root };
        foreach (byte[] name in BytePath.Names(path))
        {
            TreeEntry? next = entry.Kind == EntryKind.Directory ? FindIn(entry.Child, name) : null;
            if (next is null) return null;
            entry = next;
        }
        return entry;
    }

    /// <summary>The entry of that name in one directory; null where there is none.</summary>
    public TreeEntry? FindIn(NodeId directory, ReadOnlySpan<byte> name) => directory.IsEmpty ? null : FindIn(directory, name, LinkDepthMax);

    private TreeEntry? FindIn(NodeId id, ReadOnlySpan<byte> name, int depth)
    {
        TreeNode node = Read(id);
        if (node.Kind != NodeKind.Links) return FindEntry(node.Entries, name);
        if (depth == 0) throw new Records.VolumeFormatException($"tree node {id}: links are nested more than {LinkDepthMax} deep");
        // A name stands among the files or among the directories: the first run of each kind that reaches the name is the only one
        // that can hold it.
        TreeEntry? found = null;
        foreach (NodeKind kind in (ReadOnlySpan<NodeKind>)[NodeKind.Files, NodeKind.Directories])
            if (found is null && FirstReaching(node.Links, kind, name) is { } link) found = FindIn(link.Child, name, depth - 1);
        return found;
    }

    private static NodeLink? FirstReaching(IReadOnlyList<NodeLink> links, NodeKind kind, ReadOnlySpan<byte> name)
    {
        foreach (NodeLink link in links)
            if (link.Holds == kind && name.SequenceCompareTo(link.LastName) <= 0) return link;
        return null;
    }

    private static TreeEntry? FindEntry(IReadOnlyList<TreeEntry> entries, ReadOnlySpan<byte> name)
    {
        int low = 0, high = entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = name.SequenceCompareTo(entries[middle].Name);
            if (order == 0) return entries[middle];
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }
        return null;
    }

    /// <summary>
    /// Everything below a directory in walk order: a directory before its content. Memory grows with depth, not with size.
    /// </summary>
    public IEnumerable<TreePlace> Walk(NodeId root) => Walk(root, BytePath.Root.ToArray());

    /// <summary>The same, with paths below <paramref name="path"/>.</summary>
    public IEnumerable<TreePlace> Walk(NodeId directory, byte[] path)
    {
        var open = new Stack<(byte[] Path, IEnumerator<TreeEntry> Left)>();
        open.Push((path, Entries(directory).GetEnumerator()));
        while (open.TryPeek(out (byte[] Path, IEnumerator<TreeEntry> Left) top))
        {
            if (!top.Left.MoveNext())
            {
                open.Pop().Left.Dispose();
                continue;
            }
            TreeEntry entry = top.Left.Current;
            var place = new TreePlace(BytePath.Join(top.Path, entry.Name), entry);
            yield return place;
            if (entry.Kind == EntryKind.Directory && !entry.Child.IsEmpty) open.Push((place.Path, Entries(entry.Child).GetEnumerator()));
        }
    }

    private TreeNode Read(NodeId id)
    {
        byte[] encoding = source.Find(id) ?? throw new MissingNodeException(id, $"tree node {id} is in none of the places searched");
        return NodeCodec.IdOf(encoding) == id
            ? NodeCodec.Decode(encoding)
            : throw new MissingNodeException(id, $"tree node {id} is damaged: its bytes have another digest");
    }
}
