using Backup.Filesets.Restore;
using Backup.Filesets.Timing;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// Nodes from the cache, and from the director where the cache lacks them, so that a restore of a part fetches no more than that part. With
/// a directory's node those of its subdirectories are fetched too, in one go, where the cache keeps them. The channel is opened when the
/// first node is lacking.
/// </summary>
internal sealed class RestoreNodes(INodeCache cache, Func<IBulkChannel> open, StageClock<RestoreStage>? stages = null)
    : INodeSource, IDisposable
{
    private const int NodesPerRequest = 256;
    private IBulkChannel? _channel;

    public byte[]? Find(NodeId id)
    {
        if (cache.Find(id) is { } known) return known;
        byte[]? fetched = Fetch([id]);
        if (fetched is not null && cache.Find(id) is not null) FetchBelow(fetched);
        return fetched;
    }

    public void Dispose() => _channel?.Dispose();

    private void FetchBelow(byte[] encoding)
    {
        TreeNode node = NodeCodec.Decode(encoding);
        IEnumerable<NodeId> below = node.Kind == NodeKind.Links
            ? node.Links.Select(link => link.Child)
            : node.Entries.Where(entry => !entry.Child.IsEmpty).Select(entry => entry.Child);
        foreach (NodeId[] wanted in below.Distinct().Where(id => cache.Find(id) is null).Chunk(NodesPerRequest)) Fetch(wanted);
    }

    /// <summary>The first of the nodes wanted; null where the director has it not.</summary>
    private byte[]? Fetch(NodeId[] wanted)
    {
        RestoreStage? last = stages?.Switch(RestoreStage.Fetch);
        byte[]? first = Ask(wanted);
        if (last is { } stage) stages!.Switch(stage);
        return first;
    }

    private byte[]? Ask(NodeId[] wanted)
    {
        byte[]? first = null;
        _channel ??= open();
        _channel.Send(FrameKind.WantNodes, CborMap.Encode(new WantNodes(wanted)));
        while (true)
        {
            using IFrame frame = _channel.Receive()
                ?? throw new ChannelException($"{_channel.Peer} closed the channel before all tree nodes had come");
            switch (frame.Kind)
            {
                case FrameKind.Records:
                    first = Take(frame.Payload.Span, wanted[0]) ?? first;
                    break;
                case FrameKind.Served:
                    return first;
                case FrameKind.Failed:
                    throw new ChannelException("the director gave up serving the tree: "
                        + $"{CborMap.Decode<SessionFailed>(frame.Payload).Reason}");
                default:
                    throw new ChannelException($"the director sent a {frame.Kind} frame, which has no place on a tree channel");
            }
        }
    }

    private byte[]? Take(ReadOnlySpan<byte> frame, NodeId wanted)
    {
        byte[]? found = null;
        var cursor = new RecordCursor(frame);
        while (cursor.Next())
        {
            if (cursor.Header.Type != RecordType.Node) continue;
            if (!NodeRecord.TryRead(cursor.Payload, out SessionId holder, out ReadOnlySpan<byte> encoding))
                throw new ChannelException("the director sent a tree node that cannot be read");
            var node = new StoredNode(NodeCodec.IdOf(encoding), holder, encoding.ToArray());
            cache.Add(node);
            if (node.Id == wanted) found = node.Encoding;
        }
        return found;
    }
}
