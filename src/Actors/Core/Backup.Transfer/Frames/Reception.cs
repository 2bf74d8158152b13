using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Transfer.Channels;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Frames;

/// <summary>
/// The door of a port: accepts, bounds the connections between accept and hello and the time of both handshake and hello, drops garbage
/// with a rare line. Each connection has one thread; the greeting returns what that thread does once the connection was let in.
/// </summary>
internal sealed class Reception : IDisposable
{
    private readonly IConnectionListener _listener;
    private readonly uint _magic;
    private readonly ChannelSettings _settings;
    private readonly RefusalLog _log;
    private readonly Func<FrameStream, Action> _letIn;
    private readonly Func<IConnection, string>? _strangers;
    private int _halfOpen;

    /// <summary>
    /// <paramref name="strangers"/> serves connections that showed no certificate where one is wanted, and says in a line what came of it;
    /// without it they are refused.
    /// </summary>
    public Reception(
        IConnectionListener listener, uint magic, ChannelSettings settings, Action<string> log, Func<FrameStream, Action> letIn,
        Func<IConnection, string>? strangers = null)
    {
        _listener = listener;
        _magic = magic;
        _settings = settings;
        _log = new RefusalLog(settings.Clock, log);
        _letIn = letIn;
        _strangers = strangers;
        new Thread(AcceptLoop) { IsBackground = true, Name = $"listener {listener.Endpoint}" }.Start();
    }

    public string Endpoint => _listener.Endpoint;

    public void Dispose() => _listener.Dispose();

    private void AcceptLoop()
    {
        while (true)
        {
            try
            {
                if (_listener.Accept() is not { } connection) return;
                if (Interlocked.Increment(ref _halfOpen) <= _settings.HalfOpenMax) Begin(connection);
                else Drop(connection);
            }
            catch (ChannelException e)
            {
                _log.Write(Endpoint, e.Message);
            }
        }
    }

    private void Begin(IConnection connection) =>
        new Thread(() => Serve(connection)) { IsBackground = true, Name = $"door {connection.Peer}" }.Start();

    private void Drop(IConnection connection)
    {
        Interlocked.Decrement(ref _halfOpen);
        _log.Write(connection.Peer,
            $"{Endpoint}: {_settings.HalfOpenMax} connections wait for their hello; one from {connection.Peer} was dropped");
        connection.Dispose();
    }

    private void Serve(IConnection connection)
    {
        var stream = new FrameStream(connection, _magic);
        Action? work = Greet(connection, stream);
        Interlocked.Decrement(ref _halfOpen);
        if (work is null) return;
        try
        {
            work();
        }
        catch (Exception e)
        {
            // The border of a thread: a fault of one channel's owner must not end the process and every other job with it.
            _log.Write(connection.Peer, $"{connection.Peer}: the channel was given up: {e.GetType().Name}: {e.Message}");
            stream.Dispose();
        }
    }

    private Action? Greet(IConnection connection, FrameStream stream)
    {
        using var deadline = new CutAtDeadline(stream, _settings);
        bool refused = false;
        try
        {
            connection.Handshake();
            refused = connection.Refusal is not null;
            Action? work = connection.Refusal switch
            {
                null => _letIn(stream),
                NodeCertificates.NoneShown when _strangers is not null => ServeStranger(connection),
                { } refusal => throw RefuseUnheard(stream, refusal),
            };
            if (work is not null) deadline.Disarm();
            return work;
        }
        catch (Exception e) when (e is ChannelException or WireFormatException)
        {
            _log.Write(stream.Peer, deadline.HasCut && !refused
                ? $"{Endpoint}: {stream.Peer} said no hello within {_settings.HelloDeadline.TotalSeconds:0.#} s"
                : $"{Endpoint}: connection dropped: {e.Message}");
            stream.Dispose();
            return null;
        }
        catch (Exception e)
        {
            // The border of a thread: what one stranger's bytes do to a library must not end the process.
            _log.Write(stream.Peer, $"{Endpoint}: connection of {stream.Peer} dropped: {e.GetType().Name}: {e.Message}");
            stream.Dispose();
            return null;
        }
    }

    /// <summary>
    /// Refuses before the hello was read. What the other end has sent is taken away until it leaves, within the deadline: closing over
    /// unread bytes would reset the connection, and the refusal could be lost with it (RFC 1122, 4.2.2.13).
    /// </summary>
    private static ChannelException RefuseUnheard(FrameStream stream, string refusal)
    {
        ChannelException refused = Greeting.Refuse(stream, refusal);
        stream.Drain();
        return refused;
    }

    /// <summary>All of it happens at the door, within the deadline of a hello; then the connection ends.</summary>
    private Action? ServeStranger(IConnection connection)
    {
        _log.Write(connection.Peer, _strangers!(connection));
        connection.Dispose();
        return null;
    }
}
