using Backup.Transfer.Frames;

namespace Backup.Transfer.Channels;

/// <summary>Pings where this end is silent, and breaks where the other one is. Its timer runs on the thread pool.</summary>
internal sealed class Pulse : IDisposable
{
    private readonly ChannelSettings _settings;
    private readonly Action _ping;
    private readonly Action<string> _cut;
    private readonly ITimer _timer;
    private ITimer? _linger;
    private long _said;
    private long _heard;
    private int _pinging;

    public Pulse(ChannelSettings settings, Action ping, Action<string> cut)
    {
        _settings = settings;
        _ping = ping;
        _cut = cut;
        _said = _heard = settings.Clock.GetTimestamp();
        TimeSpan step = (settings.PingEvery < settings.IdleDeadline ? settings.PingEvery : settings.IdleDeadline) / 2;
        _timer = settings.Clock.CreateTimer(_ => Tick(), null, step, step);
    }

    public void Said() => Volatile.Write(ref _said, _settings.Clock.GetTimestamp());

    public void Heard() => Volatile.Write(ref _heard, _settings.Clock.GetTimestamp());

    /// <summary>From now on silence is allowed; the stream is closed when the linger is over.</summary>
    public void LingerThenCut(TimeSpan linger, FrameStream stream)
    {
        _timer.Dispose();
        ITimer timer = _settings.Clock.CreateTimer(_ => stream.Dispose(), null, linger, Timeout.InfiniteTimeSpan);
        if (Interlocked.CompareExchange(ref _linger, timer, null) is not null) timer.Dispose();
    }

    public void Dispose()
    {
        _timer.Dispose();
        Volatile.Read(ref _linger)?.Dispose();
    }

    private void Tick()
    {
        TimeProvider clock = _settings.Clock;
        if (clock.GetElapsedTime(Volatile.Read(ref _heard)) >= _settings.IdleDeadline)
        {
            _cut($"the other end was silent for {_settings.IdleDeadline.TotalSeconds:0.#} s");
            return;
        }
        if (clock.GetElapsedTime(Volatile.Read(ref _said)) < _settings.PingEvery) return;
        // A ping can wait behind a send that stands still; the next ticks must not queue up behind it.
        if (Interlocked.Exchange(ref _pinging, 1) != 0) return;
        _ping();
        Volatile.Write(ref _pinging, 0);
    }
}
