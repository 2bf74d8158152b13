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
        byte[] encoding = [];
        var builder = new DirectoryBuilder((_, bytes) => encoding = bytes);
        builder.AddFile(new TreeEntry { Name = "hosts"u8.ToArray(), Kind = EntryKind.File });
        builder.Complete();
        var channel = new ScriptedChannel();
        var record = new byte[RecordHeader.Size + NodeRecord.Length(encoding.Length)];
        RecordCodec.Write(record, new RecordHeader(RecordType.Node, RecordFlags.None, record.Length - RecordHeader.Size, 1, 0));
        NodeRecord.Write(record.AsSpan(RecordHeader.Size), default, encoding);
        channel.Put(FrameKind.Records, record);
        channel.Put(FrameKind.Served, CborMap.Encode(new Served(1, [])));
        using var nodes = new RestoreNodes(new LostCache(), () => channel);

        Assert.Equal(encoding, nodes.Find(NodeCodec.IdOf(encoding)));
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
