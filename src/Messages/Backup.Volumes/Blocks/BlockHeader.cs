using System.Buffers.Binary;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Records;

namespace Backup.Volumes.Blocks;

[Flags]
public enum BlockFlags : ushort
{
    None = 0,

    /// <summary>Part of an index segment.</summary>
    Index = 1,

    /// <summary>The first block of an index segment.</summary>
    SegmentStart = 2,

    /// <summary>The last block of an index segment; a filemark follows.</summary>
    SegmentEnd = 4,

    /// <summary>The first block of the volume: text, then the header at byte 1024.</summary>
    Label = 8,
}

/// <summary>
/// The 56 bytes before a block's payload. Length is the whole block's in bytes, from its first byte. LastIndex is the block number of
/// the first block of an index segment: of the own one in its further blocks, else of the last one before; 0 where there is none.
/// </summary>
public readonly record struct BlockHeader(BlockFlags Flags, int Length, VolumeLifeId Life, long Number, long LastIndex)
{
    public const int Size = 56;

    /// <summary>The first block of the index segment that this block is part of; 0 for none.</summary>
    public long Segment => !Flags.HasFlag(BlockFlags.Index) ? 0 : Flags.HasFlag(BlockFlags.SegmentStart) ? Number : LastIndex;
}

/// <summary>What a block turned out to be.</summary>
public enum BlockState
{
    Good,

    /// <summary>No magic: not one of ours, or damaged in its first bytes.</summary>
    NoBlock,

    /// <summary>A version this program does not know.</summary>
    NewerVersion,

    /// <summary>Length or checksum is wrong.</summary>
    Damaged,
}

/// <summary>Block headers and their checksum in and out of spans.</summary>
public static class BlockCodec
{
    public const int Version = 0;
    public const int SizeMin = 64 << 10;
    public const int SizeMax = 4 << 20;
    public const int SizeDefault = 256 << 10;

    /// <summary>No block that a writer makes is shorter: header, one run, one fragment.</summary>
    public const int ShortestBlock = BlockHeader.Size + RunHeader.Size + FragmentHeader.Size;

    /// <summary>The first block of a volume is at most this long, so that it can be read with no knowledge of the block size.</summary>
    public const int LabelBlockMax = 64 << 10;

    /// <summary>Where the header stands in the first block of a volume; plain text is before it.</summary>
    public const int LabelTextBytes = 1024;

    private const int CrcAt = 52;

    public static ReadOnlySpan<byte> Magic => "BKUPBLK\n"u8;

    public static bool IsBlockSize(int bytes) => bytes is >= SizeMin and <= SizeMax && bytes % 4096 == 0;

    /// <summary>Writes the header at <paramref name="at"/> and the checksum over all of the block but the checksum itself.</summary>
    public static void Seal(Span<byte> block, int at, in BlockHeader header)
    {
        Span<byte> bytes = block[at..];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], (ushort)header.Flags);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], header.Length);
        header.Life.Write(bytes[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], header.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], header.LastIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[48..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[CrcAt..], Checksum(block[..header.Length], at));
    }

    private static uint Checksum(ReadOnlySpan<byte> block, int at) =>
        ~Crc32C.Update(Crc32C.Update(uint.MaxValue, block[..(at + CrcAt)]), block[(at + BlockHeader.Size)..]);

    /// <summary>
    /// The length that the beginning of a block tells (at least 1080 bytes of it, or all); 0 where it is none of ours. Nothing is
    /// checked: for drives whose
    /// medium keeps no lengths.
    /// </summary>
    public static int LengthOf(ReadOnlySpan<byte> beginning)
    {
        int at = beginning.StartsWith(Magic) ? 0 : LabelTextBytes;
        bool ours = beginning.Length >= at + BlockHeader.Size && beginning.Slice(at, Magic.Length).SequenceEqual(Magic);
        return ours ? BinaryPrimitives.ReadInt32LittleEndian(beginning[(at + 12)..]) : 0;
    }

    /// <summary>
    /// Checks a block as it was read; what lies behind its length is ignored. The payload is good only where the state is.
    /// </summary>
    public static BlockState TryOpen(ReadOnlySpan<byte> block, int at, out BlockHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (block.Length < at + BlockHeader.Size || !block.Slice(at, Magic.Length).SequenceEqual(Magic)) return BlockState.NoBlock;
        ReadOnlySpan<byte> bytes = block[at..];
        header = new BlockHeader(
            (BlockFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            VolumeLifeId.Read(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]));
        bool sound = header.Length >= at + BlockHeader.Size && header.Length <= block.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcAt..]) == Checksum(block[..header.Length], at);
        if (!sound) return BlockState.Damaged;
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) > Version) return BlockState.NewerVersion;
        if (header.Number < 0 || header.LastIndex < 0 || header.LastIndex > header.Number) return BlockState.Damaged;
        payload = block[(at + BlockHeader.Size)..header.Length];
        return BlockState.Good;
    }
}
