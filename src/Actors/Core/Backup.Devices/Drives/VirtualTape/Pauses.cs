namespace Backup.Devices.Drives.VirtualTape;

/// <summary>Time that a motion of a virtual device takes.</summary>
internal static class Pauses
{
    /// <summary>Blocks the calling thread, which is the device's own, until that time is over.</summary>
    public static void Wait(TimeProvider time, TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero) return;
        using var over = new ManualResetEvent(false);
        using ITimer timer = time.CreateTimer(_ => over.Set(), null, duration, Timeout.InfiniteTimeSpan);
        over.WaitOne();
    }
}
