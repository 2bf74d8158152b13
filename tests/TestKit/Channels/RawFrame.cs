using System.Buffers.Binary;
using Backup.Messages.Sessions;
using Backup.Transfer.Transports;

namespace Backup.TestKit.Channels;

/// <summary>A frame as the protocol's page has it, written and read without the product's code.</summary>
public sealed record RawFrame(byte Kind, byte[] Payload, long Sequence)
{
    public const int HeaderSize = 28;
    public const byte Ping = 240, Credit = 241, End = 242, Hello = 243, Welcome = 244, Refused = 245;

    public uint Magic { get; init; } = 0x31444b42;
    public uint? Length { get; init; }
    public uint PayloadCrc { get; init; } = Crc(Payload);

    /// <summary>CRC32C bit by bit, from its definition.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82f63b78 & (0 - (crc & 1)));
        }
        return ~crc;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderSize + Payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        bytes[4] = Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Length ?? (uint)Payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), PayloadCrc);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Crc(bytes.AsSpan(0, 24)));
        Payload.CopyTo(bytes, HeaderSize);
        return bytes;
    }

    public static RawFrame Read(IConnection connection)
    {
        byte[] header = Exactly(connection, HeaderSize);
        byte[] payload = Exactly(connection, BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)));
        return new RawFrame(header[4], payload, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16)))
        {
            Magic = BinaryPrimitives.ReadUInt32LittleEndian(header),
            PayloadCrc = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)),
        };
    }

    private static byte[] Exactly(IConnection connection, int count)
    {
        var bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int got = connection.Read(bytes.AsSpan(at));
            if (got == 0) throw new ChannelException("the connection ended");
            at += got;
        }
        return bytes;
    }
}
