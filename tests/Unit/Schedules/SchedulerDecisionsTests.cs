using Backup.Configuration;
using Backup.Jobs.Jobs;
using Backup.Jobs.Schedules;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using CsCheck;

namespace Backup.Tests.Unit.Schedules;

public class SchedulerDecisionsTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2027, 3, 20, 0, 0, 0, TimeSpan.Zero));

    private static IReadOnlyDictionary<string, JobTimes> Jobs(string catchUp, int retries = 0) => JobTimes.Of(
        BackupConfiguration.Load([new ConfigurationText("a.conf", $$"""
            Client { c { } }
            Storage { s { folder = v } }
            Pool { p { } }
            FileSet { f { paths = / } }
            Schedule { n { run = ["Full sun at 2:30", "daily at 2:30", "hourly at 0:10"], catch-up = {{catchUp}}
                           time-zone = "Europe/Berlin" } }
            Job { j { client = c, storage = s, pool = p, fileset = f, schedule = n, retries = {{retries}} } }
            """)]).Model!, TimeZoneInfo.Utc);

    private static SchedulerState Looked(SchedulerState state, IReadOnlyDictionary<string, JobTimes> jobs, Instant now) =>
        SchedulerDecisions.Decide(state, jobs, now).Aggregate(state, (before, happened) => before.Apply(happened));

    [Fact]
    public void Every_time_becomes_one_run_or_is_counted_as_missed_however_often_it_is_looked()
    {
        IReadOnlyDictionary<string, JobTimes> jobs = Jobs("3 h");
        Gen.Int[1, 900].Array[1, 30].Sample(
            pauses =>
            {
                SchedulerState state = Looked(SchedulerState.Empty, jobs, Start);
                Instant now = Start;
                int missed = 0;
                foreach (int pause in pauses)
                {
                    now = now.Plus(TimeSpan.FromMinutes(pause));
                    IReadOnlyList<ISchedulerEvent> events = SchedulerDecisions.Decide(state, jobs, now);
                    missed += events.OfType<RunsMissed>().Sum(gone => gone.Count);
                    state = events.Aggregate(state, (before, happened) => before.Apply(happened));
                    Assert.Empty(SchedulerDecisions.Decide(state, jobs, now));
                    state = SchedulerState.Of(CborMap.Decode<SchedulerSnapshot>(CborMap.Encode(state.ToSnapshot())));
                }
                Instant[] due = [.. jobs["j"].Calendar!.After(Start).Select(time => time.At).TakeWhile(at => at <= now)];
                Instant[] owed = [.. state.Owed.Select(run => run.Due)];
                Assert.Equal(owed, owed.Distinct().Order());
                Assert.Subset(due.ToHashSet(), owed.ToHashSet());
                Assert.Equal(due.Length, owed.Length + missed);
            },
            iter: 200);
    }

    [Fact]
    public void A_time_in_the_last_minutes_is_never_missed_whatever_catch_up_says()
    {
        IReadOnlyDictionary<string, JobTimes> jobs = Jobs("0 s");
        SchedulerState state = Looked(SchedulerState.Empty, jobs, Start);
        state = Looked(state, jobs, Start.Plus(TimeSpan.FromSeconds(10 * 60 + 45)));
        Assert.Equal(Start.Plus(TimeSpan.FromMinutes(10)), Assert.Single(state.Owed).Due);
    }

    [Fact]
    public void A_clock_that_was_years_ahead_does_not_stop_the_schedule()
    {
        IReadOnlyDictionary<string, JobTimes> jobs = Jobs("1 h");
        SchedulerState state = Looked(Looked(SchedulerState.Empty, jobs, Start), jobs, Start.Plus(TimeSpan.FromDays(900)));
        state = Looked(state, jobs, Start.Plus(TimeSpan.FromMinutes(5)));
        int before = state.Owed.Count;
        state = Looked(state, jobs, Start.Plus(TimeSpan.FromMinutes(11)));
        Assert.Equal(before + 1, state.Owed.Count);
    }

    [Fact]
    public void A_clock_that_is_set_back_an_hour_doubles_nothing()
    {
        IReadOnlyDictionary<string, JobTimes> jobs = Jobs("12 h");
        SchedulerState state = Looked(Looked(SchedulerState.Empty, jobs, Start), jobs, Start.Plus(TimeSpan.FromMinutes(75)));
        Assert.Equal(2, state.Owed.Count);
        for (int minute = 5; minute <= 75; minute++) state = Looked(state, jobs, Start.Plus(TimeSpan.FromMinutes(minute)));
        Assert.Equal(2, state.Owed.Count);
    }

    [Fact]
    [Trait("Req", "JOB-07")]
    public void A_retry_takes_no_time_of_a_schedule_and_none_of_another_retry()
    {
        IReadOnlyDictionary<string, JobTimes> jobs = Jobs("12 h", retries: 5);
        SchedulerState state = Looked(SchedulerState.Empty, jobs, Start);
        for (long failed = 1; failed <= 70; failed++)
            state = state.Apply(SchedulerDecisions.AfterEnd(state, jobs, Failed(failed), Start)!);
        Assert.Equal(70, state.Owed.Select(run => run.Key).Distinct().Count());
        Assert.DoesNotContain(state.Owed, run => run.Due.Seconds % 60 == 0);
        Assert.Null(SchedulerDecisions.AfterEnd(state, jobs, Failed(70), Start)); // looked at already
        Assert.IsType<RetryGivenUp>(SchedulerDecisions.AfterEnd(state, jobs, Failed(71, retry: 5), Start));
    }

    private static JobStatus Failed(long job, int retry = 0) => JobStatus.None with
    {
        Job = new JobId(job), State = JobState.Failed, EndedAt = Start,
        Specification = new JobSpecification("j", JobType.Backup, JobLevel.Full, "c", "s", "p", null, [], "u", true, Start, Retry: retry),
    };

    [Fact]
    public void What_the_journal_keeps_is_on_the_list_and_comes_back_as_it_was()
    {
        var map = new WireMap(SchedulerProtocol.Entries);
        ISchedulerEvent[] events =
        [
            new ScheduleBegun("j", "UTC\ndaily at 1:00", Start), new ScheduleEnded("j", Start),
            new RunDue("j", Start, new RunOverrides(Pool: "p", Priority: 3), Start), new RunsMissed("j", Start, 3, Start),
            new RetryGivenUp("j", new(7), Start), new RunTaken("j", Start, new(7), Start), new RunDropped("j", Start, "no", Start),
        ];
        foreach (ISchedulerEvent happened in events)
            Assert.Equal(happened, map.Decode(map.ManifestOf(happened), map.Encode(happened)));
    }
}
