using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Messages.Schedules;

/// <summary>Up to where a job's times are decided, and by which lines.</summary>
public sealed record ScheduleMark(string JobName, string Lines, Instant Begun, Instant DecidedUntil);

/// <summary>A run that is owed: at its time it is wanted from the director until that takes it. A retry has a specification.</summary>
public sealed record OwedRun(
    string JobName,
    Instant Due,
    RunOverrides Overrides,
    JobId? RetryOf = null,
    int Retry = 0,
    JobSpecification? Specification = null)
{
    public RunKey Key => new(JobName, Due);

    public JobTrigger Trigger => RetryOf is null ? JobTrigger.Automatic : JobTrigger.Retry;
}

/// <summary>Everything the scheduler knows, so that the events before it can go.</summary>
public sealed record SchedulerSnapshot(
    IReadOnlyList<ScheduleMark> Marks,
    IReadOnlyList<OwedRun> Owed,
    IReadOnlyList<JobId> FailuresSeen);
