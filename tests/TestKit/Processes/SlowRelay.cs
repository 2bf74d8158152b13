using System.Net;
using System.Net.Sockets;

namespace Backup.TestKit.Processes;

/// <summary>
/// A way between two processes that lets only so many bytes through in a second, towards the one that listens, over all connections: what
/// a slow line is to a job. What comes back is not held up. It knows nothing of what it carries, so TLS goes through it too.
/// </summary>
public sealed class SlowRelay : IDisposable
{
    private const int PieceBytes = 16 * 1024;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly ManualResetEventSlim _disposed = new();
    private readonly Lock _pace = new();
    private readonly HashSet<Socket> _sockets = [];
    private double _bytesPerSecond;
    private long _freeAt = Environment.TickCount64;

    public SlowRelay(string target, int bytesPerSecond)
    {
        _target = IPEndPoint.Parse(target);
        _bytesPerSecond = bytesPerSecond;
        _listener.Start();
        Begin(Accept);
    }

    /// <summary>What is to be dialled in place of the target.</summary>
    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>From here on nothing is held up.</summary>
    public void Open() => Volatile.Write(ref _bytesPerSecond, double.PositiveInfinity);

    public void Dispose()
    {
        _disposed.Set();
        _listener.Dispose();
        lock (_sockets)
        {
            foreach (Socket socket in _sockets) socket.Dispose();
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket near = Kept(_listener.AcceptSocket());
            Socket far = Kept(new Socket(SocketType.Stream, ProtocolType.Tcp));
            far.Connect(_target);
            Begin(() => Carry(near, far, isSlow: true));
            Begin(() => Carry(far, near, isSlow: false));
        }
    }

    private void Carry(Socket from, Socket to, bool isSlow)
    {
        var piece = new byte[PieceBytes];
        while (from.Receive(piece) is > 0 and int count)
        {
            if (isSlow) Pace(count);
            for (int sent = 0; sent < count;) sent += to.Send(piece, sent, count - sent, SocketFlags.None);
        }
        to.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Each piece takes its time of the line after the piece before it, whichever connection that was of.</summary>
    private void Pace(int bytes)
    {
        double rate = Volatile.Read(ref _bytesPerSecond);
        if (double.IsPositiveInfinity(rate)) return;
        long wait;
        lock (_pace)
        {
            long now = Environment.TickCount64;
            _freeAt = Math.Max(_freeAt, now) + (long)Math.Ceiling(bytes * 1000 / rate);
            wait = _freeAt - now;
        }
        _disposed.Wait(TimeSpan.FromMilliseconds(Math.Max(0, wait)));
    }

    private Socket Kept(Socket socket)
    {
        lock (_sockets) _sockets.Add(socket);
        return socket;
    }

    /// <summary>A broken connection ends its two threads, a listener put away the one that accepts; there is nobody to tell.</summary>
    private static void Begin(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
        }
    }) { IsBackground = true, Name = "slow relay" }.Start();
}
