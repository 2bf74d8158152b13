using Backup.Filesets.Timing;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// The records of one session on their way to storage: numbers them in their lanes, lays them whole into frames, takes what storage says of
/// them. File bytes are read straight into the frame. One thread.
/// </summary>
internal sealed class BackupStream
{
    /// <summary>A frame stays in the second-level cache between read, digest and send.</summary>
    private const int FrameBytes = 256 << 10;

    /// <summary>Less room than this in a frame is not worth a Data record of its own.</summary>
    private const int DataRoomMin = 4 << 10;

    /// <summary>Records that a file of one frame may be cut into, where each is compressed by itself.</summary>
    private const int DataRecordsOfFrameMax = 4;

    private const int DataHead = RecordHeader.Size + DataHeader.Size;
    private const int TrailerBytes = RecordHeader.Size + TrailerRecord.Length;

    private readonly IBulkChannel _channel;
    private readonly SessionId _session;
    private readonly StageClock<BackupStage> _stages;
    private readonly byte[] _frame;
    private int _used;
    private StreamPosition _position;

    public BackupStream(IBulkChannel channel, SessionId session, StageClock<BackupStage> stages)
    {
        (_channel, _session, _stages) = (channel, session, stages);
        _frame = new byte[Math.Min(FrameBytes, channel.PayloadBytesMax)];
    }

    /// <summary>A place to go back to while nothing has been sent since.</summary>
    public readonly record struct Mark(int Used, StreamPosition Position, long Frames);

    public StreamPosition Position => _position;
    public Committed Committed { get; private set; } = new(default, null);
    public SessionStored? Stored { get; private set; }
    public long BytesSent { get; private set; }
    public long Nodes { get; private set; }
    private long Frames { get; set; }

    /// <summary>Makes sure that a file of that size goes into the frame as a whole; false where no frame holds it.</summary>
    public bool MakeRoomForWholeFile(long size, int attributesMax)
    {
        long need = size + RecordHeader.Size + attributesMax + DataRecordsOfFrameMax * DataHead + TrailerBytes;
        if (need > _frame.Length) return false;
        if (need > _frame.Length - _used) Flush();
        return true;
    }

    /// <summary>Most bytes of content that one Data record of this stream may hold.</summary>
    public int DataBytesMax => _frame.Length - DataHead;

    public Mark Here => new(_used, _position, Frames);

    /// <summary>Takes back everything since the mark; only where <see cref="MakeRoomForWholeFile"/> kept it in one frame.</summary>
    public void GoBack(Mark mark)
    {
        if (mark.Frames != Frames) throw new InvalidOperationException("records that have been sent cannot be taken back");
        (_used, _position) = (mark.Used, mark.Position);
    }

    public void Attributes(ReadOnlySpan<byte> path, TreeEntry entry, long fileIndex, RecordFlags flags = RecordFlags.None)
    {
        int most = AttributesRecord.LengthMax(path.Length, entry);
        if (RecordHeader.Size + most > _frame.Length)
        {
            var large = new byte[RecordHeader.Size + most];
            int written = AttributesRecord.Write(large.AsSpan(RecordHeader.Size), path, entry);
            RecordCodec.Write(large, Next(RecordType.Attributes, flags, written, fileIndex));
            SendLarge(large.AsSpan(0, RecordHeader.Size + written));
            return;
        }
        if (RecordHeader.Size + most > _frame.Length - _used) Flush();
        int length = AttributesRecord.Write(_frame.AsSpan(_used + RecordHeader.Size), path, entry);
        RecordCodec.Write(_frame.AsSpan(_used), Next(RecordType.Attributes, flags, length, fileIndex));
        _used += RecordHeader.Size + length;
    }

    /// <summary>Where the next bytes of content go, as long as the rest of the frame, at most what is asked for.</summary>
    public Span<byte> DataRoom(long wanted)
    {
        int room = _frame.Length - _used - DataHead;
        if (room < DataRoomMin && room < wanted)
        {
            Flush();
            room = _frame.Length - DataHead;
        }
        return _frame.AsSpan(_used + DataHead, (int)Math.Min(wanted, room));
    }

