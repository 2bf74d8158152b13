using Backup.Messages.Values;

namespace Backup.Messages.Schedules;

/// <summary>What began a run.</summary>
public enum JobTrigger
{
    /// <summary>A user.</summary>
    Manual,

    /// <summary>The job's schedule.</summary>
    Automatic,

    /// <summary>The failure of an earlier run.</summary>
    Retry,
}

/// <summary>
/// Names the one run that a job owes at a time; whoever wants it twice gets the same run. The time is a whole second.
/// </summary>
public readonly record struct RunKey(string JobName, Instant Due)
{
    public override string ToString() => $"{JobName}@{Due}";
}
