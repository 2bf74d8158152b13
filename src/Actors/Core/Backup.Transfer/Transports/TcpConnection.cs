using System.Net.Sockets;
using Backup.Messages.Sessions;

namespace Backup.Transfer.Transports;

/// <summary>
/// One TCP stream on a blocking socket. The head and the first part of a body leave in one send, so that no small packet goes alone.
/// </summary>
internal sealed class TcpConnection(Socket socket, string peer) : IConnection
{
    private const int StagingBytes = 16 * 1024;
    private const int SendBytesMax = 256 * 1024;
    private readonly byte[] _staging = new byte[StagingBytes];
    private int _disposed;

    public string Peer => peer;

    public int Read(Span<byte> buffer)
    {
        try
        {
            int count = socket.Receive(buffer);
            // shutdown(2) wakes with an end of stream: our own Dispose must not look like the other end's close.
            return count > 0 || Volatile.Read(ref _disposed) == 0 ? count : throw new ObjectDisposedException(peer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    public void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        try
        {
            head.CopyTo(_staging);
            int staged = Math.Min(body.Length, StagingBytes - head.Length);
            body[..staged].CopyTo(_staging.AsSpan(head.Length));
            SendAll(_staging.AsSpan(0, head.Length + staged));
            SendAll(body[staged..]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    public void CloseWrite()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        TcpSockets.Cut(socket);
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes[..Math.Min(bytes.Length, SendBytesMax)])..];
    }

    private ChannelException Broken(Exception e) => new(
        $"{peer}: {(e is SocketException s ? TcpSockets.Words(s) : "the connection is closed")}", e);
}
