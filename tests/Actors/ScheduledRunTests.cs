using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Catalog.Jobs;
using Backup.Configuration;
using Backup.Jobs.Schedules;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Tests.Actors;

/// <summary>What the director makes of runs that have a key.</summary>
public sealed class ScheduledRunTests : DirectorFixture
{
    private JobSpecification Due(Instant due) =>
        Nightly() with { Scheduled = due, User = RunOrder.User, Trigger = JobTrigger.Automatic };

    [Fact]
    public void A_run_that_is_wanted_twice_under_one_key_is_made_once()
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        JobSpecification run = Due(Moment);
        director.Tell(new RunWanted(run), TestActor);
        var first = ExpectMsg<RunAccepted>();
        director.Tell(new RunWanted(run), TestActor);
        var second = ExpectMsg<RunAccepted>();

        Assert.Equal((first.Job, run.Key), (second.Job, second.Key));
        Assert.Single(Catalog.Jobs.List(new JobFilter()));
    }

    [Fact]
    public void A_director_made_anew_knows_the_run_of_a_key()
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        JobSpecification run = Due(Moment);
        director.Tell(new RunWanted(run), TestActor);
        JobId first = ExpectMsg<RunAccepted>().Job;
        Watch(director);
        Sys.Stop(director);
        ExpectTerminated(director);
        IActorRef again = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        again.Tell(new RunWanted(run), TestActor);

        Assert.Equal(first, ExpectMsg<RunAccepted>().Job);
        Assert.Single(Catalog.Jobs.List(new JobFilter()));
    }

    [Fact]
    public void A_row_whose_run_was_never_queued_is_no_run()
    {
        JobSpecification run = Due(Moment);
        JobId lost = RunRows.Create(Catalog, run, Moment);
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        AwaitCondition(() => Catalog.Jobs.Find(lost)!.State == JobState.Failed);
        Assert.Equal(RunRows.NeverQueued, Catalog.Jobs.Find(lost)!.Reason);
        director.Tell(new RunWanted(run), TestActor);

        Assert.NotEqual(lost, ExpectMsg<RunAccepted>().Job);
    }

    [Fact]
    public void Another_time_of_the_job_is_another_run_and_is_a_duplicate_while_the_first_is_there()
    {
        // The first is still there: it waits for its storage, which is not online.
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts with { StorageWithin = TimeSpan.FromHours(1) }), "director");
        JobSpecification first = Due(Moment) with { Duplicates = DuplicateRule.Refuse };
        director.Tell(new RunWanted(first), TestActor);
        JobId job = ExpectMsg<RunAccepted>().Job;
        director.Tell(new RunWanted(first with { Scheduled = Moment.Plus(TimeSpan.FromHours(1)) }), TestActor);
        var refused = FishForMessage<RunRefused>(_ => true);

        Assert.False(refused.MayPass);
        Assert.Contains($"previous run {job} still active", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "JOB-04")]
    public void Jobs_due_in_one_minute_run_within_the_limit_until_none_is_left()
    {
        const int Jobs = 20, Limit = 3;
        DirectorParts parts = Parts with { Live = new LiveConfiguration(ManyDue(Jobs, Limit)) };
        TestProbe storage = CreateTestProbe(), news = CreateTestProbe();
        Sys.EventStream.Subscribe(news, typeof(JobFinished));
        Clock.Advance(TimeSpan.FromMinutes(59));
        IActorRef director = Sys.ActorOf(DirectorActor.Props(parts), "director");
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), storage);
        AwaitCondition(() => Next(director).Count == Jobs); // every schedule has begun
        Clock.Advance(TimeSpan.FromMinutes(1));
        Sys.EventStream.Publish(new ConfigurationChanged(1)); // a look before the timer's
        var open = new Queue<OpenStoreSession>();
        for (int ended = 0; ended < Jobs; ended++)
        {
            int mayRun = Math.Min(Limit, Jobs - ended);
            while (open.Count < mayRun) open.Enqueue((OpenStoreSession)storage.FishForMessage(message => message is OpenStoreSession));
            Assert.Equal(mayRun, RunningAt(director));
            director.Tell(new StorageRefused(open.Dequeue().Label.Session, "the drive is on fire"), storage);
            news.ExpectMsg<JobFinished>(TimeSpan.FromSeconds(20));
        }

        IReadOnlyList<JobRow> rows = Catalog.Jobs.List(new JobFilter());
        Assert.Equal(Jobs, rows.Select(row => row.Name).Distinct().Count());
        Assert.All(rows, row => Assert.Equal(Instant.From(new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero)), row.Scheduled));
    }

    private int RunningAt(IActorRef director)
    {
        director.Tell(new OverviewWanted(), TestActor);
        return ExpectMsg<DirectorOverview>().Running.Count;
    }

    private IReadOnlyList<ScheduledJob> Next(IActorRef director)
    {
        director.Tell(new ScheduledJobsWanted(), TestActor);
        return ExpectMsg<ScheduledJobs>().Jobs;
    }

    private static BackupConfiguration ManyDue(int jobs, int limit)
    {
        string text = $$"""
            Node { n { roles = [director, storage, client], data-directory = var } }
            Director { d { jobs-at-once = {{limit}} } }
            Client { c1 { node = n, jobs-at-once = 20 } }
            Storage { s1 { node = n, folder = volumes, jobs-at-once = 20 } }
            Pool { p1 { } }
            FileSet { etc { paths = ["/etc"] } }
            Schedule { s { run = "daily at 1:00", time-zone = UTC } }
            JobDefs { all { client = c1, fileset = etc, storage = s1, pool = p1, level = Full, schedule = s } }

            """ + string.Concat(Enumerable.Range(1, jobs).Select(job => $"Job.j{job} {{ defaults = all, priority = {job} }}\n"));
        return BackupConfiguration.Load([new ConfigurationText("many.conf", text)]).Model!;
    }
}
