namespace Backup.Devices.Drives.VirtualTape;

/// <summary>What a drive does that takes time.</summary>
public enum TapeMotion
{
    Load,
    Unload,
    Rewind,
    Locate,
    Space,
    Read,
    Write,
}

/// <summary>
/// What goes wrong in a virtual drive, set by tests and rehearsals. Counts run over the drive's life from 1. For the drive's thread, or
/// while the drive stands still.
/// </summary>
public sealed class TapeFaults
{
    /// <summary>The writes of blocks with these numbers fail: the block is not on the tape, and the position is unknown.</summary>
    public HashSet<long> FailingWrites { get; } = [];

    /// <summary>The writes of filemarks with these numbers fail; what was written before them is unproven.</summary>
    public HashSet<long> FailingMarks { get; } = [];

    /// <summary>Places whose reading fails with a medium error.</summary>
    public HashSet<long> BadPlaces { get; } = [];

    /// <summary>So many spacings to the end of data fail, one after the other, where they stand.</summary>
    public int FailingEndOfData { get; set; }

    /// <summary>So many spacings over filemarks fail, one after the other, where they stand.</summary>
    public int FailingMarkSpacing { get; set; }

    /// <summary>So many loads find the drive in use (EBUSY), one after the other.</summary>
    public int FailingOpens { get; set; }

    /// <summary>Loads that were asked for, those included that failed.</summary>
    public int Opens { get; private set; }

    /// <summary>So many closings of a cartridge end with an error (EIO), one after the other; it is closed all the same.</summary>
    public int FailingCloses { get; set; }

    /// <summary>Bytes of the file at which this tape's end is signalled, before its capacity; null = at its capacity.</summary>
    public long? EarlyWarningAt { get; set; }

    /// <summary>Bytes of the file at which this tape physically ends; null = as it was made.</summary>
    public long? PhysicalEndAt { get; set; }

    /// <summary>How long a motion takes by <see cref="Time"/>; null = no time.</summary>
    public Func<TapeMotion, TimeSpan>? Duration { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    internal bool FailsToOpen()
    {
        Opens++;
        return FailingOpens > 0 && FailingOpens-- > 0;
    }

    internal bool FailsToClose() => FailingCloses > 0 && FailingCloses-- > 0;

    /// <summary>Blocks of the drive's thread until the motion's time is over.</summary>
    internal void Wait(TapeMotion motion)
    {
        if (Duration?.Invoke(motion) is { } duration) Pauses.Wait(Time, duration);
    }
}
