using Backup.Jobs.Jobs;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Jobs.Schedules;

/// <summary>
/// What the scheduler does next: pure, no clock. A time is decided once, in order: it becomes a run that is owed, or it is counted as
/// missed. Nothing is decided for times before the schedule came into force.
/// </summary>
public static class SchedulerDecisions
{
    /// <summary>A time that is no older is in time, whatever catch-up says: the scheduler looks at least this often.</summary>
    private static readonly TimeSpan InTime = TimeSpan.FromMinutes(2);

    /// <summary>A mark further ahead than this was made by a clock that was wrong; the schedule begins anew.</summary>
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(1);

    /// <summary>After a long absence a job makes up for its newest so many times; older ones are missed.</summary>
    private const int CatchUpRunsMax = 100;

    /// <summary>Missed times are counted up to here.</summary>
    private const int CountedMax = 100_000;

    /// <summary>What time and configuration ask for now.</summary>
    public static IReadOnlyList<ISchedulerEvent> Decide(
        SchedulerState state, IReadOnlyDictionary<string, JobTimes> jobs, Instant now)
    {
        List<ISchedulerEvent> events =
            [.. state.Marks.Keys.Where(job => !jobs.ContainsKey(job)).Select(job => new ScheduleEnded(job, now))];
        foreach (JobTimes job in jobs.Values)
        {
            if (state.Marks.TryGetValue(job.Job.Name, out ScheduleMark? mark) && mark.Lines == job.Lines
                && mark.DecidedUntil <= now.Plus(AheadMax))
                events.AddRange(DueOf(job, mark, now));
            else events.Add(new ScheduleBegun(job.Job.Name, job.Lines, now));
        }
        return events;
    }

    /// <summary>When to look again at the latest, if nothing else happens before.</summary>
    public static Instant? NextLook(SchedulerState state, IReadOnlyDictionary<string, JobTimes> jobs, Instant now) =>
        jobs.Values.Select(job => job.Calendar?.Next(now)?.At)
            .Concat(state.Owed.Where(owed => owed.Due > now).Select(owed => (Instant?)owed.Due))
            .Min();

    /// <summary>What a run that has ended is worth: null where it is not one to be run again, or was looked at before.</summary>
    public static ISchedulerEvent? AfterEnd(
        SchedulerState state, IReadOnlyDictionary<string, JobTimes> jobs, JobStatus ended, Instant now)
    {
        if (ended.Specification is not { Type: JobType.Backup } run || state.FailuresSeen.Contains(ended.Job.Value)) return null;
        if (ended.State is not (JobState.Failed or JobState.Incomplete)) return null;
        if (!jobs.TryGetValue(run.JobName, out JobTimes? times) || times.Job.Retries == 0) return null;
        if (run.Retry >= times.Job.Retries) return new RetryGivenUp(run.JobName, ended.Job, now);
        Instant due = FreeSecond(state, run.JobName, (ended.EndedAt ?? now).Plus(times.Job.RetryInterval));
        return new RetryPlanned(run.JobName, due, ended.Job, run.Retry + 1, run, now);
    }

    /// <summary>Whole minutes belong to schedules: a retry's key is never that of a run to come.</summary>
    private static Instant FreeSecond(SchedulerState state, string job, Instant wished)
    {
        var due = new Instant(wished.Seconds + (wished.Nanoseconds > 0 ? 1 : 0), 0);
        while (due.Seconds % 60 == 0 || state.Owes(new RunKey(job, due))) due = new Instant(due.Seconds + 1, 0);
        return due;
    }

    private static IEnumerable<ISchedulerEvent> DueOf(JobTimes job, ScheduleMark mark, Instant now)
    {
        if (job.Calendar is not { } calendar) return [];
        List<DueTime> due = [.. calendar.After(mark.DecidedUntil).TakeWhile(time => time.At <= now).Take(CountedMax)];
        TimeSpan late = job.CatchUp > InTime ? job.CatchUp : InTime;
        int missed = Math.Max(due.Count(time => now.Since(time.At) > late), due.Count - CatchUpRunsMax);
        IEnumerable<ISchedulerEvent> runs = due.Skip(missed).Select(time => new RunDue(job.Job.Name, time.At, time.Rule.Overrides, now));
        return missed > 0 ? runs.Prepend(new RunsMissed(job.Job.Name, due[missed - 1].At, missed, now)) : runs;
    }
}
