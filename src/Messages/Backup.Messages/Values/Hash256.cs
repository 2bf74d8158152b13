using System.Buffers.Binary;

namespace Backup.Messages.Values;

/// <summary>Thirty-two bytes of a digest, by value and without allocation.</summary>
public readonly record struct Hash256(ulong A, ulong B, ulong C, ulong D)
{
    public const int Size = 32;

    public static readonly Hash256 Zero;

    /// <summary>Reads 32 bytes; throws ArgumentException where there are fewer.</summary>
    public static Hash256 Read(ReadOnlySpan<byte> bytes) => bytes.Length < Size
        ? throw new ArgumentException($"a digest has {Size} bytes, not {bytes.Length}", nameof(bytes))
        : new Hash256(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], D);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
