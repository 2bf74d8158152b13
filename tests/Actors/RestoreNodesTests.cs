using Backup.Actors.Client.Nodes;
using Backup.Actors.Client.Sessions;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Tests.Actors;

public sealed class RestoreNodesTests
{
    [Fact]
    public void A_node_is_found_where_the_cache_keeps_nothing()
    {
        (byte[] encoding, byte[] record) = Node();
        var channel = new ScriptedChannel();
        channel.Put(FrameKind.Records, record);
        channel.Put(FrameKind.Served, CborMap.Encode(new Served(1, [])));
        using var nodes = new RestoreNodes(new LostCache(), Tree(_ => channel, null));

        Assert.Equal(encoding, nodes.Find(NodeCodec.IdOf(encoding)));
    }

    [Fact]
    [Trait("Req", "NET-18")]
    public void A_tree_channel_that_breaks_is_dialled_again_with_the_newest_offer()
    {
        (byte[] encoding, byte[] record) = Node();
        var lost = new ScriptedChannel();
        lost.Put(FrameKind.Records, record);
        lost.Break();
        var found = new ScriptedChannel();
        found.Put(FrameKind.Records, record);
        found.Put(FrameKind.Served, CborMap.Encode(new Served(1, [])));
        var offers = new TreeOffers();
        ChannelOffer newest = Offer(2);
        using var nodes = new RestoreNodes(new LostCache(), Tree(Dial, offers));

        Assert.Equal(encoding, nodes.Find(NodeCodec.IdOf(encoding)));
        Assert.True(lost.IsDisposed);

        IBulkChannel Dial(ChannelOffer offer)
        {
            if (ReferenceEquals(offer, newest)) return found;
            offers.Offer(newest);
            return lost;
        }
    }

    [Fact]
    public void A_director_that_does_not_serve_the_tree_is_not_asked_again()
    {
        var channel = new ScriptedChannel();
        channel.Put(FrameKind.Failed, CborMap.Encode(new SessionFailed("there is no such tree")));
        using var nodes = new RestoreNodes(new LostCache(), Tree(_ => channel, new TreeOffers()));

        Assert.Contains("there is no such tree", Assert.ThrowsAny<ChannelException>(() => nodes.Find(new NodeId())).Message,
            StringComparison.Ordinal);
    }

    private static TreeChannel Tree(Func<ChannelOffer, IBulkChannel> dial, ITreeOffers? offers) =>
        new(Offer(1), dial, offers, TimeProvider.System, CancellationToken.None);

    private static ChannelOffer Offer(int number) =>
        new("memory", new Ticket(new Guid(number, 1, 1, new byte[8]), [1], ChannelPurpose.Tree, default, default));

    private static (byte[] Encoding, byte[] Record) Node()
    {
        byte[] encoding = [];
        var builder = new DirectoryBuilder((_, bytes) => encoding = bytes);
        builder.AddFile(new TreeEntry { Name = "hosts"u8.ToArray(), Kind = EntryKind.File });
        builder.Complete();
        var record = new byte[RecordHeader.Size + NodeRecord.Length(encoding.Length)];
        RecordCodec.Write(record, new RecordHeader(RecordType.Node, RecordFlags.None, record.Length - RecordHeader.Size, 1, 0));
        NodeRecord.Write(record.AsSpan(RecordHeader.Size), default, encoding);
        return (encoding, record);
    }

    /// <summary>A cache whose file is damaged, full or gone.</summary>
    private sealed class LostCache : INodeCache
    {
        public byte[]? Find(NodeId id) => null;

        public SessionId? HolderOf(NodeId id) => null;

        public void Add(StoredNode node)
        {
        }
    }
}