    /// <summary>Ends a Data record whose bytes have been put where <see cref="DataRoom"/> said.</summary>
    public void EndData(long fileIndex, in DataHeader header, int storedLength)
    {
        RecordCodec.Write(_frame.AsSpan(_used), Next(RecordType.Data, RecordFlags.None, DataHeader.Size + storedLength, fileIndex));
        DataRecord.Write(_frame.AsSpan(_used + RecordHeader.Size), header);
        _used += DataHead + storedLength;
    }

    public void Trailer(long fileIndex, in TrailerRecord trailer)
    {
        if (TrailerBytes > _frame.Length - _used) Flush();
        RecordCodec.Write(_frame.AsSpan(_used), Next(RecordType.Trailer, RecordFlags.None, TrailerRecord.Length, fileIndex));
        trailer.Write(_frame.AsSpan(_used + RecordHeader.Size));
        _used += TrailerBytes;
    }

    public void Node(byte[] encoding)
    {
        int length = NodeRecord.Length(encoding.Length);
        Span<byte> place = IndexRecord(RecordType.Node, length, out byte[]? large);
        NodeRecord.Write(place, _session, encoding);
        Nodes++;
        if (large is not null) SendLarge(large);
    }

    public void Unsaved(UnsavedFile file)
    {
        byte[] encoded = UnsavedRecord.Encode(file);
        encoded.CopyTo(IndexRecord(RecordType.Unsaved, encoded.Length, out byte[]? large));
        if (large is not null) SendLarge(large);
    }

    private Span<byte> IndexRecord(RecordType type, int length, out byte[]? large)
    {
        int whole = RecordHeader.Size + length;
        large = whole > _frame.Length ? new byte[whole] : null;
        if (large is null && whole > _frame.Length - _used) Flush();
        Span<byte> place = large is null ? _frame.AsSpan(_used, whole) : large;
        RecordCodec.Write(place, Next(type, RecordFlags.None, length, 0));
        if (large is null) _used += whole;
        return place[RecordHeader.Size..];
    }

    private RecordHeader Next(RecordType type, RecordFlags flags, int length, long fileIndex)
    {
        bool isData = Lanes.Of(type) == Lane.Data;
        _position = isData
            ? _position with { Data = _position.Data + 1 }
            : _position with { Index = _position.Index + 1 };
        return new RecordHeader(type, flags, length, isData ? _position.Data : _position.Index, fileIndex);
    }

    private void SendLarge(ReadOnlySpan<byte> record)
    {
        if (record.Length > _channel.PayloadBytesMax)
            throw new ChannelException(
                $"a record of {record.Length} bytes is longer than a frame to {_channel.Peer} may be ({_channel.PayloadBytesMax})");
        Flush();
        Send(record);
    }

    public void Flush()
    {
        if (_used == 0) return;
        Send(_frame.AsSpan(0, _used));
        _used = 0;
    }

    private void Send(ReadOnlySpan<byte> records)
    {
        BackupStage last = _stages.Switch(BackupStage.Send);
        _channel.Send(FrameKind.Records, records);
        BytesSent += records.Length;
        Frames++;
        while (_channel.TryReceive(out IFrame? frame)) Take(frame ?? throw Closed());
        _stages.Switch(last);
    }

    /// <summary>Says that this is all, and waits until it is on stable storage.</summary>
    public void Seal(SessionSeal seal)
    {
        _stages.Switch(BackupStage.Seal);
        _channel.Send(FrameKind.Seal, CborMap.Encode(seal));
        while (Stored is null) Take(_channel.Receive() ?? throw Closed());
        _channel.CloseSend();
    }

    private ChannelException Closed() => new($"{_channel.Peer} closed the channel before the session was stored");

    private void Take(IFrame frame)
    {
        using (frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Committed: Committed = CborMap.Decode<Committed>(frame.Payload); break;
                case FrameKind.Stored: Stored = CborMap.Decode<SessionStored>(frame.Payload); break;
                case FrameKind.Failed:
                    throw new ChannelException($"{_channel.Peer}: {CborMap.Decode<SessionFailed>(frame.Payload).Reason}");
                default: throw new ChannelException($"{_channel.Peer} sent a {frame.Kind} frame into a session that is being stored");
            }
        }
    }
}
