using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Messages.Schedules;

/// <summary>
/// Something the scheduler must not forget. Persisted as a CBOR map under the manifest of <see cref="SchedulerProtocol"/>; fields are added
/// at the end with a default and never change their meaning.
/// </summary>
public interface ISchedulerEvent
{
    Instant At { get; }
}

/// <summary>From here on the job is due as these lines say; what they would have named before is not owed.</summary>
public sealed record ScheduleBegun(string JobName, string Lines, Instant At) : ISchedulerEvent;

/// <summary>The job has no schedule any more.</summary>
public sealed record ScheduleEnded(string JobName, Instant At) : ISchedulerEvent;

/// <summary>The mark: the job owes a run for this time. Everything due before it is decided.</summary>
public sealed record RunDue(string JobName, Instant Due, RunOverrides Overrides, Instant At) : ISchedulerEvent;

/// <summary>So many times, up to Until, passed too long before anybody was there to run them.</summary>
public sealed record RunsMissed(string JobName, Instant Until, int Count, Instant At) : ISchedulerEvent;

/// <summary>A run ended badly and is owed again at Due, as it was specified; Number counts from 1.</summary>
public sealed record RetryPlanned(
    string JobName, Instant Due, JobId Failed, int Number, JobSpecification Specification, Instant At) : ISchedulerEvent;

/// <summary>This run's bad end has been looked at, and it is not run again.</summary>
public sealed record RetryGivenUp(string JobName, JobId Failed, Instant At) : ISchedulerEvent;

/// <summary>The run that was owed for this time exists.</summary>
public sealed record RunTaken(string JobName, Instant Due, JobId Run, Instant At) : ISchedulerEvent;

/// <summary>The run that was owed for this time will not be, and why.</summary>
public sealed record RunDropped(string JobName, Instant Due, string Reason, Instant At) : ISchedulerEvent;
