using Backup.Messages.Sessions;

namespace Backup.Transfer.Channels;

/// <summary>The frames this end may still send. The sender waits here; the reader thread grants and breaks.</summary>
internal sealed class SendWindow(int frames, TimeProvider clock)
{
    private readonly object _gate = new();
    private readonly int _frames = frames;
    private int _credit = frames;
    private long _taken;
    private TimeSpan _waited;
    private string? _broken;

    public long Taken
    {
        get
        {
            lock (_gate) return _taken;
        }
    }

    public TimeSpan Waited
    {
        get
        {
            lock (_gate) return _waited;
        }
    }

    public void TakeCredit()
    {
        lock (_gate)
        {
            if (_credit == 0 && _broken is null)
            {
                long began = clock.GetTimestamp();
                while (_credit == 0 && _broken is null) Monitor.Wait(_gate);
                _waited += clock.GetElapsedTime(began);
            }
            if (_broken is not null) throw new ChannelException(_broken);
            _credit--;
        }
    }

    /// <summary>False where the other end grants more than the window: it counts wrongly or is no friend.</summary>
    public bool Grant(int count, long taken)
    {
        lock (_gate)
        {
            if (count < 1 || count > _frames - _credit || taken < 0) return false;
            _credit += count;
            _taken = Math.Max(_taken, taken);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    public void Break(string reason)
    {
        lock (_gate)
        {
            _broken ??= reason;
            Monitor.PulseAll(_gate);
        }
    }

    public void ThrowIfBroken()
    {
        lock (_gate)
            if (_broken is not null) throw new ChannelException(_broken);
    }
}
