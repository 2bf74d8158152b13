using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Messages.Schedules;

/// <summary>Operator → scheduler: what is due next. Answered by <see cref="ScheduledJobs"/>.</summary>
public sealed record ScheduledJobsWanted;

/// <summary>The next run of each job that has a schedule, and every run that is owed already, soonest first.</summary>
public sealed record ScheduledJobs(IReadOnlyList<ScheduledJob> Jobs);

/// <summary>
/// One run to come. Schedule is empty for a retry; Note says what a run that is due waits for, else it is empty.
/// </summary>
public sealed record ScheduledJob(
    string JobName,
    JobTrigger Trigger,
    JobLevel Level,
    string Client,
    string Pool,
    string Storage,
    string Schedule,
    Instant Next,
    string Overrides,
    string Note);
