using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Catalog.Trees;

/// <summary>Tree nodes by id, shared by all jobs. <see cref="INodeSource.Find"/> checks what it returns against the id.</summary>
public interface ITreeCatalog : INodeSource
{
    /// <summary>
    /// A session that holds the node on media; null where none is known. Among several it prefers those the tree of <paramref
    /// name="reference"/>
    /// leans on already, then the newest, so that a new tree leans on no session more than it must.
    /// </summary>
    SessionId? HolderOf(NodeId id, JobId? reference = null);

    /// <summary>Node and holder in one look-up, for serving a client's cache.</summary>
    StoredNode? FindStored(NodeId id, JobId? reference = null);
}
