using System.Collections.Immutable;
using System.Diagnostics;
using Backup.Messages.Ids;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Jobs.Schedules;

/// <summary>What the scheduler knows, as its events tell it. Immutable; total over all events.</summary>
public sealed record SchedulerState(
    ImmutableDictionary<string, ScheduleMark> Marks,
    ImmutableList<OwedRun> Owed,
    ImmutableSortedSet<long> FailuresSeen)
{
    /// <summary>Bad ends that were looked at; the oldest are forgotten, long after anybody asks.</summary>
    private const int FailuresSeenMax = 512;

    public static readonly SchedulerState Empty =
        new(ImmutableDictionary<string, ScheduleMark>.Empty, [], []);

    public static SchedulerState Of(SchedulerSnapshot snapshot) => new(
        snapshot.Marks.ToImmutableDictionary(mark => mark.JobName), [.. snapshot.Owed],
        [.. snapshot.FailuresSeen.Select(job => job.Value)]);

    public SchedulerSnapshot ToSnapshot() => new(
        [.. Marks.Values.OrderBy(mark => mark.JobName, StringComparer.Ordinal)], [.. Owed],
        [.. FailuresSeen.Select(job => new JobId(job))]);

    public SchedulerState Apply(ISchedulerEvent happened) => happened switch
    {
        ScheduleBegun begun => this with
        {
            Marks = Marks.SetItem(begun.JobName, new ScheduleMark(
                begun.JobName, begun.Lines, Marks.GetValueOrDefault(begun.JobName)?.Begun ?? begun.At, begun.At)),
        },
        ScheduleEnded ended => this with { Marks = Marks.Remove(ended.JobName) },
        RunDue due => Decided(due.JobName, due.Due) with { Owed = Owed.Add(new OwedRun(due.JobName, due.Due, due.Overrides)) },
        RunsMissed missed => Decided(missed.JobName, missed.Until),
        RetryPlanned retry => Seen(retry.Failed) with
        {
            Owed = Owed.Add(new OwedRun(
                retry.JobName, retry.Due, RunOverrides.None, retry.Failed, retry.Number, retry.Specification)),
        },
        RetryGivenUp given => Seen(given.Failed),
        RunTaken taken => Without(new RunKey(taken.JobName, taken.Due)),
        RunDropped dropped => Without(new RunKey(dropped.JobName, dropped.Due)),
        _ => throw new UnreachableException($"{happened.GetType().Name} is no event of the scheduler"),
    };

    public bool Owes(RunKey key) => Owed.Exists(owed => owed.Key == key);

    private SchedulerState Decided(string job, Instant until) =>
        Marks.TryGetValue(job, out ScheduleMark? mark) && until > mark.DecidedUntil
            ? this with { Marks = Marks.SetItem(job, mark with { DecidedUntil = until }) }
            : this;

    private SchedulerState Seen(JobId failed)
    {
        ImmutableSortedSet<long> seen = FailuresSeen.Add(failed.Value);
        return this with { FailuresSeen = seen.Count > FailuresSeenMax ? seen.Remove(seen.Min) : seen };
    }

    private SchedulerState Without(RunKey key) => this with { Owed = Owed.RemoveAll(owed => owed.Key == key) };
}
