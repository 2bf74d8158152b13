using System.Buffers.Binary;
using System.Text;
using Backup.Messages.Values;

namespace Backup.Devices.Drives.VirtualTape;

/// <summary>
/// What stands at the beginning of a cartridge file. <paramref name="Capacity"/>: bytes of the file from which on the end is signalled;
/// <paramref name="Reserve"/>: bytes behind it up to the physical end.
/// </summary>
internal sealed record CartridgeHeader(Guid Id, long Capacity, long Reserve, string BarCode);

/// <summary>One frame: a block (length &gt; 0) or a filemark (length 0).</summary>
internal readonly record struct CartridgeFrame(long Place, uint Pass, int Length, uint PayloadCrc)
{
    public bool IsMark => Length == 0;
}

/// <summary>The bytes of docs/formats/cartridge.md. Little-endian. Pure.</summary>
internal static class CartridgeFormat
{
    public const int HeaderSize = 512;
    public const int FrameHeaderSize = 64;

    /// <summary>Every frame begins at a multiple of this, so that a damaged one is passed over cheaply.</summary>
    public const int Alignment = 512;
    public const int BlockSizeMax = 4 * 1024 * 1024;
    public const int BarCodeMax = 64;
    private const int Version = 0;
    private const int HeaderCrcAt = 508, FrameCrcAt = 60;

    private static ReadOnlySpan<byte> FileMagic => "BACKUP CARTRIDGE"u8;
    private static ReadOnlySpan<byte> BlockMagic => "BKTAPBLK"u8;
    private static ReadOnlySpan<byte> MarkMagic => "BKTAPMRK"u8;

    public static long Align(long offset) => (offset + Alignment - 1) & ~(Alignment - 1L);

    public static byte[] Encode(CartridgeHeader header)
    {
        var bytes = new byte[HeaderSize];
        FileMagic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Version);
        header.Id.TryWriteBytes(bytes.AsSpan(24), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), header.Capacity);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), header.Reserve);
        Encoding.ASCII.GetBytes(header.BarCode, bytes.AsSpan(56, BarCodeMax));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeaderCrcAt), Crc32C.Compute(bytes.AsSpan(0, HeaderCrcAt)));
        return bytes;
    }

    /// <summary>The header, or null and the reason in words.</summary>
    public static CartridgeHeader? Parse(ReadOnlySpan<byte> bytes, out string? reason)
    {
        reason = bytes.Length < HeaderSize || !bytes.StartsWith(FileMagic) ? "it is no cartridge file"
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[HeaderCrcAt..]) != Crc32C.Compute(bytes[..HeaderCrcAt])
                ? "its header is damaged: the checksum does not fit"
            : BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]) != Version ? "it has a later format than this program reads"
            : null;
        if (reason is not null) return null;
        ReadOnlySpan<byte> code = bytes.Slice(56, BarCodeMax);
        int end = code.IndexOf((byte)0);
        return new CartridgeHeader(
            new Guid(bytes.Slice(24, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            Encoding.ASCII.GetString(end < 0 ? code : code[..end]));
    }

    public static void Encode(CartridgeFrame frame, Guid cartridge, Span<byte> bytes)
    {
        bytes[..FrameHeaderSize].Clear();
        (frame.IsMark ? MarkMagic : BlockMagic).CopyTo(bytes);
        cartridge.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], frame.Place);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[32..], frame.Pass);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[36..], frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[40..], frame.PayloadCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[FrameCrcAt..], Crc32C.Compute(bytes[..FrameCrcAt]));
    }

    /// <summary>The id that a frame header names.</summary>
    public static Guid IdOf(ReadOnlySpan<byte> bytes) => new(bytes.Slice(8, 16), bigEndian: true);

    /// <summary>True where these bytes are a whole frame header of this cartridge.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, Guid cartridge, out CartridgeFrame frame)
    {
        frame = default;
        if (bytes.Length < FrameHeaderSize) return false;
        bool isMark = bytes.StartsWith(MarkMagic);
        if (!isMark && !bytes.StartsWith(BlockMagic)) return false;
        if (IdOf(bytes) != cartridge) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[FrameCrcAt..]) != Crc32C.Compute(bytes[..FrameCrcAt])) return false;
        frame = new CartridgeFrame(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[36..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]));
        return frame.Place >= 0 && (isMark ? frame.Length == 0 : frame.Length is > 0 and <= BlockSizeMax);
    }
}
