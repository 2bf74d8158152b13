using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Jobs;

namespace Backup.Jobs.Schedules;

/// <summary>
/// What a configuration says of one job's times. Lines is the schedule as text, its zone with it: another text is another schedule. The
/// calendar is null for a job that is only to be run again after failures.
/// </summary>
public sealed record JobTimes(
    JobResource Job, ScheduleResource? Schedule, string Lines, ScheduleCalendar? Calendar, TimeSpan CatchUp)
{
    private static readonly TimeSpan CatchUpOfRetries = TimeSpan.FromHours(12);

    /// <summary>The jobs that are due at times or run again after failures, by name. A schedule without a zone takes the host's.</summary>
    public static IReadOnlyDictionary<string, JobTimes> Of(BackupConfiguration configuration, TimeZoneInfo hostZone)
    {
        Dictionary<string, ScheduleCalendar> calendars = configuration.Schedules.Values.ToDictionary(
            schedule => schedule.Name, schedule => CalendarOf(schedule, hostZone), StringComparer.Ordinal);
        return configuration.Jobs.Values
            .Where(job => job.Type == JobType.Backup && (job.Schedule is not null || job.Retries > 0))
            .Select(job => Of(job, job.Schedule is null ? null : configuration.Schedules[job.Schedule], calendars))
            .ToDictionary(times => times.Job.Name, StringComparer.Ordinal);
    }

    /// <summary>A schedule's calendar in its own zone, or the host's.</summary>
    public static ScheduleCalendar CalendarOf(ScheduleResource schedule, TimeZoneInfo hostZone) =>
        new(schedule.Rules, schedule.TimeZone is { } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : hostZone);

    private static JobTimes Of(JobResource job, ScheduleResource? schedule, Dictionary<string, ScheduleCalendar> calendars)
    {
        if (schedule is null) return new JobTimes(job, null, "", null, CatchUpOfRetries);
        ScheduleCalendar calendar = calendars[schedule.Name];
        return new JobTimes(job, schedule, $"{calendar.Zone.Id}\n{schedule.Lines}", calendar, schedule.CatchUp);
    }
}
