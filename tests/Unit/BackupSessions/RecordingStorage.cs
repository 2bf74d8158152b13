using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.BackupSessions;

/// <summary>
/// Both far ends in one: takes a session as a storage node does (checks that both lanes are gapless, answers a seal with Stored),
/// and serves nodes as a director does. Keeps what came in by kind.
/// </summary>
internal sealed class RecordingStorage : IBulkChannel, INodeSource
{
    public sealed record Stored(AttributesRecord Attributes, RecordFlags Flags, MemoryStream Content, List<DataHeader> Data)
    {
        public TrailerRecord? Trailer { get; set; }
    }

    private sealed class Frame(FrameKind kind, byte[] payload) : IFrame
    {
        public FrameKind Kind => kind;
        public ReadOnlyMemory<byte> Payload => payload;

        public void Dispose()
        {
        }
    }

    private readonly Queue<IFrame> _answers = new();
    private StreamPosition _position;

    public Dictionary<NodeId, byte[]> Nodes { get; } = [];
    public Dictionary<NodeId, SessionId> Holders { get; } = [];
    public Dictionary<long, List<Stored>> Files { get; } = [];
    public List<string> Paths { get; } = [];
    public List<Backup.Messages.Jobs.UnsavedFile> Unsaved { get; } = [];
    public SessionSeal? Seal { get; private set; }
    public int NodesServed { get; private set; }
    public bool KeepsContent { get; init; } = true;

    /// <summary>Records after which the line is cut; 0: never.</summary>
    public int CutAfterRecords { get; set; }

    public string Peer => "storage of the test";
    public int PayloadBytesMax => 512 << 10;
    public TimeSpan WaitedForCredit => TimeSpan.Zero;

    public byte[]? Find(NodeId id) => Nodes.GetValueOrDefault(id);

    /// <summary>For the next session over the same far end: nodes stay, the rest is forgotten.</summary>
    public void NextSession()
    {
        _position = default;
        Seal = null;
        NodesServed = 0;
        Files.Clear();
        Paths.Clear();
        Unsaved.Clear();
    }

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind == FrameKind.Records) Take(payload);
        else if (kind == FrameKind.WantNodes) Serve(CborMap.Decode<WantNodes>(payload.ToArray()));
        else if (kind == FrameKind.Seal)
        {
            Seal = CborMap.Decode<SessionSeal>(payload.ToArray());
            Answer(FrameKind.Stored, CborMap.Encode(new SessionStored(_position, _position.Data, 1, [])));
        }
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        var cursor = new RecordCursor(frame);
        while (cursor.Next())
        {
            Count(cursor.Header);
            TakeRecord(cursor.Header, cursor.Payload);
            if (CutAfterRecords > 0 && _position.Data + _position.Index >= CutAfterRecords)
            {
                Answer(FrameKind.Committed, CborMap.Encode(new Committed(new StreamPosition(1, 0), "/first")));
                throw new ChannelException("the line to the storage of the test was cut");
            }
        }
    }

    private void Count(in RecordHeader header)
    {
        _position = Lanes.Of(header.Type) == Lane.Data ? _position with { Data = _position.Data + 1 }
            : _position with { Index = _position.Index + 1 };
        Assert.Equal(Lanes.Of(header.Type) == Lane.Data ? _position.Data : _position.Index, header.Sequence);
    }

    private void TakeRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case RecordType.Attributes:
                AttributesRecord attributes = AttributesRecord.Decode(payload.ToArray());
                if (!Files.TryGetValue(header.FileIndex, out List<Stored>? names)) Files[header.FileIndex] = names = [];
                names.Add(new Stored(attributes, header.Flags, new MemoryStream(), []));
                Paths.Add(System.Text.Encoding.Latin1.GetString(attributes.Path));
                break;
            case RecordType.Data:
                Assert.True(DataRecord.TryRead(payload, out DataHeader data, out ReadOnlySpan<byte> bytes));
                Files[header.FileIndex][0].Data.Add(data);
                if (KeepsContent) Files[header.FileIndex][0].Content.Write(bytes);
                break;
            case RecordType.Trailer:
                Assert.True(TrailerRecord.TryRead(payload, out TrailerRecord trailer));
                Files[header.FileIndex][0].Trailer = trailer;
                break;
            case RecordType.Node:
                Assert.True(NodeRecord.TryRead(payload, out SessionId holder, out ReadOnlySpan<byte> encoding));
                Nodes[NodeCodec.IdOf(encoding)] = encoding.ToArray();
                Holders[NodeCodec.IdOf(encoding)] = holder;
                break;
            case RecordType.Unsaved:
                Unsaved.Add(UnsavedRecord.Decode(payload.ToArray()));
                break;
        }
    }

    private void Serve(WantNodes wanted)
    {
        foreach (NodeId id in wanted.Nodes)
        {
            if (!Nodes.TryGetValue(id, out byte[]? encoding)) continue;
            NodesServed++;
            var record = new byte[RecordHeader.Size + NodeRecord.Length(encoding.Length)];
            RecordCodec.Write(record, new RecordHeader(RecordType.Node, RecordFlags.None, record.Length - RecordHeader.Size, 0, 0));
            NodeRecord.Write(record.AsSpan(RecordHeader.Size), Holders[id], encoding);
            Answer(FrameKind.Records, record);
        }
        Answer(FrameKind.Served, CborMap.Encode(new Served(NodesServed, [])));
    }

    private void Answer(FrameKind kind, byte[] payload) => _answers.Enqueue(new Frame(kind, payload));

    public IFrame? Receive() => _answers.TryDequeue(out IFrame? frame) ? frame : null;

    public bool TryReceive(out IFrame? frame) => _answers.TryDequeue(out frame);

    public void CloseSend()
    {
    }

    public void Dispose()
    {
    }
}
