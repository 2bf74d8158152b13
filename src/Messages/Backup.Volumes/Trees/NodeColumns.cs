using System.Formats.Cbor;
using Backup.Messages.Values;
using Backup.Volumes.Records;

namespace Backup.Volumes.Trees;

/// <summary>
/// A column of unsigned numbers as it lies in a node: absent (all zero), one number, or a varint each. Read once, from the first.
/// </summary>
internal sealed class NumberColumn
{
    private readonly ulong _constant;
    private readonly ReadOnlyMemory<byte>? _bytes;
    private int _next;

    private NumberColumn(ulong constant) => _constant = constant;

    public NumberColumn(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    public static NumberColumn Absent() => new(0);

    public static NumberColumn Read(CborReader reader) => reader.PeekState() == CborReaderState.UnsignedInteger
        ? new NumberColumn(reader.ReadUInt64())
        : new NumberColumn(reader.ReadDefiniteLengthByteString());

    public ulong Next()
    {
        if (_bytes is not { } bytes) return _constant;
        ReadOnlySpan<byte> span = bytes.Span;
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (_next >= span.Length || shift > 63) throw new VolumeFormatException("a column of a tree node is cut off");
            byte b = span[_next++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
    }

    public long NextSigned()
    {
        ulong value = Next();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number that fits an int and a limit.</summary>
    public int NextLength(int limit)
    {
        ulong value = Next();
        return value <= (ulong)limit ? (int)value :
            throw new VolumeFormatException($"a length of {value} in a tree node is more than {limit}");
    }
}

/// <summary>A column of times: differences to the entry before, or to the entry's modification.</summary>
internal sealed class TimeColumn
{
    private readonly bool _followsModified;
    private readonly NumberColumn _seconds;
    private readonly NumberColumn _nanoseconds;
    private readonly bool _present;
    private Instant _previous;

    private TimeColumn(bool present, bool follows, NumberColumn seconds, NumberColumn nanoseconds) =>
        (_present, _followsModified, _seconds, _nanoseconds) = (present, follows, seconds, nanoseconds);

    public static TimeColumn Absent() => new(false, false, NumberColumn.Absent(), NumberColumn.Absent());

    public static TimeColumn Read(CborReader reader)
    {
        reader.ReadStartArray();
        uint follows = reader.ReadUInt32();
        if (follows > 1) throw new VolumeFormatException($"a time column of a tree node has the unknown base {follows}");
        NumberColumn seconds = ReadDifferences(reader);
        NumberColumn nanoseconds = ReadDifferences(reader);
        reader.ReadEndArray();
        return new TimeColumn(true, follows == 1, seconds, nanoseconds);
    }

    private static NumberColumn ReadDifferences(CborReader reader)
    {
        ReadOnlyMemory<byte> bytes = reader.ReadDefiniteLengthByteString();
        return bytes.IsEmpty ? NumberColumn.Absent() : new NumberColumn(bytes);
    }

    public Instant Next(Instant modified)
    {
        if (!_present) return default;
        Instant to = _followsModified ? modified : _previous;
        long nanoseconds = unchecked(to.Nanoseconds + _nanoseconds.NextSigned());
        if (nanoseconds is < 0 or >= 1_000_000_000)
            throw new VolumeFormatException($"{nanoseconds} ns in a tree node are no part of a second");
        _previous = new Instant(unchecked(to.Seconds + _seconds.NextSigned()), (uint)nanoseconds);
        return _previous;
    }
}

/// <summary>A run of bytes from which pieces are cut in order.</summary>
internal sealed class ByteColumn(ReadOnlyMemory<byte> bytes)
{
    private int _next;

    public ReadOnlySpan<byte> Next(int length)
    {
        if (length > bytes.Length - _next) throw new VolumeFormatException("a column of a tree node is cut off");
        ReadOnlySpan<byte> piece = bytes.Span.Slice(_next, length);
        _next += length;
        return piece;
    }
}
