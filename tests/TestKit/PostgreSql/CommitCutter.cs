using System.Net;
using System.Net.Sockets;

namespace Backup.TestKit.PostgreSql;

/// <summary>
/// Stands between a client and a PostgreSQL server and, once armed, breaks the connection at the next COMMIT: before the server hears it,
/// or
/// after it has answered but before the client hears that. Connections before and after go through. Bytes are looked at as they come, so it
/// is for plain text and for servers on the same host.
/// </summary>
public sealed class CommitCutter : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private int _armed;
    private volatile bool _closing;

    public CommitCutter(int serverPort)
    {
        _server = serverPort;
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Cuts at the next COMMIT; <paramref name="heard"/>: after the server has done it.</summary>
    public void Arm(bool heard) => Volatile.Write(ref _armed, heard ? 2 : 1);

    /// <summary>Lets nobody in any more once it has cut.</summary>
    public void CloseAfterCut() => _closing = true;

    public void Dispose() => _listener.Stop();

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                var server = new TcpClient("127.0.0.1", _server);
                new Thread(() => Pass(client, server)) { IsBackground = true }.Start();
                new Thread(() => Answer(server, client)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
        }
    }

    private void Pass(TcpClient client, TcpClient server)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = client.GetStream().Read(buffer)) > 0)
            {
                int armed = buffer.AsSpan(0, read).IndexOf("COMMIT"u8) >= 0 ? Interlocked.Exchange(ref _armed, 0) : 0;
                if (armed > 0)
                {
                    Cuts++;
                    if (_closing) _listener.Stop();
                    if (armed == 2) Finish(buffer.AsSpan(0, read), client, server);
                    break;
                }
                server.GetStream().Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
        client.Dispose();
        server.Dispose();
    }

    /// <summary>The client hears nothing any more; the server ends when it has done what was said and finds nobody there.</summary>
    private static void Finish(ReadOnlySpan<byte> last, TcpClient client, TcpClient server)
    {
        client.Client.Shutdown(SocketShutdown.Both);
        server.GetStream().Write(last);
        server.Client.Shutdown(SocketShutdown.Send);
        server.Client.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead);
    }

    private static void Answer(TcpClient server, TcpClient client)
    {
        try
        {
            server.GetStream().CopyTo(client.GetStream());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }
}
