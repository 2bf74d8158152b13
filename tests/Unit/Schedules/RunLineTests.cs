using Backup.Configuration;
using Backup.Configuration.Schedules;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using CsCheck;

namespace Backup.Tests.Unit.Schedules;

public class RunLineTests
{
    private const string Sound = """
        Node { n { roles = [director, storage, client], data-directory = var } }
        Client { c1 { node = n } }
        Storage { disk { node = n, folder = volumes } }
        Pool { daily { } }
        FileSet { home { paths = /home }, any { paths-per-run = yes } }
        Job { nightly { client = c1, fileset = home, storage = disk, pool = daily, schedule = nights } }
        Schedule { nights { run = "daily at 1:00" } }

        """;

    private static string[] Mistakes(string text) =>
        [.. BackupConfiguration.Load([new ConfigurationText("a.conf", Sound + text)]).Mistakes.Select(mistake => mistake.ToString())];

    [Fact]
    public void Overrides_stand_before_the_words()
    {
        ScheduleRule rule = RunLine.Parse("level=full Pool=Monthly storage=s2 priority=5 messages=Standard  1st sat at 23:05");
        Assert.Equal(new RunOverrides(JobLevel.Full, "Monthly", "s2", 5, "Standard"), rule.Overrides);
        Assert.Equal(JobLevel.Incremental, RunLine.Parse("Incremental mon-fri at 1:00").Overrides.Level);
    }

    [Theory]
    [InlineData("Sunday at 0:00", "cron 0 0 * * 0")]
    [InlineData("on sun at 12:00am", "cron 0 0 * * 7")]
    [InlineData("mon, wed, fri at 12:30pm", "cron 30 12 * * mon,wed,fri")]
    [InlineData("january-march 1 at 9:05am", "cron 5 9 1 1-3 *")]
    [InlineData("sept 1,15 at 9:05pm", "cron 5 21 1,15 sep *")]
    [InlineData("hourly at 0:15", "cron 15 * * * *")]
    [InlineData("hourly", "cron 0 */1 * * *")]
    [InlineData("mon - fri at 8:00", "cron 0 8 * * 1-5")]
    [InlineData("monthly on 15 at 1:00", "cron 0 1 15 * *")]
    [InlineData("30-2 at 1:00", "cron 0 1 30,31,1,2 * *")]
    [InlineData("weekly at 1:00", "cron 0 1 * * 0")]
    public void Words_and_cron_lines_say_the_same(string words, string cron) =>
        Assert.Equal(RunLine.Parse(cron).When, RunLine.Parse(words).When);

    [Fact]
    public void Both_days_of_a_cron_line_count_where_both_are_given()
    {
        Assert.True(RunLine.Parse("cron 0 1 13 * fri").When.EitherDay);
        Assert.False(RunLine.Parse("cron 0 1 */2 * fri").When.EitherDay);
    }

    [Theory]
    [Trait("Req", "CFG-02")]
    [InlineData("1st satt at 23:05", "'satt' is no word of a calendar; nearest: sat")]
    [InlineData("dayly at 23:05", "'dayly' is no word of a calendar; nearest: daily")]
    [InlineData("pol=x daily at 1:00", "'pol' is no key of a run; nearest: pool")]
    [InlineData("level=Ful daily at 1:00", "'Ful' is no level of a run; nearest: Full")]
    [InlineData("level=Full level=Full daily at 1:00", "'level' is given twice")]
    [InlineData("accurate=no daily at 1:00", "'accurate=no': every backup compares accurately; leave accurate out")]
    [InlineData("priority=0 daily at 1:00", "'0' is no priority: a whole number from 1, the first, to 1000")]
    [InlineData("level=Full", "'level=Full' does not say when; for example \"mon-fri at 23:05\", or \"cron 5 23 * * 1-5\"")]
    [InlineData("31 feb at 1:00", "'31 feb at 1:00' names no day of any year")]
    [InlineData("30 feb, 31 apr at 1:00", "")]
    [InlineData("5th mon feb 28 at 1:00", "'5th mon feb 28 at 1:00' names no day of any year")]
    [InlineData("cron 0 0 30 2 *", "'cron 0 0 30 2 *' names no day of any year")]
    [InlineData("w53 jun at 1:00", "'w53 jun at 1:00' names no day of any year")]
    [InlineData("32 at 1:00", "'32' is no day of a month: 1 to 31")]
    [InlineData("w54 at 1:00", "'w54' is no week: w00 to w53")]
    [InlineData("daily", "'daily' has no time; add 'at 23:05'")]
    [InlineData("daily 23:05", "'23:05': a time follows 'at'")]
    [InlineData("daily at 24:00", "'24:00' is no time of a day")]
    [InlineData("daily at 13:00pm", "'13:00pm' is no time of a day")]
    [InlineData("daily at noon", "'noon' is no time; write it as 'at 23:05' or 'at 11:05pm'")]
    [InlineData("daily at 1:00 at 2:00", "a line has one time; write another line for another")]
    [InlineData("hourly at 3:15", "hourly takes a minute alone; write 'hourly at 0:15'")]
    [InlineData("daily mon at 1:00", "'daily mon at 1:00': daily names every day; leave it out, or the weekday")]
    [InlineData("1st at 1:00", "'1st at 1:00': 1st to 5th and last are of a weekday, as in '1st sat'; the first day of a month is 1")]
    [InlineData("1st sat 3rd sun at 1:00", "'1st sat 3rd sun at 1:00' joins each place with each weekday; write a line for each")]
    [InlineData("mon-3 at 1:00", "'mon-3': a range is from a weekday to a weekday")]
    [InlineData("last-2nd sat at 1:00", "'last-2nd': places go from 1st to 5th; last stands alone")]
    [InlineData("cron 0 3 * *", "cron has five fields (minute, hour, day of month, month, day of week), not 4")]
    [InlineData("cron 61 3 * * *", "'61' is no minute: values 0 to 59, as in '*', '1', '1-5', '*/2' or '1,15'")]
    [InlineData("cron 0 3 * * 5-1", "'5-1' as day of week: 5 is behind 1; write two ranges")]
    [InlineData("cron 0 3 * * mom", "'mom' is no day of week; nearest: mon")]
    [InlineData("cron */0 3 * * *", "'*/0' as minute: a step is at least 1")]
    public void A_mistake_is_told_with_its_place_and_what_would_be_right(string line, string mistake)
    {
        string[] found = Mistakes($"Schedule {{ s {{ run = [\"daily at 1:00\",\n  \"{line}\"] }} }}");
        if (mistake.Length == 0) Assert.Empty(found);
        else Assert.Equal([$"a.conf:9:3: Schedule s: run: {mistake}"], found);
    }

