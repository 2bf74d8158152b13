using System.Buffers.Binary;

namespace Backup.Volumes.Records;

/// <summary>Which stream of an entry a Data record belongs to.</summary>
public enum DataStream : byte
{
    Content = 0,
}

/// <summary>What was done to the bytes of a Data record. Each record stands alone.</summary>
public enum DataTransform : byte
{
    None = 0,

    /// <summary>One Zstandard frame (RFC 8878).</summary>
    Zstd = 1,
}

/// <summary>
/// The first 16 bytes of a Data record's payload, little-endian: stream 8, transform 8, zero 16, raw length 32, offset in the stream 64.
/// The bytes after it, transformed back, are RawLength bytes at Offset. What no record covers is a hole.
/// </summary>
public readonly record struct DataHeader(DataStream Stream, DataTransform Transform, int RawLength, long Offset)
{
    public const int Size = 16;
}

/// <summary>Data records in and out of spans.</summary>
public static class DataRecord
{
    /// <summary>Writes the 16 bytes; the content follows them.</summary>
    public static void Write(Span<byte> payload, in DataHeader header)
    {
        payload[0] = (byte)header.Stream;
        payload[1] = (byte)header.Transform;
        BinaryPrimitives.WriteUInt16LittleEndian(payload[2..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(payload[4..], header.RawLength);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], header.Offset);
    }

    /// <summary>Takes a payload apart; false where it is no Data record. The bytes are still transformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out DataHeader header, out ReadOnlySpan<byte> bytes)
    {
        header = default;
        bytes = default;
        if (payload.Length < DataHeader.Size) return false;
        header = new DataHeader(
            (DataStream)payload[0],
            (DataTransform)payload[1],
            BinaryPrimitives.ReadInt32LittleEndian(payload[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[8..]));
        bytes = payload[DataHeader.Size..];
        return (uint)header.RawLength <= RecordCodec.DataBytesMax
            && header.Offset >= 0
            && header.Offset <= long.MaxValue - header.RawLength
            && (header.Transform != DataTransform.None || bytes.Length == header.RawLength);
    }
}
