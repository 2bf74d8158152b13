using System.Buffers.Binary;

namespace Backup.Volumes.Trees;

/// <summary>A growing run of bytes with varints (LEB128) and CBOR heads. One thread.</summary>
internal sealed class ColumnBytes
{
    private byte[] _bytes = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public Span<byte> Grow(int count)
    {
        if (Length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        Span<byte> space = _bytes.AsSpan(Length, count);
        Length += count;
        return space;
    }

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Grow(bytes.Length));

    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Grow(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }
        Grow(1)[0] = (byte)value;
    }

    /// <summary>A signed number with its sign in the lowest bit, so that small ones of either sign are short.</summary>
    public void Zigzag(long value) => Varint((ulong)(value << 1) ^ (ulong)(value >> 63));

    /// <summary>The head of a CBOR item in its shortest form.</summary>
    public void Head(byte major, ulong value)
    {
        int follow = value switch { < 24 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 };
        Span<byte> head = Grow(1 + follow);
        head[0] = (byte)(major | follow switch { 0 => (byte)value, 1 => 24, 2 => 25, 4 => 26, _ => 27 });
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, value);
        wide[(8 - follow)..].CopyTo(head[1..]);
    }

    public void Key(ReadOnlySpan<byte> key)
    {
        Head(0x60, (ulong)key.Length);
        Append(key);
    }

    public void Number(ulong value) => Head(0x00, value);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Head(0x40, (ulong)value.Length);
        Append(value);
    }
}
