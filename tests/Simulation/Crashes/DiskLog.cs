namespace Backup.Tests.Simulation.Crashes;

/// <summary>What a write to a disk does.</summary>
internal enum DiskVerb
{
    Write,
    Truncate,

    /// <summary>All of the file so far is on stable storage.</summary>
    Sync,
    Remove,

    /// <summary>A file appears in its folder, empty. Files that appear otherwise have names that no crash takes.</summary>
    Create,

    /// <summary>All names so far are on stable storage.</summary>
    SyncNames,
}

/// <summary>One call that changed a file, or waited for it. A truncation keeps so many bytes as its offset says.</summary>
internal sealed record DiskStep(DiskVerb Verb, string File, long Offset, byte[] Bytes);

/// <summary>What of the steps before a crash is on the disk after it.</summary>
internal enum CrashKind
{
    /// <summary>The process was stopped: the system keeps all that it had taken.</summary>
    Process,

    /// <summary>The power went: what was not synced is gone, all of it.</summary>
    PowerNothing,

    /// <summary>The power went: of what was not synced each write is there, or not, or half of its sectors.</summary>
    PowerSome,
}

/// <summary>Every write and sync of some files, in order, and the disks that a crash after any of them can leave. Thread safe to
/// record.</summary>
internal sealed class DiskLog
{
    private const int SectorBytes = 512;

    private readonly Lock _lock = new();
    private readonly List<DiskStep> _steps = [];

    public int Count
    {
        get
        {
            lock (_lock) return _steps.Count;
        }
    }

    public void Add(DiskVerb verb, string file, long offset = 0, ReadOnlySpan<byte> bytes = default)
    {
        var step = new DiskStep(verb, file, offset, bytes.ToArray());
        lock (_lock) _steps.Add(step);
    }

    /// <summary>Files and what is in them after a crash behind so many steps.</summary>
    public Dictionary<string, byte[]> After(int steps, CrashKind kind, Seeded chance)
    {
        var disk = new Dictionary<string, List<byte>>();
        var synced = new Dictionary<string, int>();
        for (int i = 0; i < steps; i++)
            if (_steps[i].Verb == DiskVerb.Sync) synced[_steps[i].File] = i;
        HashSet<string> nameless = NamelessAfter(steps, kind, chance);
        var ended = new HashSet<string>();
        for (int i = 0; i < steps; i++)
        {
            DiskStep step = _steps[i];
            if (nameless.Contains(step.File)) continue;
            bool isSafe = step.Verb == DiskVerb.Create || kind == CrashKind.Process || i <= synced.GetValueOrDefault(step.File, -1);
            if (isSafe) Apply(disk, step);
            else if (kind == CrashKind.PowerSome && !ended.Contains(step.File))
            {
                if (chance.OneIn(2)) Apply(disk, chance.OneIn(3) ? Half(step, chance) : step);
                else if (step.Verb is DiskVerb.Truncate or DiskVerb.Remove) ended.Add(step.File); // names and lengths keep their order
            }
        }
        return disk.ToDictionary(file => file.Key, file => file.Value.ToArray());
    }

    /// <summary>Files that have lost their names, whatever was waited for in them.</summary>
    private HashSet<string> NamelessAfter(int steps, CrashKind kind, Seeded chance)
    {
        int waited = _steps[..steps].FindLastIndex(step => step.Verb == DiskVerb.SyncNames);
        var lost = new HashSet<string>();
        for (int i = waited + 1; i < steps && kind != CrashKind.Process; i++)
            if (_steps[i].Verb == DiskVerb.Create && (kind == CrashKind.PowerNothing || chance.OneIn(2))) lost.Add(_steps[i].File);
        return lost;
    }

    private static DiskStep Half(DiskStep step, Seeded chance) => step.Verb != DiskVerb.Write ? step
        : step with { Bytes = step.Bytes[..(chance.Below(step.Bytes.Length / SectorBytes + 1) * SectorBytes)] };

    private static void Apply(Dictionary<string, List<byte>> disk, DiskStep step)
    {
        if (step.Verb is DiskVerb.Sync or DiskVerb.SyncNames) return;
        if (step.Verb == DiskVerb.Remove)
        {
            disk.Remove(step.File);
            return;
        }
        if (!disk.TryGetValue(step.File, out List<byte>? file)) disk[step.File] = file = [];
        int end = (int)step.Offset + step.Bytes.Length;
        if (step.Verb == DiskVerb.Truncate && file.Count > step.Offset) file.RemoveRange((int)step.Offset, file.Count - (int)step.Offset);
        if (end > file.Count && (step.Verb == DiskVerb.Truncate || step.Bytes.Length > 0)) file.AddRange(new byte[end - file.Count]);
        for (int i = 0; i < step.Bytes.Length; i++) file[(int)step.Offset + i] = step.Bytes[i];
    }
}
