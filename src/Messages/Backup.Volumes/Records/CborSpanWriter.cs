using System.Buffers.Binary;

namespace Backup.Volumes.Records;

/// <summary>
/// Writes CBOR (RFC 8949, shortest forms, definite lengths) into a span without allocation: attributes are written once a file,
/// where the general writer costs more than the rest of the record.
/// </summary>
internal ref struct CborSpanWriter(Span<byte> destination)
{
    private const byte Unsigned = 0x00, Negative = 0x20, Bytes = 0x40, Text = 0x60, Array = 0x80, Map = 0xa0;

    /// <summary>Most bytes that the head of an item takes.</summary>
    public const int HeadBytesMax = 9;

    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public void StartMap(int fields) => Head(Map, (ulong)fields);

    public void StartArray(int items) => Head(Array, (ulong)items);

    public void Integer(long value)
    {
        if (value >= 0) Head(Unsigned, (ulong)value);
        else Head(Negative, (ulong)~value);
    }

    public void Integer(ulong value) => Head(Unsigned, value);

    public void ByteString(ReadOnlySpan<byte> value) => String(Bytes, value);

    /// <summary>A text string whose bytes are already UTF-8.</summary>
    public void Utf8(ReadOnlySpan<byte> value) => String(Text, value);

    public void TextString(string value)
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(value);
        Head(Text, (ulong)length);
        Written += System.Text.Encoding.UTF8.GetBytes(value, _destination[Written..]);
    }

    private void String(byte major, ReadOnlySpan<byte> value)
    {
        Head(major, (ulong)value.Length);
        value.CopyTo(_destination[Written..]);
        Written += value.Length;
    }

    private void Head(byte major, ulong value)
    {
        Span<byte> at = _destination[Written..];
        switch (value)
        {
            case < 24:
                at[0] = (byte)(major | value);
                Written += 1;
                break;
            case <= byte.MaxValue:
                at[0] = (byte)(major | 24);
                at[1] = (byte)value;
                Written += 2;
                break;
            case <= ushort.MaxValue:
                at[0] = (byte)(major | 25);
                BinaryPrimitives.WriteUInt16BigEndian(at[1..], (ushort)value);
                Written += 3;
                break;
            case <= uint.MaxValue:
                at[0] = (byte)(major | 26);
                BinaryPrimitives.WriteUInt32BigEndian(at[1..], (uint)value);
                Written += 5;
                break;
            default:
                at[0] = (byte)(major | 27);
                BinaryPrimitives.WriteUInt64BigEndian(at[1..], value);
                Written += 9;
                break;
        }
    }
}
