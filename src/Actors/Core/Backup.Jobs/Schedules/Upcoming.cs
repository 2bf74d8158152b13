using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Jobs.Schedules;

/// <summary>One line of a preview. Job is empty where a schedule is asked about that no job has.</summary>
public sealed record PreviewRow(
    string JobName, string Schedule, Instant At, TimeZoneInfo Zone, JobLevel Level, string Pool, string Storage, RunOverrides Overrides);

/// <summary>What comes next, for who asks.</summary>
public static class Upcoming
{
    /// <summary>The next runs behind a moment: of one job, of all jobs of one schedule, or of all; soonest first.</summary>
    public static IReadOnlyList<PreviewRow> Preview(
        BackupConfiguration configuration, TimeZoneInfo hostZone, (string? Job, string? Schedule) only, Instant from, int count)
    {
        IEnumerable<JobTimes> jobs = JobTimes.Of(configuration, hostZone).Values.Where(times => times.Schedule is not null
            && (only.Job is null || times.Job.Name == only.Job) && (only.Schedule is null || times.Schedule.Name == only.Schedule));
        List<PreviewRow> rows = [.. jobs.SelectMany(times => times.Calendar!.After(from).Take(count).Select(due => RowOf(times, due)))];
        if (rows.Count == 0 && only is (null, { } alone) && configuration.Schedules.TryGetValue(alone, out ScheduleResource? schedule))
        {
            ScheduleCalendar calendar = JobTimes.CalendarOf(schedule, hostZone);
            rows = [.. calendar.After(from).Take(count).Select(due => RowOf(schedule, calendar, due))];
        }
        return [.. rows.OrderBy(row => row.At).ThenBy(row => row.JobName, StringComparer.Ordinal).Take(count)];
    }

    /// <summary>Each scheduled job's next run, and what is owed already.</summary>
    public static ScheduledJobs Overview(
        SchedulerState state, BackupConfiguration configuration, IReadOnlyDictionary<string, JobTimes> jobs, Instant now)
    {
        IEnumerable<ScheduledJob> next =
            from times in jobs.Values
            from due in times.Calendar?.After(now).Take(1) ?? []
            select JobOf(RowOf(times, due), JobTrigger.Automatic, "");
        IEnumerable<ScheduledJob> owed =
            from run in state.Owed
            let order = RunOrder.Of(run, configuration).Specification
            where order is not null
            let row = new PreviewRow(
                run.JobName, "", run.Due, TimeZoneInfo.Utc, order.Level, order.Pool, order.Storage, run.Overrides)
            select JobOf(row, run.Trigger, NoteOf(run, now)) with { Client = order.Client };
        return new ScheduledJobs([
            .. owed.Concat(next.Select(job => job with { Client = jobs[job.JobName].Job.Client }))
                .OrderBy(job => job.Next).ThenBy(job => job.JobName, StringComparer.Ordinal),
        ]);
    }

    private static string NoteOf(OwedRun run, Instant now)
    {
        string why = run.RetryOf is { } failed ? $"try {run.Retry} after job {failed}" : "";
        return run.Due > now ? why : why.Length == 0 ? "due, not taken yet" : $"{why}, due, not taken yet";
    }

    private static ScheduledJob JobOf(PreviewRow row, JobTrigger trigger, string note) => new(
        row.JobName, trigger, row.Level, "", row.Pool, row.Storage, row.Schedule, row.At, row.Overrides.ToString(), note);

    private static PreviewRow RowOf(JobTimes times, DueTime due) => new(
        times.Job.Name, times.Schedule!.Name, due.At, times.Calendar!.Zone, due.Rule.Overrides.Level ?? times.Job.Level,
        due.Rule.Overrides.Pool ?? times.Job.Pool!, due.Rule.Overrides.Storage ?? times.Job.Storage, due.Rule.Overrides);

    private static PreviewRow RowOf(ScheduleResource schedule, ScheduleCalendar calendar, DueTime due) => new(
        "", schedule.Name, due.At, calendar.Zone, due.Rule.Overrides.Level ?? JobLevel.None, due.Rule.Overrides.Pool ?? "",
        due.Rule.Overrides.Storage ?? "", due.Rule.Overrides);
}
