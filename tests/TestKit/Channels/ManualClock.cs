namespace Backup.TestKit.Channels;

/// <summary>A clock that stands until it is told to go. Timers run on the thread that advances it, in the order they are due.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _ticks = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>Timers that exist now: how a test sees that a deadline has been set on another thread.</summary>
    public int TimerCount
    {
        get
        {
            lock (_gate) return _timers.Count;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => Volatile.Read(ref _ticks);
    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_gate) _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        long until = GetTimestamp() + by.Ticks;
        while (NextDue(until) is { } timer)
        {
            Volatile.Write(ref _ticks, Math.Max(GetTimestamp(), timer.Due));
            timer.Fire();
        }
        Volatile.Write(ref _ticks, until);
    }

    private ManualTimer? NextDue(long until)
    {
        lock (_gate) return _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
    }

    private sealed class ManualTimer(ManualClock clock, Action callback) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Due = dueTime < TimeSpan.Zero ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks;
            return true;
        }

        public void Fire()
        {
            Due = _period > TimeSpan.Zero ? Due + _period.Ticks : long.MaxValue;
            callback();
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
