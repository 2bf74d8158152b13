using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Nodes;

/// <summary>
/// The client's store of tree nodes. It may lose anything at any time: what it lacks is fetched or saved again. Nodes of a running
/// session are there at once, but who holds them counts only once <see cref="Confirm"/> has said that the session is stored.
/// </summary>
public interface ITreeCache : INodeCache
{
    /// <summary>A node that a running session is sending.</summary>
    void AddPending(StoredNode node);

    /// <summary>The session is on stable storage, and the tree below the root has come through this cache as a whole.</summary>
    void Confirm(SessionId session, NodeId root);

    /// <summary>True where every node below the root was here when it was last confirmed, and nothing has been evicted since.</summary>
    bool IsComplete(NodeId root);
}