    [Theory]
    [Trait("Req", "CFG-02")]
    [InlineData("Schedule { s { run = [\"daily at 1:00\",\n \"pool=dayly mon at 1:00\"] } }",
        "a.conf:9:2: Schedule s: pool=dayly: there is no Pool 'dayly'; nearest: daily")]
    [InlineData("Schedule { s { run = [] } }", "a.conf:8:16: Schedule s: a schedule has at least one line")]
    [InlineData("Schedule { s { time-zone = UTC } }", "a.conf:8:12: Schedule s: run is missing")]
    [InlineData("Schedule { s { run = \"daily at 1:00\", time-zone = \"Europe/Berlim\" } }",
        "a.conf:8:51: Schedule s: time-zone: 'Europe/Berlim' is no time zone of this system; nearest: Europe/Berlin")]
    [InlineData("Schedule { s { run = \"daily at 1:00\", time-zone = \"../../../etc/localtime\" } }",
        "a.conf:8:51: Schedule s: time-zone: '../../../etc/localtime' is no time zone of this system")]
    [InlineData("JobDefs { d { schedule = nigths } }", "a.conf:8:15: JobDefs d: schedule: there is no Schedule 'nigths'; nearest: nights")]
    [InlineData("Job { j { client = c1, fileset = any, storage = disk, pool = daily, schedule = nights } }",
        "a.conf:8:69: Job j: fileset 'any' has no paths of its own, and a schedule gives none; give it paths")]
    [InlineData("Job { j { type = Restore, client = c1, storage = disk, schedule = nights } }",
        "a.conf:8:56: Job j: a restore is started by hand; leave schedule out")]
    [InlineData("Job { j { client = c1, fileset = home, storage = disk, pool = daily, retries = many } }",
        "a.conf:8:80: Job j: retries: 'many' is no whole number from 0 to 100")]
    public void Names_and_jobs_are_checked(string text, string mistake) =>
        Assert.StartsWith(mistake, Assert.Single(Mistakes(text)), StringComparison.Ordinal);

    [Fact]
    public void Jobs_take_their_times_from_their_defaults()
    {
        BackupConfiguration model = BackupConfiguration.Load([new ConfigurationText("a.conf", Sound
            + "JobDefs { d { client = c1, storage = disk, pool = daily, schedule = nights, retries = 3, retry-interval = 5 s } }\n"
            + "Job { j { defaults = d, fileset = home, retries = 1 } }")]).Model!;
        Assert.Equal(("nights", 1, TimeSpan.FromSeconds(5)),
            (model.Jobs["j"].Schedule, model.Jobs["j"].Retries, model.Jobs["j"].RetryInterval));
        Assert.Equal((0, TimeSpan.FromHours(12)), (model.Jobs["nightly"].Retries, model.Schedules["nights"].CatchUp));
    }

    [Fact]
    public void No_line_makes_the_reader_throw_anything_else()
    {
        string[] pieces = ["cron", "*", "*/", "/", "-", "1-", "-5", ",", "1st", "last", "sat", "w00", "w", "at", "1:00", "25:61", "hourly",
            "level=", "=", "=x", "pool=y", "31", "99999999999", "feb", "lastday", "\u0130", "1-5/2", "sun-sat", "monthly", "daily"];
        Gen.Select(Gen.Int[0, pieces.Length - 1].Select(at => pieces[at]).Array[0, 8], Gen.Bool).Sample(
            (words, spaced) =>
            {
                try
                {
                    Assert.True(RunLine.Parse(string.Join(spaced ? " " : "", words)).When.CanFire);
                }
                catch (FormatException mistake)
                {
                    Assert.DoesNotContain('\n', mistake.Message);
                }
            },
            iter: 5000);
    }
}
