using Backup.Messages.Ids;

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

/// <summary>Reads trees out of a source of nodes; every node is checked against its id. Throws <see cref="MissingNodeException"/> where one is not there. Thread safe where the source is.</summary>
public sealed class TreeReader(INodeSource source)
{
    /// <summary>The entries of one directory, non-directories then subdirectories, each in name order. Nodes are read as they are reached.</summary>
    public IEnumerable<TreeEntry> Entries(NodeId directory) => throw new NotSupportedException(source.ToString());

    /// <summary>
    /// The entry at an absolute path, reading one path of nodes; null where there is none. "/" gives a directory without name whose child is the root.
    /// </summary>
    public TreeEntry? Find(NodeId root, ReadOnlySpan<byte> path) => throw new NotSupportedException(source.ToString());

    /// <summary>Everything below a directory in walk order: a directory before its content. Memory grows with depth, not with size.</summary>
    public IEnumerable<TreePlace> Walk(NodeId root) => Walk(root, "/"u8.ToArray());

    /// <summary>The same, with paths below <paramref name="path"/>.</summary>
    public IEnumerable<TreePlace> Walk(NodeId directory, byte[] path) => throw new NotSupportedException(source.ToString());
}
