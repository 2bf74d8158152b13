using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Nodes;

/// <summary>Fetches the nodes of a tree that a cache lacks over a Tree channel, in batches. One thread.</summary>
public sealed class NodeFetcher(INodeCache cache, IBulkChannel channel)
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
        channel.Send(FrameKind.WantNodes, CborMap.Encode(new WantNodes([.. lacking])));
        var awaited = new HashSet<NodeId>(lacking);
        while (true)
        {
            using IFrame frame = channel.Receive()
                ?? throw new ChannelException($"{channel.Peer} closed the tree channel before all nodes had come");
            if (frame.Kind == FrameKind.Records) Take(frame.Payload.Span, awaited);
            else if (frame.Kind == FrameKind.Served) break;
            else if (frame.Kind == FrameKind.Failed)
                throw new ChannelException($"{channel.Peer}: {CborMap.Decode<SessionFailed>(frame.Payload).Reason}");
            else throw new ChannelException($"{channel.Peer} sent a {frame.Kind} frame on a tree channel");
        }
        if (awaited.Count > 0)
            throw new ChannelException($"{channel.Peer} has no node {awaited.First()} of the reference tree; run a Full");
    }

    private void Take(ReadOnlySpan<byte> frame, HashSet<NodeId> awaited)
    {
        var cursor = new RecordCursor(frame);
        while (cursor.Next())
        {
            if (cursor.Header.Type != RecordType.Node) continue;
            if (!NodeRecord.TryRead(cursor.Payload, out SessionId holder, out ReadOnlySpan<byte> bytes))
                throw new ChannelException($"{channel.Peer} sent a node record that is none");
            byte[] encoding = bytes.ToArray();
            NodeId id = NodeCodec.IdOf(encoding);
            if (!awaited.Remove(id)) throw new ChannelException($"{channel.Peer} sent the node {id}, which was not asked for");
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
            throw new ChannelException($"a reference tree with more than {PendingMax} nodes to fetch at once: run a Full");
        _pending.Push(id);
    }
}
