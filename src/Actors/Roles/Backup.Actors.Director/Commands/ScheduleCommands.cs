using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Commands;
using Backup.Configuration;
using Backup.Jobs.Schedules;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>What schedules say of the time to come.</summary>
internal static class ScheduleCommands
{
    private const int CountDefault = 20;

    /// <summary>More than anybody reads; a program asks again from the last row on.</summary>
    private const int CountMax = 10_000;

    public static IEnumerable<ApiEvent> Preview(ParsedCommand command, DirectorParts parts)
    {
        BackupConfiguration configuration = parts.Configuration;
        (string? job, string? schedule) = (command.Text("job"), command.Text("schedule"));
        if (job is not null && Specifications.Named(configuration.Jobs, job, "job").Schedule is null)
            throw new CommandRefusedException($"job {job} has no schedule: it is started by hand, or give it one: schedule = NAME");
        if (schedule is not null) Specifications.Named(configuration.Schedules, schedule, "schedule");
        long count = command.Number("count") ?? CountDefault;
        if (count > CountMax) throw new CommandRefusedException($"count={count} is too many; at most {CountMax} at a time");
        yield return new ColumnsEvent(CommandTable.Of(CommandId.SchedulePreview).Columns);
        Instant from = command.Time("from") ?? Instant.Now(parts.Clock);
        foreach (PreviewRow row in Upcoming.Preview(configuration, parts.Clock.LocalTimeZone, (job, schedule), from, (int)count))
            yield return RowEvent.Of(
                ("job", row.JobName), ("schedule", row.Schedule), ("local", Local(row)), ("utc", row.At),
                ("level", row.Level == JobLevel.None ? null : row.Level.ToString()), ("pool", row.Pool), ("storage", row.Storage),
                ("overrides", row.Overrides.ToString()));
    }

    /// <summary>The table of runs to come, for the director's status.</summary>
    public static async IAsyncEnumerable<ApiEvent> Scheduled(
        IActorRef director, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ScheduledJobs coming = await director.Ask<ScheduledJobs>(new ScheduledJobsWanted(), RunCommands.AskTimeout, cancellation)
            .ConfigureAwait(false);
        yield return new ColumnsEvent(
            [
                new("job", ColumnType.Text), new("trigger", ColumnType.Text), new("level", ColumnType.Text),
                new("client", ColumnType.Text), new("pool", ColumnType.Text), new("next", ColumnType.Time), new("note", ColumnType.Text),
            ],
            "Scheduled jobs");
        foreach (ScheduledJob job in coming.Jobs)
            yield return RowEvent.Of(
                ("job", job.JobName), ("trigger", job.Trigger.ToString()), ("level", job.Level.ToString()), ("client", job.Client),
                ("pool", job.Pool), ("next", job.Next), ("note", job.Note.Length > 0 ? job.Note : null));
    }

    /// <summary>As the clock on the schedule's wall will show it, with its distance from UTC.</summary>
    private static string Local(PreviewRow row) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(row.At.Seconds), row.Zone)
            .ToString("ddd yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}
