using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Transfer.Channels;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Frames;

/// <summary>
/// The door of a port: accepts, bounds the connections between accept and hello and the time of a hello, drops garbage with a rare
/// line. Each connection has one thread; the greeting returns what that thread does once the connection was let in.
/// </summary>
internal sealed class Reception : IDisposable
{
    private readonly IConnectionListener _listener;
    private readonly uint _magic;
    private readonly ChannelSettings _settings;
    private readonly RareLine _log;
    private readonly Func<FrameStream, Action> _letIn;
    private int _halfOpen;

    public Reception(
        IConnectionListener listener, uint magic, ChannelSettings settings, Action<string> log, Func<FrameStream, Action> letIn)
    {
        _listener = listener;
        _magic = magic;
        _settings = settings;
        _log = new RareLine(settings.Clock, log);
        _letIn = letIn;
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
                _log.Write(e.Message);
            }
        }
    }

    private void Begin(IConnection connection) =>
        new Thread(() => Serve(connection)) { IsBackground = true, Name = $"door {connection.Peer}" }.Start();

    private void Drop(IConnection connection)
    {
        Interlocked.Decrement(ref _halfOpen);
        _log.Write($"{Endpoint}: {_settings.HalfOpenMax} connections wait for their hello; one from {connection.Peer} was dropped");
        connection.Dispose();
    }

    private void Serve(IConnection connection)
    {
        var stream = new FrameStream(connection, _magic);
        Action? work = Greet(stream);
        Interlocked.Decrement(ref _halfOpen);
        if (work is null) return;
        try
        {
            work();
        }
        catch (Exception e)
        {
            // The border of a thread: a fault of one channel's owner must not end the process and every other job with it.
            _log.Write($"{connection.Peer}: the channel was given up: {e.GetType().Name}: {e.Message}");
            stream.Dispose();
        }
    }

    private Action? Greet(FrameStream stream)
    {
        using var deadline = new CutAtDeadline(stream, _settings);
        try
        {
            Action work = _letIn(stream);
            deadline.Disarm();
            return work;
        }
        catch (Exception e) when (e is ChannelException or WireFormatException)
        {
            _log.Write(deadline.HasCut
                ? $"{Endpoint}: {stream.Peer} said no hello within {_settings.HelloDeadline.TotalSeconds:0.#} s"
                : $"{Endpoint}: connection dropped: {e.Message}");
            stream.Dispose();
            return null;
        }
    }
}

/// <summary>At most one line a minute; the next one says how many were left out. Thread safe.</summary>
internal sealed class RareLine(TimeProvider clock, Action<string> log)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private long? _last;
    private long _leftOut;

    public void Write(string line)
    {
        long before;
        lock (_gate)
        {
            if (_last is { } last && clock.GetElapsedTime(last) < Every)
            {
                _leftOut++;
                return;
            }
            _last = clock.GetTimestamp();
            before = _leftOut;
            _leftOut = 0;
        }
        log(before == 0 ? line : $"{line} ({before} more lines of this port were left out before)");
    }
}
