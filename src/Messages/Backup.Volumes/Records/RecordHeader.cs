using System.Buffers.Binary;

namespace Backup.Volumes.Records;

/// <summary>What a record is. The numbers are on media and on the wire; a reader skips a number it does not know by its length.</summary>
public enum RecordType : ushort
{
    None = 0,

    /// <summary>Path and status of one entry, taken before its content was read (data lane).</summary>
    Attributes = 1,

    /// <summary>A piece of a file's content (data lane).</summary>
    Data = 2,

    /// <summary>How a file ended: status, size, digest (data lane).</summary>
    Trailer = 3,

    /// <summary>A tree node (index lane).</summary>
    Node = 4,

    /// <summary>A file that was not saved, and why (index lane).</summary>
    Unsaved = 5,
    SessionStart = 16,
    AttemptStart = 17,
    SessionEnd = 18,
    Commit = 19,
    BlockTable = 20,
    VolumeIndex = 21,
    VolumeLabel = 32,
    FormatText = 33,
    Continuation = 34,
    EndOfVolume = 35,
}

/// <summary>Bits of a record. Unknown bits are ignored.</summary>
[Flags]
public enum RecordFlags : ushort
{
    None = 0,

    /// <summary>
    /// Attributes of a further name of a hard-linked file: the file index is that of its first name, which has the content.
    /// </summary>
    FurtherName = 1,
}

/// <summary>The two sequences of a session, each from 1 and gapless; a record of neither has sequence 0.</summary>
public enum Lane
{
    None,
    Data,
    Index,
}

public static class Lanes
{
    public static Lane Of(RecordType type) => type switch
    {
        RecordType.Attributes or RecordType.Data or RecordType.Trailer => Lane.Data,
        RecordType.Node or RecordType.Unsaved => Lane.Index,
        _ => Lane.None,
    };
}

/// <summary>
/// The 24 bytes before every record's payload, little-endian: type 16, flags 16, length of the payload 32, sequence 64, file index
/// 64.
/// </summary>
public readonly record struct RecordHeader(RecordType Type, RecordFlags Flags, int Length, long Sequence, long FileIndex)
{
    public const int Size = 24;
}

/// <summary>Bytes that should have been a record, a node or a block and are not. One line; what was wrong.</summary>
public sealed class VolumeFormatException(string message, Exception? inner = null) : FormatException(message, inner);

/// <summary>Record headers in and out of spans.</summary>
public static class RecordCodec
{
    /// <summary>Most raw bytes in one Data record.</summary>
    public const int DataBytesMax = 1 << 20;

    /// <summary>Longest canonical encoding of a tree node.</summary>
    public const int NodeBytesMax = 4 << 20;

    /// <summary>Longest payload of any record: a node with the session that holds it.</summary>
    public const int PayloadBytesMax = NodeBytesMax + 1024;

    /// <summary>
    /// Writes the header; the payload of <see cref="RecordHeader.Length"/> bytes follows it at <see cref="RecordHeader.Size"/>.
    /// </summary>
    public static void Write(Span<byte> destination, in RecordHeader header)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)header.Length, (uint)PayloadBytesMax);
        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)header.Type);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], (ushort)header.Flags);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], header.Length);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], header.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], header.FileIndex);
    }

    /// <summary>Writes header and payload, back to back; returns the bytes written.</summary>
    public static int Write(Span<byte> destination, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(payload.Length, header.Length);
        Write(destination, header);
        payload.CopyTo(destination[RecordHeader.Size..]);
        return RecordHeader.Size + payload.Length;
    }

    /// <summary>Reads a header; false where there are fewer than 24 bytes or a field is out of its range.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out RecordHeader header)
    {
        header = default;
        if (source.Length < RecordHeader.Size) return false;
        header = new RecordHeader(
            (RecordType)BinaryPrimitives.ReadUInt16LittleEndian(source),
            (RecordFlags)BinaryPrimitives.ReadUInt16LittleEndian(source[2..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]));
        return (uint)header.Length <= PayloadBytesMax && header.Sequence >= 0 && header.FileIndex >= 0;
    }
}

/// <summary>
/// Goes over whole records lying back to back, as in a frame of a channel. Throws <see cref="VolumeFormatException"/>
/// from <see cref="Next"/> where the bytes are no records; payloads are not looked into.
/// </summary>
public ref struct RecordCursor(ReadOnlySpan<byte> frame)
{
    private readonly ReadOnlySpan<byte> _frame = frame;
    private int _next;

    public RecordHeader Header { get; private set; }
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Header and payload together, as they lie in the frame.</summary>
    public ReadOnlySpan<byte> Record { get; private set; }

    /// <summary>Steps to the next record; false at the end of the frame.</summary>
    public bool Next()
    {
        if (_next == _frame.Length) return false;
        ReadOnlySpan<byte> rest = _frame[_next..];
        if (!RecordCodec.TryRead(rest, out RecordHeader header))
            throw new VolumeFormatException($"no record header at byte {_next} of a frame");
        int whole = RecordHeader.Size + header.Length;
        if (whole > rest.Length) throw new VolumeFormatException($"the record at byte {_next} of a frame is cut off");
        Header = header;
        Record = rest[..whole];
        Payload = rest[RecordHeader.Size..whole];
        _next += whole;
        return true;
    }
}
