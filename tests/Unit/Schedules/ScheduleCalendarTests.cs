using System.Globalization;
using Backup.Configuration.Schedules;
using Backup.Jobs.Schedules;
using Backup.Messages.Schedules;
using Backup.Messages.Values;
using CsCheck;

namespace Backup.Tests.Unit.Schedules;

public class ScheduleCalendarTests
{
    private static readonly string[] Zones =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
        "Pacific/Apia", "Africa/Casablanca", "Pacific/Chatham", "America/Havana", "Asia/Pyongyang", "Europe/Moscow", "Antarctica/Troll",
        "Africa/Monrovia", "America/Sao_Paulo",
    ];

    private static readonly string[] Lines =
    [
        "daily at 2:30", "hourly at 0:05", "hourly at 0:35", "1st sat at 23:05", "last sun at 1:59", "lastday at 3:00", "29 feb at 0:00",
        "31 at 23:59", "w53 at 12:00", "w00 at 6:00", "w10-w12 mon-fri at 2:00", "jan-mar weekly at 0:01", "monthly at 2:15",
        "fri-mon at 0:30", "nov-feb 2nd-4th tue at 1:30", "cron */20 * * * *", "cron 0,30 1-3 * * *", "cron 15 2 13 * fri",
        "cron 5 */6 1-7 * *", "cron 0 0 31 12 *", "30 at 12:00", "5th wed at 1:00", "25-5 at 2:45", "hourly lastday at 0:50",
    ];

    private static ScheduleCalendar Calendar(string zone, params string[] lines) =>
        new([.. lines.Select(RunLine.Parse)], TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static Instant At(string utc) =>
        Instant.From(DateTimeOffset.Parse(utc + "Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    private static string[] Next(string zone, string after, int count, params string[] lines) =>
        [.. Calendar(zone, lines).After(At(after)).Take(count).Select(due => due.At.ToString()[..16].Replace('T', ' '))];

    /// <summary>Twelve sample rules, in UTC, from 2027-01-30 on; the expected times were read from a calendar.</summary>
    [Theory]
    [Trait("Req", "JOB-05")]
    [InlineData("daily at 23:05", "2027-01-30 23:05, 2027-01-31 23:05, 2027-02-01 23:05")]
    [InlineData("mon-fri at 1:00", "2027-02-01 01:00, 2027-02-02 01:00, 2027-02-03 01:00")]
    [InlineData("1st sat at 23:05", "2027-02-06 23:05, 2027-03-06 23:05, 2027-04-03 23:05")]
    [InlineData("2nd-5th sat at 23:05", "2027-01-30 23:05, 2027-02-13 23:05, 2027-02-20 23:05")]
    [InlineData("last fri at 11:05pm", "2027-02-26 23:05, 2027-03-26 23:05, 2027-04-30 23:05")]
    [InlineData("lastday at 12:00", "2027-01-31 12:00, 2027-02-28 12:00, 2027-03-31 12:00")]
    [InlineData("monthly at 0:05", "2027-02-01 00:05, 2027-03-01 00:05, 2027-04-01 00:05")]
    [InlineData("weekly at 6:00", "2027-01-31 06:00, 2027-02-07 06:00, 2027-02-14 06:00")]
    [InlineData("hourly at 0:15", "2027-01-30 00:15, 2027-01-30 01:15, 2027-01-30 02:15")]
    [InlineData("31 at 4:00", "2027-01-31 04:00, 2027-03-31 04:00, 2027-05-31 04:00")]
    [InlineData("29 feb at 12:00", "2028-02-29 12:00, 2032-02-29 12:00, 2036-02-29 12:00")]
    [InlineData("cron 30 3 1,15 * sun", "2027-01-31 03:30, 2027-02-01 03:30, 2027-02-07 03:30")]
    [InlineData("w53 thu at 5:00", "2032-12-30 05:00, 2037-12-31 05:00, 2043-12-31 05:00")]
    [InlineData("jun-aug 15 at 0:00", "2027-06-15 00:00, 2027-07-15 00:00, 2027-08-15 00:00")]
    public void A_sample_rule_is_due_at_the_times_of_the_table(string line, string expected) =>
        Assert.Equal(expected.Split(", "), Next("UTC", "2027-01-30 00:00", 3, line));

    /// <summary>Berlin puts clocks forward at 2027-03-28 01:00 UTC (02:00 becomes 03:00) and back at 2027-10-31 01:00 UTC.</summary>
    [Theory]
    [Trait("Req", "JOB-05")]
    [InlineData("a time that is skipped comes once, at the first minute behind the gap",
        "daily at 2:30", "2027-03-26 12:00", "2027-03-27 01:30, 2027-03-28 01:00, 2027-03-29 00:30")]
    [InlineData("two times that are skipped come once together",
        "cron 0,30 2 * * *", "2027-03-27 12:00", "2027-03-28 01:00, 2027-03-29 00:00, 2027-03-29 00:30")]
    [InlineData("a time that is shown twice comes the first time",
        "daily at 2:30", "2027-10-29 12:00", "2027-10-30 00:30, 2027-10-31 00:30, 2027-11-01 01:30")]
    [InlineData("every hour that passes has its run in spring",
        "hourly at 0:15", "2027-03-27 23:59", "2027-03-28 00:15, 2027-03-28 01:15, 2027-03-28 02:15")]
    [InlineData("every hour that passes has its run in autumn",
        "hourly at 0:15", "2027-10-30 23:59", "2027-10-31 00:15, 2027-10-31 01:15, 2027-10-31 02:15")]
    public void Clocks_that_change_skip_and_double_nothing(string why, string line, string after, string expected) =>
        Assert.True(expected.Split(", ").SequenceEqual(Next("Europe/Berlin", after, 3, line)), why);

    [Theory]
    [InlineData("Australia/Lord_Howe", "daily at 2:15", "2027-10-02 00:00", "2027-10-02 15:30")] // forward by half an hour, 2:00 to 2:30
    [InlineData("Asia/Kathmandu", "daily at 0:00", "2027-01-01 00:00", "2027-01-01 18:15")] // 5:45 before UTC
    [InlineData("Pacific/Apia", "30 dec at 12:00", "2011-12-29 00:00", "2011-12-30 10:00")] // the day that Samoa left out
    [InlineData("Asia/Pyongyang", "daily at 23:45", "2018-05-03 15:16", "2018-05-04 15:00")] // 23:30 became 0:00 with no summer time
    public void Zones_with_odd_steps_have_their_times(string zone, string line, string after, string expected) =>
        Assert.Equal([expected], Next(zone, after, 1, line));

    [Fact]
    [Trait("Req", "DON-04")]
    public void A_schedule_with_two_times_in_each_hour_runs_both_every_hour()
    {
        string[] day = Next("UTC", "2027-05-04 00:00", 48, "hourly at 0:05", "hourly at 0:35");
        Assert.Equal(48, day.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 48).Select(half => $"2027-05-04 {half / 2:00}:{(half % 2 == 0 ? "05" : "35")}"), day);
    }

    [Fact]
    [Trait("Req", "JOB-05")]
    public void The_first_line_that_names_a_minute_gives_its_overrides()
    {
        DueTime[] due = [.. Calendar("UTC", "level=Full pool=Monthly 1st sat at 23:05", "Incremental daily at 23:05")
            .After(At("2027-02-05 12:00")).Take(3)];
        Assert.Equal(["level=Incremental", "level=Full pool=Monthly", "level=Incremental"], due.Select(d => d.Rule.Overrides.ToString()));
    }

    [Fact]
    public void A_moment_itself_is_not_behind_it() =>
        Assert.Equal(["2027-01-02 01:00"], Next("UTC", "2027-01-01 01:00", 1, "daily at 1:00"));

    [Fact]
    [Trait("Req", "JOB-05")]
    public void Due_times_are_those_of_a_walk_over_every_minute()
    {
        Gen<(int Zone, int First, int Second, int Day, int Length)> cases = Gen.Select(
            Gen.Int[0, Zones.Length - 1], Gen.Int[0, Lines.Length - 1], Gen.Int[0, Lines.Length - 1], Gen.Int[0, 60 * 365], Gen.Int[1, 40]);
        cases.Sample(
            sample =>
            {
                ScheduleRule[] rules = [RunLine.Parse(Lines[sample.First]), RunLine.Parse("level=Full " + Lines[sample.Second])];
                TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[sample.Zone]);
                DateTime from = new DateTime(1980, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(sample.Day), to = from.AddDays(sample.Length);
                var calendar = new ScheduleCalendar(rules, zone);
                IEnumerable<(Instant, ScheduleRule)> found = calendar.After(Instant.From(new DateTimeOffset(from.AddSeconds(-1))))
                    .TakeWhile(due => due.At < Instant.From(new DateTimeOffset(to))).Select(due => (due.At, due.Rule));
                Assert.Equal(new ScheduleOracle(rules, zone).Between(from, to), found);
            },
            iter: 300);
    }

    [Theory]
    [InlineData("Europe/Berlin", 2027)]
    [InlineData("Australia/Lord_Howe", 2028)]
    [InlineData("Africa/Casablanca", 2026)]
    [InlineData("Pacific/Apia", 2011)]
    [InlineData("America/St_Johns", 2006)]
    [InlineData("America/Havana", 2024)]
    public void A_whole_year_of_all_lines_is_that_of_a_walk_over_every_minute(string zoneName, int year)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        ScheduleRule[] rules = [.. Lines.Select(RunLine.Parse)];
        var from = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        IEnumerable<(Instant, ScheduleRule)> found = new ScheduleCalendar(rules, zone)
            .After(Instant.From(new DateTimeOffset(from.AddSeconds(-1))))
            .TakeWhile(due => due.At < Instant.From(new DateTimeOffset(from.AddYears(1)))).Select(due => (due.At, due.Rule));
        Assert.Equal(new ScheduleOracle(rules, zone).Between(from, from.AddYears(1)), found);
    }
}
