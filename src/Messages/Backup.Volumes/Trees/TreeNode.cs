using Backup.Messages.Ids;

namespace Backup.Volumes.Trees;

public enum NodeKind : byte
{
    /// <summary>A run of non-directories of one directory, in the order of their name bytes.</summary>
    Files = 1,

    /// <summary>A run of subdirectories of one directory, in the order of their name bytes.</summary>
    Directories = 2,

    /// <summary>
    /// Links to the nodes of one directory in order, where it has more than one: file runs, then directory runs, or further links.
    /// </summary>
    Links = 3,
}

/// <summary>
/// One link of a Links node: the child, what it holds, and the last name in it (so that a lookup reads one path of nodes).
/// </summary>
public sealed record NodeLink(NodeId Child, NodeKind Holds, byte[] LastName);

/// <summary>A piece of one directory. Files and Directories nodes have Entries, Links nodes have Links.</summary>
public sealed record TreeNode(NodeKind Kind, IReadOnlyList<TreeEntry> Entries, IReadOnlyList<NodeLink> Links);

/// <summary>
/// Where nodes come from: a catalog, a volume, a cache. Null where it has none of that id. The bytes are the canonical encoding.
/// </summary>
public interface INodeSource
{
    byte[]? Find(NodeId id);
}

/// <summary>A node with the session that holds it on media.</summary>
public sealed record StoredNode(NodeId Id, SessionId Holder, byte[] Encoding);
