using Backup.Messages.Sessions;
using Backup.Volumes.Records;

namespace Backup.Actors.Director.Catalogs;

/// <summary>Packs whole records into frames of a channel. One thread.</summary>
internal sealed class FrameBuffer(IBulkChannel channel)
{
    private readonly byte[] _bytes = new byte[channel.PayloadBytesMax];
    private int _used;
    private long _sequence;

    /// <summary>Room for the payload of one record, behind its header; what is in the buffer is sent first where there is none.</summary>
    public Span<byte> Reserve(RecordType type, int length)
    {
        int whole = RecordHeader.Size + length;
        if (whole > _bytes.Length)
            throw new ChannelException($"a {type} record of {length} bytes does not fit into a frame of {_bytes.Length}");
        if (_used + whole > _bytes.Length) Flush();
        Span<byte> record = _bytes.AsSpan(_used, whole);
        RecordCodec.Write(record, new RecordHeader(type, RecordFlags.None, length, ++_sequence, 0));
        _used += whole;
        return record[RecordHeader.Size..];
    }

    public void Flush()
    {
        if (_used > 0) channel.Send(FrameKind.Records, _bytes.AsSpan(0, _used));
        _used = 0;
    }
}
