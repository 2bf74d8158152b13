using Akka.Actor;
using Backup.Actors.Director;
using Backup.Actors.Director.Jobs;
using Backup.Catalog.Jobs;
using Backup.Jobs.Schedules;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Tests.Actors;

public sealed class SchedulerActorTests : ScheduleFixture
{
    [Fact]
    [Trait("Req", "JOB-05")]
    public void A_job_is_wanted_at_its_time_with_what_its_line_says()
    {
        PassUntil("2026-01-02 12:00");
        Start();
        PassUntil("2026-01-03 01:00");
        JobSpecification saturday = Wanted();

        Assert.Equal((At("2026-01-03 01:00"), JobLevel.Full, "monthly", 7, "s1", "schedule", JobTrigger.Automatic),
            (saturday.Scheduled, saturday.Level, saturday.Pool, saturday.Priority, saturday.Storage, saturday.User, saturday.Trigger));
    }

    [Fact]
    [Trait("Req", "JOB-05")]
    public void A_line_that_names_messages_gives_them_to_its_run_and_another_line_does_not()
    {
        Configure("Messages { weekly { to-log = yes } }\n"
            + "Schedule { two { run = [\"messages=weekly sat at 1:00\", \"daily at 1:00\"], time-zone = UTC } }\n"
            + "Job { nightly { defaults = all, schedule = two } }");
        Start();
        PassUntil("2026-01-01 01:00");
        JobSpecification thursday = Wanted();
        Take(thursday, 1);
        PassUntil("2026-01-02 01:00");
        Take(Wanted(), 2);
        PassUntil("2026-01-03 01:00");

        Assert.Equal((null, "weekly"), (thursday.Messages, Wanted().Messages));
    }

    [Fact]
    public void A_run_that_was_taken_is_not_wanted_again()
    {
        Start();
        PassUntil("2026-01-01 01:00");
        Take(Wanted(), 1);
        for (int minute = 0; minute < 5; minute++) Pass(TimeSpan.FromMinutes(1));
        NothingWanted();
    }

    /// <summary>The scheduler stops at each step of a run's way and starts again five minutes later.</summary>
    [Theory]
    [InlineData("before the time")]
    [InlineData("over the time")]
    [InlineData("before the answer")]
    [InlineData("after the answer")]
    public void A_time_is_neither_skipped_nor_doubled_whenever_the_scheduler_stops(string step)
    {
        Start();
        PassUntil("2026-01-01 00:50");
        if (step == "before the time") Restart(TimeSpan.FromMinutes(5));
        if (step == "over the time") Restart(TimeSpan.FromMinutes(15));
        PassUntil("2026-01-01 01:05");
        JobSpecification first = Wanted();
        if (step == "before the answer")
        {
            Restart(TimeSpan.FromMinutes(5));
            Assert.Equal(first.Key, Wanted().Key); // the same key: the director knows whether it has made it
        }
        Take(first, 1);
        if (step == "after the answer") Restart(TimeSpan.FromMinutes(5));
        Pass(TimeSpan.FromMinutes(10));
        NothingWanted();
        Assert.Equal(new RunKey("nightly", At("2026-01-01 01:00")), first.Key);
        PassUntil("2026-01-02 01:00");
        Assert.Equal(At("2026-01-02 01:00"), Wanted().Scheduled);
    }

    [Fact]
    public void Times_that_passed_while_nobody_was_there_run_where_catch_up_reaches_and_are_counted_as_missed_beyond()
    {
        Configure("Schedule { hours { run = \"hourly at 0:30\", time-zone = UTC, catch-up = 3 h } }\n"
            + "Job { nightly { defaults = all, schedule = hours } }");
        Start();
        Stop();
        PassUntil("2026-01-01 10:00");
        EventFilter.Warning(contains: "job nightly missed 7 of its times, up to 2026-01-01T06:30:00Z").ExpectOne(() => Start());

        Assert.Equal(["07:30", "08:30", "09:30"],
            Enumerable.Range(0, 3).Select(_ => Wanted().Scheduled.ToString().Substring(11, 5)));
        NothingWanted();
    }

    [Fact]
    public void A_schedule_that_changes_counts_from_its_change_on()
    {
        Start();
        PassUntil("2026-01-01 10:00");
        Take(Wanted(), 1);
        Configure("Schedule { late { run = [\"daily at 9:00\", \"daily at 11:00\"], time-zone = UTC } }\n"
            + "Job { nightly { defaults = all, schedule = late } }");
        Sys.EventStream.Publish(new Backup.Actors.Director.Configurations.ConfigurationChanged(2));
        NothingWanted();
        PassUntil("2026-01-01 11:00");

        Assert.Equal(At("2026-01-01 11:00"), Wanted().Scheduled);
    }

    [Fact]
    public void A_job_without_a_schedule_any_more_is_forgotten_and_begins_anew_when_it_has_one_again()
    {
        Start();
        Configure("Job { nightly { defaults = all } }");
        PassUntil("2026-01-02 12:00");
        Assert.Empty(Settled().Jobs);
        Configure("Job { nightly { defaults = all, schedule = nights } }");
        Pass(TimeSpan.FromMinutes(1));
        NothingWanted();
        Assert.Equal(At("2026-01-03 01:00"), Assert.Single(Settled().Jobs).Next);
    }

