using System.Buffers.Binary;
using Backup.Messages.Values;

namespace Backup.Volumes.Records;

/// <summary>How one file's records ended.</summary>
public enum TrailerStatus : byte
{
    Complete = 0,

    /// <summary>The file changed while it was read; what is stored may be a mixture.</summary>
    Changed = 1,

    /// <summary>Reading ended early; what is stored is no version of the file.</summary>
    Abandoned = 2,

    /// <summary>A later file index of the same session has a newer reading of this file.</summary>
    Superseded = 3,
}

/// <summary>
/// The end of one file's records. Size is the file's size in bytes as read (holes included), BytesRead what was read of it. On media
/// 56 bytes,
/// little-endian: status 8, digest algorithm 8, zero 48, size 64, bytes read 64, digest 256. Further bytes are ignored.
/// </summary>
public readonly record struct TrailerRecord(TrailerStatus Status, long Size, Digest Digest, long BytesRead)
{
    public const int Length = 56;

    /// <summary>Writes <see cref="Length"/> bytes of payload.</summary>
    public void Write(Span<byte> payload)
    {
        payload[..8].Clear();
        payload[0] = (byte)Status;
        payload[1] = (byte)Digest.Algorithm;
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], BytesRead);
        Digest.Value.Write(payload[24..]);
    }

    /// <summary>Reads a payload; false where it is no trailer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out TrailerRecord trailer)
    {
        trailer = default;
        if (payload.Length < Length) return false;
        trailer = new TrailerRecord(
            (TrailerStatus)payload[0],
            BinaryPrimitives.ReadInt64LittleEndian(payload[8..]),
            new Digest((DigestAlgorithm)payload[1], Hash256.Read(payload[24..])),
            BinaryPrimitives.ReadInt64LittleEndian(payload[16..]));
        return trailer.Size >= 0 && trailer.BytesRead >= 0;
    }
}
