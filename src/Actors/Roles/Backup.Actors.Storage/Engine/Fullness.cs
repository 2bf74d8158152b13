namespace Backup.Actors.Storage.Engine;

/// <summary>How full the volume in a drive is, and whether its operator is to be told. Written by one thread, read by any.</summary>
internal sealed class Fullness
{
    private const int WarnPercent = 90;

    private string _volume = "";
    private long _capacity;
    private long _left = -1;
    private bool _isTold;

    /// <summary>Bytes that are left on it; null where no volume is there, or nobody knows its end.</summary>
    public long? Left => Interlocked.Read(ref _left) is var left and >= 0 ? left : null;

    /// <summary>Of the volume that is there; 0 where nobody knows.</summary>
    public long Capacity => _capacity;

    /// <summary>A volume that is nearly full when it comes has been told of before.</summary>
    public void Mounted(string volume, long? capacity, long written)
    {
        (_volume, _capacity) = (volume, capacity ?? 0);
        _isTold = IsNearlyFull(written);
        Written(written);
    }

    public void Written(long bytes) => Interlocked.Exchange(ref _left, _capacity == 0 ? -1 : Math.Max(0, _capacity - bytes));

    public void Gone()
    {
        _capacity = 0;
        Interlocked.Exchange(ref _left, -1);
    }

    /// <summary>One line when the volume has become nearly full, once; null else.</summary>
    public string? Warning(long written)
    {
        if (_isTold || !IsNearlyFull(written)) return null;
        _isTold = true;
        return $"volume {_volume} is {Math.Min(100, written * 100 / _capacity)} % full: "
            + $"{Math.Max(0, _capacity - written) >> 20} MiB of {_capacity >> 20} MiB are left";
    }

    private bool IsNearlyFull(long written) => _capacity > 0 && written >= _capacity / 100 * WarnPercent;
}