    [Fact]
    public void A_refusal_that_may_pass_is_asked_again_and_one_that_stays_is_not()
    {
        Start();
        PassUntil("2026-01-01 01:00");
        RunKey? key = Wanted().Key;
        Scheduler.Tell(new RunRefused("the catalog is away", key, MayPass: true), Director);
        Pass(TimeSpan.FromSeconds(29));
        NothingWanted();
        Pass(TimeSpan.FromSeconds(31));
        Assert.Equal(key, Wanted().Key);
        EventFilter.Warning(contains: "is not run: previous run 7 still active")
            .ExpectOne(() => Scheduler.Tell(new RunRefused("previous run 7 still active", key), Director));
        Pass(TimeSpan.FromMinutes(5));
        NothingWanted();
    }

    [Fact]
    [Trait("Req", "JOB-12")]
    public void Scheduled_jobs_are_shown_as_automatic_with_the_time_that_a_preview_says()
    {
        ScheduledJob next = Assert.Single(Start().Jobs);
        PreviewRow preview = Upcoming.Preview(Live.InForce.Model, TimeZoneInfo.Utc, ("nightly", null), Moment, 1)[0];

        Assert.Equal((JobTrigger.Automatic, preview.At, preview.Level, preview.Pool), (next.Trigger, next.Next, next.Level, next.Pool));
        Assert.Equal(At("2026-01-01 01:00"), next.Next);
    }

    [Fact]
    public void Events_are_compacted_and_nothing_is_forgotten()
    {
        Configure("Schedule { often { run = \"cron * * * * *\", time-zone = UTC } }\nJob { nightly { defaults = all, schedule = often } }");
        Start();
        for (int minute = 1; minute <= 130; minute++)
        {
            Pass(TimeSpan.FromMinutes(1));
            Take(Wanted(), minute);
        }
        Pass(TimeSpan.FromMinutes(1));
        JobSpecification last = Wanted();
        Stop();
        Start();

        Assert.Equal(last.Key, Wanted().Key);
        NothingWanted();
    }

    [Theory]
    [Trait("Req", "JOB-07")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_failed_is_run_again_after_the_interval_as_often_as_the_job_says(bool restart)
    {
        Configure("Job { nightly { defaults = all, retries = 2, retry-interval = 5 min } }");
        Start();
        JobSpecification run = Nightly(JobLevel.Full) with { RootsOverride = ["/etc/ssl"] };
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            Fail(run, attempt);
            if (restart) Restart(TimeSpan.FromSeconds(10));
            Pass(TimeSpan.FromMinutes(4));
            NothingWanted();
            Assert.Equal(JobTrigger.Retry, Assert.Single(Settled().Jobs).Trigger);
            Pass(TimeSpan.FromSeconds(61)); // whole minutes are for schedules
            JobSpecification again = Wanted();
            Assert.Equal((JobTrigger.Retry, new JobId(attempt), attempt), (again.Trigger, again.RetryOf!.Value, again.Retry));
            Assert.Equal((JobLevel.Full, "/etc/ssl", "tester"), (again.Level, again.RootsOverride[0], again.User));
            Take(again, attempt + 1);
            run = again;
        }
        Fail(run, 3);
        Pass(TimeSpan.FromHours(1));
        NothingWanted();
    }

    [Fact]
    [Trait("Req", "JOB-07")]
    public void Only_bad_ends_of_jobs_with_retries_are_asked_about()
    {
        Configure("Job { nightly { defaults = all, retries = 1 }, other { defaults = all } }");
        Start();
        Publish(1, "nightly", JobState.Canceled);
        Publish(2, "nightly", JobState.OkWithWarnings);
        Publish(3, "other", JobState.Failed);
        NothingWanted();
    }

    [Fact]
    [Trait("Req", "JOB-07")]
    public void A_bad_end_that_nobody_heard_of_is_found_in_the_catalog()
    {
        Configure("Job { nightly { defaults = all, retries = 1, retry-interval = 10 min } }");
        Start();
        Stop();
        Pass(TimeSpan.FromMinutes(1));
        JobSpecification run = Nightly();
        JobId job = RunRows.Create(Catalog, run, Moment);
        Catalog.Jobs.End(job, new JobEnding(JobState.Incomplete, "the client went away", Moment, 0, 0));
        Start();

        Assert.Equal(job, Director.ExpectMsg<JobStatusWanted>().Job);
        Scheduler.Tell(Ended(run, job.Value, JobState.Incomplete), Director);
        Pass(TimeSpan.FromSeconds(601)); // whole minutes are for schedules
        JobSpecification again = Wanted();
        Assert.Equal(job, again.RetryOf);
        Take(again, 99);
        Restart(TimeSpan.FromMinutes(1));
        NothingWanted();
    }

    private void Restart(TimeSpan away)
    {
        Stop();
        Pass(away);
        Start();
    }

    private void Fail(JobSpecification run, long number)
    {
        Publish(number, run.JobName, JobState.Failed);
        Assert.Equal(new JobId(number), Director.ExpectMsg<JobStatusWanted>().Job);
        Scheduler.Tell(Ended(run, number, JobState.Failed), Director);
        Settled();
    }

    private void Publish(long number, string name, JobState state) =>
        Sys.EventStream.Publish(new JobFinished(new JobId(number), name, state, "the drive is on fire"));
}
