using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Tests.Unit.Schedules;

/// <summary>
/// What is due, found by walking every minute with an eye on the wall: a line of some hours is due when a minute that it names, or one that
/// the clock has just jumped over, is shown for the first time; a line of every hour whenever such a minute is shown.
/// </summary>
internal sealed class ScheduleOracle(IReadOnlyList<ScheduleRule> rules, TimeZoneInfo zone)
{
    public List<(Instant At, ScheduleRule Rule)> Between(DateTime from, DateTime to)
    {
        var due = new List<(Instant, ScheduleRule)>();
        DateTime shown = DateTime.MinValue;
        for (DateTime utc = from.AddDays(-2); utc < to; utc = utc.AddMinutes(1))
        {
            DateTime wall = utc + zone.GetUtcOffset(utc);
            bool isNew = wall > shown;
            DateTime oldest = shown == DateTime.MinValue ? wall : shown.AddMinutes(1);
            if (isNew) shown = wall;
            if (utc < from) continue;
            ScheduleRule? rule = rules.FirstOrDefault(rule => rule.When.IsEveryHour
                ? Names(rule, wall)
                : isNew && Minutes(oldest, wall).Any(minute => Names(rule, minute)));
            if (rule is not null) due.Add((Instant.From(new DateTimeOffset(utc)), rule));
        }
        return due;
    }

    private static IEnumerable<DateTime> Minutes(DateTime from, DateTime to)
    {
        for (DateTime at = from; at <= to; at = at.AddMinutes(1)) yield return at;
    }

    private static bool Names(ScheduleRule rule, DateTime wall) =>
        rule.When.NamesMinute(wall.Hour * 60 + wall.Minute) && rule.When.NamesDay(DateOnly.FromDateTime(wall));
}
