using System.Buffers.Binary;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Messages.Wire;

namespace Backup.Actors.Storage.Outbox;

/// <summary>What a frame of an outbox file holds. The numbers are on disk (docs/formats/outbox.md).</summary>
internal enum OutboxKind : byte
{
    /// <summary>The first frame of each file: whose session it is.</summary>
    Head = 1,

    /// <summary>A commit point with its nodes and notes.</summary>
    Part = 2,

    /// <summary>The session's end record.</summary>
    End = 3,

    /// <summary>The last frame of a session: how it ended at this storage, told when all before it is delivered.</summary>
    Ended = 4,
}

/// <summary>Whose session a file of the outbox is of, and how far that was where the file begins.</summary>
internal sealed record OutboxHead(SessionId Session, JobId Job, int Attempt, StreamPosition Position, string? LastPath);

/// <summary>What one commit point brings to the catalog: the facts, and whole Node and Unsaved records.</summary>
internal sealed record CommittedPart(CatalogueCommit Commit, ReadOnlyMemory<byte> Records);

/// <summary>Frames of the outbox as bytes: a head of 16 bytes with a checksum, then the payload.</summary>
internal static class OutboxFrame
{
    public const int HeadBytes = 16;

    /// <summary>A part is at most a commit point's index (8 MiB and what one frame adds; once twice that), with room.</summary>
    public const int PayloadBytesMax = 96 << 20;

    private const uint Magic = 0x314f_4b42; // "BKO1"
    private const int PartHeadBytes = 4;

    /// <summary>The head of a frame with this payload.</summary>
    public static byte[] Head(OutboxKind kind, ReadOnlySpan<byte> payload)
    {
        var head = new byte[HeadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        head[4] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), Checksum(head, payload));
        return head;
    }

    /// <summary>Kind and length that a head names; false where it is none.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> head, out OutboxKind kind, out int length)
    {
        kind = (OutboxKind)head[4];
        length = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(head) == Magic && kind is >= OutboxKind.Head and <= OutboxKind.Ended
            && head[5] == 0 && head[6] == 0 && head[7] == 0 && length is >= 0 and <= PayloadBytesMax;
    }

    /// <summary>The payload is the one the head was made for.</summary>
    public static bool Fits(ReadOnlySpan<byte> head, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(head[12..]) == Checksum(head, payload);

    public static byte[] Encode(CommittedPart part)
    {
        byte[] commit = CborMap.Encode(part.Commit);
        var bytes = new byte[PartHeadBytes + commit.Length + part.Records.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, commit.Length);
        commit.CopyTo(bytes, PartHeadBytes);
        part.Records.CopyTo(bytes.AsMemory(PartHeadBytes + commit.Length));
        return bytes;
    }

    /// <summary>Throws <see cref="WireFormatException"/> for what is no part.</summary>
    public static CommittedPart DecodePart(ReadOnlyMemory<byte> bytes)
    {
        int length = bytes.Length >= PartHeadBytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes.Span) : -1;
        if (length < 0 || length > bytes.Length - PartHeadBytes) throw new WireFormatException("a part of the outbox has no commit point");
        return new CommittedPart(
            CborMap.Decode<CatalogueCommit>(bytes.Slice(PartHeadBytes, length)), bytes[(PartHeadBytes + length)..]);
    }

    private static uint Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> payload) =>
        ~Crc32C.Update(Crc32C.Update(uint.MaxValue, head[..12]), payload);
}
