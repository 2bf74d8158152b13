using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Wire;

namespace Backup.Volumes.Records;

/// <summary>A Node record: the session that holds the node on media (16 bytes), then the node's canonical encoding.</summary>
public static class NodeRecord
{
    /// <summary>Length of the payload for an encoding of that many bytes.</summary>
    public static int Length(int encodingBytes) => SessionId.Size + encodingBytes;

    /// <summary>Writes the payload; returns its length.</summary>
    public static int Write(Span<byte> payload, SessionId holder, ReadOnlySpan<byte> encoding)
    {
        holder.Write(payload);
        encoding.CopyTo(payload[SessionId.Size..]);
        return Length(encoding.Length);
    }

    /// <summary>Takes a payload apart; false where it is too short. The encoding is not decoded.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SessionId holder, out ReadOnlySpan<byte> encoding)
    {
        bool whole = payload.Length > SessionId.Size && payload.Length - SessionId.Size <= RecordCodec.NodeBytesMax;
        holder = whole ? SessionId.Read(payload) : default;
        encoding = whole ? payload[SessionId.Size..] : default;
        return whole;
    }
}

/// <summary>An Unsaved record: one <see cref="UnsavedFile"/> as a CBOR map.</summary>
public static class UnsavedRecord
{
    public static byte[] Encode(UnsavedFile file) => CborMap.Encode(file);

    /// <summary>Reads a payload; throws <see cref="WireFormatException"/> where it is none.</summary>
    public static UnsavedFile Decode(ReadOnlyMemory<byte> payload) => CborMap.Decode<UnsavedFile>(payload);
}
