using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Nodes;

/// <summary>Fetches the nodes of a tree that a cache lacks over a tree channel, in batches. One thread.</summary>
public sealed class NodeFetcher(INodeCache cache, TreeChannel channel)
{
    /// <summary>Nodes of one request: the answer fills some frames, and the ids a small message.</summary>
    private const int BatchNodes = 256;

    /// <summary>Nodes of one tree whose fetching is still to come, 32 bytes each; a tree of 100 million files has fewer.</summary>
    private const int PendingMax = 4_000_000;

    private readonly Stack<NodeId> _pending = new();

    /// <summary>How many nodes came over the channel.</summary>
    public long Fetched { get; private set; }

    /// <summary>
    /// Makes the cache hold the whole tree. Throws <see cref="ChannelException"/> where the channel breaks or a node is not to be had,
    /// naming it.
    /// </summary>
    public void Fetch(NodeId root, CancellationToken cancellation)
    {
        if (!root.IsEmpty) _pending.Push(root);
        var lacking = new List<NodeId>(BatchNodes);
        while (_pending.Count > 0 || lacking.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            while (lacking.Count < BatchNodes && _pending.TryPop(out NodeId id))
            {
                if (cache.Find(id) is { } encoding) PushChildren(encoding);
                else lacking.Add(id);
            }
            if (lacking.Count == 0) continue;
            Ask(lacking);
            lacking.Clear();
        }
    }

    private void Ask(List<NodeId> lacking)
    {
        var asked = new HashSet<NodeId>(lacking);
        var awaited = new HashSet<NodeId>(lacking);
        channel.Want(lacking, records => Take(records, asked, awaited));
        if (awaited.Count > 0)
            throw new ChannelException($"{channel.Peer} has no node {awaited.First()} of the reference tree; run a Full");
    }

    private void Take(ReadOnlySpan<byte> frame, HashSet<NodeId> asked, HashSet<NodeId> awaited)
    {
        var cursor = new RecordCursor(frame);
        while (cursor.Next())
        {
            if (cursor.Header.Type != RecordType.Node) continue;
            if (!NodeRecord.TryRead(cursor.Payload, out SessionId holder, out ReadOnlySpan<byte> bytes))
                throw new TreeRefusedException($"{channel.Peer} sent a node record that is none");
            byte[] encoding = bytes.ToArray();
            NodeId id = NodeCodec.IdOf(encoding);
            if (!asked.Contains(id)) throw new TreeRefusedException($"{channel.Peer} sent the node {id}, which was not asked for");
            if (!awaited.Remove(id)) continue; // it had come before the channel broke
            cache.Add(new StoredNode(id, holder, encoding));
            Fetched++;
            PushChildren(encoding);
        }
    }

    private void PushChildren(byte[] encoding)
    {
        TreeNode node = NodeCodec.Decode(encoding);
        foreach (NodeLink link in node.Links) Push(link.Child);
        foreach (TreeEntry entry in node.Entries)
            if (!entry.Child.IsEmpty) Push(entry.Child);
    }

    private void Push(NodeId id)
    {
        if (_pending.Count == PendingMax)
            throw new TreeRefusedException($"a reference tree with more than {PendingMax} nodes to fetch at once: run a Full");
        _pending.Push(id);
    }
}
