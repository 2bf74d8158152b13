using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Turns;
using Backup.Configuration.Resources;
using Backup.Jobs.Admission;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

public sealed class TurnTests : DirectorFixture
{
    [Fact]
    [Trait("Req", "JOB-04")]
    public void A_run_whose_time_comes_between_two_looks_is_due_at_once()
    {
        var turns = new JobTurns(() => Parts.Configuration, Clock);
        turns.Made(new JobId(1), Nightly() with { Scheduled = Moment.Plus(TimeSpan.FromSeconds(5)) });
        Assert.Equal(TimeSpan.FromSeconds(5), turns.NextDue);
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.Zero, turns.NextDue);
    }

    [Fact]
    [Trait("Req", "JOB-01")]
    public void A_second_job_of_a_client_waits_and_the_queue_says_for_whom()
    {
        (IActorRef director, TestProbe storage) = Director();
        JobId first = Run(director, Nightly());
        var order = storage.ExpectMsg<OpenStoreSession>();
        JobId second = Run(director, Other("weekly"));
        director.Tell(new WaitsWanted(), TestActor);
        JobWait wait = Assert.Single(ExpectMsg<WaitsOverview>().Waits);

        Assert.Equal((second, 1, new Scarce(ScarceKind.Client, "c1")), (wait.Job, wait.Position, wait.For));
        Assert.Equal(first, Assert.Single(wait.Holders).Job);
        AwaitAssert(() => Assert.Equal("waits for client c1: 1 at once", Catalog.Jobs.Find(second)!.Reason));
        storage.Reply(new StorageRefused(order.Label.Session, "the drive is on fire"));
        Assert.Equal(second, storage.FishForMessage<OpenStoreSession>(_ => true).Label.Job);
    }

    [Fact]
    [Trait("Req", "JOB-01")]
    public void Jobs_of_several_clients_store_at_the_same_time_up_to_the_storages_limit()
    {
        (IActorRef director, TestProbe storage) = Director(storageJobs: 2);
        for (int client = 1; client <= 3; client++) Run(director, Other($"job{client}") with { Client = $"c{client}" });
        storage.ExpectMsg<OpenStoreSession>();
        storage.ExpectMsg<OpenStoreSession>();
        director.Tell(new WaitsWanted(), TestActor);

        Assert.Equal(new Scarce(ScarceKind.Storage, "s1"), Assert.Single(ExpectMsg<WaitsOverview>().Waits).For);
        storage.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    [Trait("Req", "JOB-04")]
    public void The_best_priority_of_those_that_wait_begins_first()
    {
        (IActorRef director, TestProbe storage) = Director();
        Run(director, Nightly());
        var order = storage.ExpectMsg<OpenStoreSession>();
        Run(director, Other("late") with { Priority = 20 });
        JobId early = Run(director, Other("early") with { Priority = 5 });
        storage.Reply(new StorageRefused(order.Label.Session, "no"));

        Assert.Equal(early, storage.FishForMessage<OpenStoreSession>(_ => true).Label.Job);
    }

    [Fact]
    [Trait("Req", "JOB-06")]
    public void A_further_run_of_a_job_that_runs_is_refused_makes_no_row_and_stands_in_the_log_of_the_first()
    {
        (IActorRef director, TestProbe storage) = Director();
        JobSpecification nightly = Nightly() with { Duplicates = DuplicateRule.Refuse };
        JobId first = Run(director, nightly);
        storage.ExpectMsg<OpenStoreSession>();
        director.Tell(new RunWanted(nightly), TestActor);

        Assert.Contains($"previous run {first} still active", ExpectMsg<RunRefused>().Reason, StringComparison.Ordinal);
        Assert.Single(Catalog.Jobs.List(new()));
        AwaitAssert(() => Assert.Contains(Catalog.Log.List(first, 100, 0),
            line => line.Text.Contains($"previous run {first} still active", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Req", "JOB-06")]
    public void Two_runs_that_are_wanted_in_one_breath_are_one_run()
    {
        (IActorRef director, _) = Director();
        JobSpecification nightly = Nightly() with { Duplicates = DuplicateRule.Refuse };
        director.Tell(new RunWanted(nightly), TestActor);
        director.Tell(new RunWanted(nightly), TestActor);

        ExpectMsg<RunRefused>();
        ExpectMsg<RunAccepted>();
    }

    [Fact]
    [Trait("Req", "JOB-06")]
    public void A_run_that_cancels_the_one_before_begins_when_that_has_ended()
    {
        (IActorRef director, TestProbe storage) = Director();
        JobId first = Run(director, Nightly());
        storage.ExpectMsg<OpenStoreSession>();
        JobId second = Run(director, Nightly() with { Duplicates = DuplicateRule.CancelRunning });

        Assert.Equal(second, storage.FishForMessage<OpenStoreSession>(_ => true).Label.Job);
        Assert.Equal(JobState.Canceled, Catalog.Jobs.Find(first)!.State);
        Assert.Contains("tester, by a further run of job nightly", Catalog.Jobs.Find(first)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "JOB-04")]
    public void The_queue_and_the_limits_outlive_the_director()
    {
        (IActorRef director, TestProbe storage) = Director();
        Run(director, Nightly());
        storage.ExpectMsg<OpenStoreSession>();
        JobId late = Run(director, Other("late") with { Priority = 20 });
        JobId early = Run(director, Other("early") with { Priority = 5 });
        AwaitAssert(() => Assert.StartsWith("waits for client", Catalog.Jobs.Find(early)!.Reason, StringComparison.Ordinal));
        Watch(director);
        Sys.Stop(director);
        ExpectTerminated(director);
        (IActorRef again, TestProbe storageAgain) = Director();

        var claim = storageAgain.FishForMessage<ClaimSession>(_ => true);
        again.Tell(new WaitsWanted(), TestActor);
        Assert.Equal([early, late], ExpectMsg<WaitsOverview>().Waits.Select(wait => wait.Job));
        storageAgain.Send(again, new StorageRefused(claim.Session, "no"));
        Assert.Equal(early, storageAgain.FishForMessage<OpenStoreSession>(_ => true).Label.Job);
    }

    private (IActorRef Director, TestProbe Storage) Director(int storageJobs = 4)
    {
        ClientResource client = Parts.Configuration.Clients["c1"];
        DirectorParts parts = Parts with
        {
            Live = new LiveConfiguration(Parts.Configuration with
            {
                Clients = Enumerable.Range(1, 3).ToDictionary(n => $"c{n}", n => client with { Name = $"c{n}" }),
                Storages = Parts.Configuration.Storages.ToDictionary(s => s.Key, s => s.Value with { JobsAtOnce = storageJobs }),
            }),
        };
        IActorRef director = Sys.ActorOf(DirectorActor.Props(parts));
        TestProbe storage = CreateTestProbe();
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), storage);
        return (director, storage);
    }

    private JobSpecification Other(string name) => Nightly() with { JobName = name };

    private JobId Run(IActorRef director, JobSpecification job)
    {
        director.Tell(new RunWanted(job), TestActor);
        return ExpectMsg<RunAccepted>().Job;
    }
}
