using Backup.Actors.Client.Nodes;
using Backup.Filesets.Restore;
using Backup.Filesets.Timing;
using Backup.Messages.Ids;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// Nodes from the cache, and from the director where the cache lacks them, so that a restore of a part fetches no more than that part. With
/// a directory's node those of its subdirectories are fetched too, in one go, where the cache keeps them.
/// </summary>
internal sealed class RestoreNodes(INodeCache cache, TreeChannel channel, StageClock<RestoreStage>? stages = null)
    : INodeSource, IDisposable
{
    private const int NodesPerRequest = 256;

    public byte[]? Find(NodeId id)
    {
        if (cache.Find(id) is { } known) return known;
        byte[]? fetched = Fetch([id]);
        if (fetched is not null && cache.Find(id) is not null) FetchBelow(fetched);
        return fetched;
    }

    public void Dispose() => channel.Dispose();

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
        byte[]? first = null;
        channel.Want(wanted, records => first = Take(records, wanted[0]) ?? first);
        if (last is { } stage) stages!.Switch(stage);
        return first;
    }

    private byte[]? Take(ReadOnlySpan<byte> frame, NodeId wanted)
    {
        byte[]? found = null;
        var cursor = new RecordCursor(frame);
        while (cursor.Next())
        {
            if (cursor.Header.Type != RecordType.Node) continue;
            if (!NodeRecord.TryRead(cursor.Payload, out SessionId holder, out ReadOnlySpan<byte> encoding))
                throw new TreeRefusedException("the director sent a tree node that cannot be read");
            var node = new StoredNode(NodeCodec.IdOf(encoding), holder, encoding.ToArray());
            cache.Add(node);
            if (node.Id == wanted) found = node.Encoding;
        }
        return found;
    }
}
