using System.Net;
using System.Net.Sockets;
using Backup.Messages.Sessions;

namespace Backup.Transfer.Transports;

/// <summary>Sockets as every transport wants them: blocking, without Nagle's delay, with a deadline on connect(2).</summary>
internal static class TcpSockets
{
    private const int Backlog = 128;

    public static Socket Connect(IPEndPoint address, string endpoint, TimeSpan deadline)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SendTimeout = (int)Math.Clamp(deadline.TotalMilliseconds, 1, int.MaxValue); // Linux limits connect(2) by SO_SNDTIMEO
            socket.Connect(address);
            socket.SendTimeout = 0;
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ChannelException($"cannot connect to {endpoint}: {Words(e)}", e);
        }
    }

    public static IConnectionListener Listen(IPEndPoint address, string endpoint, Func<Socket, string, IConnection> wrap)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // A node that starts again finds its port in TIME_WAIT. .NET's own ReuseAddress would set SO_REUSEPORT with it, and a second
            // process could share the port unseen; so SO_REUSEADDR alone (socket(7): level SOL_SOCKET 1, option 2).
            if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(1, 2, BitConverter.GetBytes(1));
            socket.Bind(address);
            socket.Listen(Backlog);
            return new Listening(socket, wrap);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ChannelException($"cannot listen on {endpoint}: {Words(e)}", e);
        }
    }

    public static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.AddressAlreadyInUse => "the address is in use",
        SocketError.ConnectionReset => "the other end cut the connection",
        SocketError.Shutdown => "the connection is closed",
        SocketError.TimedOut or SocketError.InProgress or SocketError.WouldBlock => "no answer within the deadline",
        _ => e.Message,
    };

    /// <summary>Cuts a socket and wakes a thread that sleeps in recv or send; close alone does not wake it.</summary>
    public static void Cut(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other end was faster; there is nothing left to wake.
        }
        socket.Dispose();
    }

    private sealed class Listening(Socket socket, Func<Socket, string, IConnection> wrap) : IConnectionListener
    {
        private volatile bool _disposed;

        public string Endpoint { get; } = socket.LocalEndPoint!.ToString()!;

        public IConnection? Accept()
        {
            try
            {
                Socket accepted = socket.Accept();
                accepted.NoDelay = true;
                return wrap(accepted, accepted.RemoteEndPoint?.ToString() ?? "unknown");
            }
            catch (Exception e) when (_disposed && e is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e)
            {
                throw new ChannelException($"{Endpoint}: cannot accept: {Words(e)}", e);
            }
        }

        public void Dispose()
        {
            _disposed = true;
            socket.Dispose();
        }
    }
}
