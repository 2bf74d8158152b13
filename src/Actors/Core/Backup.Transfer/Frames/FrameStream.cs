using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Frames;

/// <summary>
/// Frames over a connection: sequence and checksums made and checked. Any thread may write (one frame at a time); one thread reads.
/// </summary>
internal sealed class FrameStream(IConnection connection, uint magic) : IDisposable
{
    private readonly Lock _writing = new();
    private readonly byte[] _headerIn = new byte[FrameHeader.Size];
    private long _sequenceOut;
    private long _sequenceIn;

    public string Peer => connection.Peer;

    /// <summary>Who the other end is, as its certificate proves it; null on plain loopback.</summary>
    public NodeIdentity? Identity => connection.Identity;

    public void Write(byte kind, ReadOnlySpan<byte> payload)
    {
        uint crc = Crc32C.Compute(payload);
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        lock (_writing)
        {
            new FrameHeader(kind, payload.Length, crc, ++_sequenceOut).Write(header, magic);
            connection.Write(header, payload);
        }
    }

    /// <summary>The next header; null where the other end closed between two frames.</summary>
    public FrameHeader? ReadHeader(int payloadMax)
    {
        int first = connection.Read(_headerIn);
        if (first == 0) return null;
        Fill(_headerIn.AsSpan(first));
        try
        {
            var header = FrameHeader.Read(_headerIn, magic, payloadMax);
            return header.Sequence == ++_sequenceIn
                ? header
                : throw new ChannelException($"frame {_sequenceIn} was expected, frame {header.Sequence} came");
        }
        catch (ChannelException e)
        {
            throw new ChannelException($"{Peer}: {e.Message}", e);
        }
    }

    /// <summary>Reads a payload of the header's length and checks it.</summary>
    public void ReadPayload(in FrameHeader header, Span<byte> payload)
    {
        Fill(payload);
        if (Crc32C.Compute(payload) != header.PayloadCrc)
            throw new ChannelException($"{Peer}: frame {header.Sequence} is damaged (checksum)");
    }

    public byte[] ReadPayload(in FrameHeader header)
    {
        var payload = new byte[header.Length];
        ReadPayload(header, payload);
        return payload;
    }

    public void CloseWrite() => connection.CloseWrite();

    /// <summary>Takes away what still comes until the other end has closed or the connection is cut: all is said.</summary>
    public void Drain()
    {
        Span<byte> sink = stackalloc byte[4096];
        try
        {
            while (connection.Read(sink) > 0)
            {
                // Nothing is kept.
            }
        }
        catch (ChannelException)
        {
            // However the other end leaves, it was told what there was to tell.
        }
    }

    public void Dispose() => connection.Dispose();

    private void Fill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = connection.Read(buffer);
            if (count == 0) throw new ChannelException($"{Peer}: cut in the middle of a frame");
            buffer = buffer[count..];
        }
    }
}
