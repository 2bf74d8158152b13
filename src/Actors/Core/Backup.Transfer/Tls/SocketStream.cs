using System.Net.Sockets;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Tls;

/// <summary>
/// A blocking socket as the stream below SslStream. SslStream hands over one record of 16 KiB at a time; here the records of a frame are
/// gathered and leave in few sends. One thread reads while others write.
/// </summary>
internal sealed class SocketStream(Socket socket) : Stream
{
    /// <summary>Encrypted bytes that leave in one send at most.</summary>
    private const int GatherBytes = 128 * 1024;

    private readonly Lock _writing = new();
    private byte[] _gathered = [];
    private int _count;
    private bool _gathering;
    private volatile bool _cut;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From here on what is written waits for <see cref="Flush"/> or for a full buffer.</summary>
    public void Gather()
    {
        lock (_writing)
        {
            if (_gathered.Length == 0) _gathered = new byte[GatherBytes];
            _gathering = true;
        }
    }

    /// <summary>Cuts the socket; SslStream, which flushes when it is disposed, has nothing to send any more.</summary>
    public void Cut()
    {
        _cut = true;
        TcpSockets.Cut(socket);
    }

    public override void Flush()
    {
        if (_cut) return;
        lock (_writing)
        {
            _gathering = false;
            SendGathered();
        }
    }

    public override int Read(Span<byte> buffer) => socket.Receive(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_writing)
        {
            if (_gathering && buffer.Length <= GatherBytes - _count)
            {
                buffer.CopyTo(_gathered.AsSpan(_count));
                _count += buffer.Length;
                return;
            }
            SendGathered();
            if (_gathering && buffer.Length <= GatherBytes)
            {
                buffer.CopyTo(_gathered);
                _count = buffer.Length;
            }
            else
                SendAll(buffer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void SendGathered()
    {
        int count = _count;
        _count = 0;
        SendAll(_gathered.AsSpan(0, count));
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
    }
}
