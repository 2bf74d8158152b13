using System.Buffers.Binary;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Transfer.Frames;

/// <summary>
/// The 28 bytes before each payload, little-endian: magic 4, kind 1, zero 3, payload length 4, CRC32C of the payload 4, sequence 8,
/// CRC32C of the 24 bytes before 4 (docs/protocols/bulk-channel.md).
/// </summary>
internal readonly record struct FrameHeader(byte Kind, int Length, uint PayloadCrc, long Sequence)
{
    public const int Size = 28;
    private const int CheckedSize = Size - 4;

    /// <summary>"BKD1": a bulk channel.</summary>
    public const uint BulkMagic = 0x31444b42;

    /// <summary>"BKC1": a control link.</summary>
    public const uint ControlMagic = 0x31434b42;

    /// <summary>"BKE1": a host that has no certificate yet asks for one.</summary>
    public const uint EnrolmentMagic = 0x31454b42;

    public void Write(Span<byte> bytes, uint magic)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], PayloadCrc);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[CheckedSize..], Crc32C.Compute(bytes[..CheckedSize]));
    }

    /// <summary>Reads and checks 28 bytes; throws <see cref="ChannelException"/> for whatever is no frame of that magic.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes, uint magic, int payloadMax)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != magic) throw new ChannelException("what came is not this protocol");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[CheckedSize..]) != Crc32C.Compute(bytes[..CheckedSize]))
            throw new ChannelException("a frame header is damaged (checksum)");
        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (kind > byte.MaxValue) throw new ChannelException($"frame kind {kind} is unknown");
        if (length > payloadMax) throw new ChannelException($"a frame of {length} bytes came where {payloadMax} are allowed");
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        return new FrameHeader((byte)kind, (int)length, crc, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
    }
}

/// <summary>Kinds of frames that the channel itself uses; the others are <see cref="FrameKind"/>.</summary>
internal static class OwnKind
{
    public const byte Ping = 240;
    public const byte Credit = 241;
    public const byte End = 242;
    public const byte Hello = 243;
    public const byte Welcome = 244;
    public const byte Refused = 245;
}
