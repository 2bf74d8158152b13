using Backup.Catalog.Trees;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Director.Catalogs;

/// <summary>
/// Serves tree nodes to a client over a bulk channel, on the channel's own thread: each WantNodes is answered by frames of Node records and
/// a Served. The reference job decides which holder is named where several sessions hold a node.
/// </summary>
public sealed class TreeServer(ITreeCatalog trees, JobId? reference)
{
    /// <summary>Nodes one WantNodes may ask for.</summary>
    public const int NodesPerRequestMax = 4096;

    /// <summary>Lacking nodes named one by one: an answer must fit into a frame.</summary>
    private const int FaultsMax = 100;

    public void Serve(IBulkChannel channel)
    {
        var frame = new FrameBuffer(channel);
        while (channel.Receive() is { } received)
        {
            using (received)
            {
                if (received.Kind != FrameKind.WantNodes)
                    throw new ChannelException($"{channel.Peer} sent {received.Kind} where WantNodes was expected");
                Answer(channel, CborMap.Decode<WantNodes>(received.Payload), frame);
            }
        }
    }

    private void Answer(IBulkChannel channel, WantNodes wanted, FrameBuffer frame)
    {
        if (wanted.Nodes.Count > NodesPerRequestMax)
            throw new ChannelException($"{channel.Peer} asked for {wanted.Nodes.Count} nodes at once; {NodesPerRequestMax} are allowed");
        long sent = 0;
        var faults = new List<ServeFault>();
        foreach (NodeId id in wanted.Nodes)
        {
            if (trees.FindStored(id, reference) is { } node)
            {
                Span<byte> payload = frame.Reserve(RecordType.Node, NodeRecord.Length(node.Encoding.Length));
                NodeRecord.Write(payload, node.Holder, node.Encoding);
                sent++;
            }
            else if (faults.Count < FaultsMax)
            {
                faults.Add(new ServeFault(default, 0, $"node {id} is not in the catalog"));
            }
        }
        frame.Flush();
        channel.Send(FrameKind.Served, CborMap.Encode(new Served(sent, faults)));
    }
}
