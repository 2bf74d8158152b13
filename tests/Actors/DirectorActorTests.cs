using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Clients;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Catalog.Volumes;
using Backup.Messages.Clients;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Tests.Actors;

public sealed class DirectorActorTests : DirectorFixture
{
    [Fact]
    public void A_run_on_a_storage_that_is_not_online_fails_with_a_line_that_says_so()
    {
        TestProbe news = CreateTestProbe();
        Sys.EventStream.Subscribe(news, typeof(JobNews));
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        director.Tell(new RunWanted(Nightly()), TestActor);
        JobId job = ExpectMsg<RunAccepted>().Job;
        var finished = (JobFinished)news.FishForMessage(m => m is JobFinished);

        Assert.Equal(JobState.Failed, finished.State);
        Assert.Contains("storage 's1' is not online", Catalog.Jobs.Find(job)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_online_storage_gets_the_session_of_a_run_with_a_new_volume_of_the_pool()
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        TestProbe storage = CreateTestProbe();
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), storage);
        director.Tell(new RunWanted(Nightly()), TestActor);
        ExpectMsg<RunAccepted>();
        var order = storage.ExpectMsg<OpenStoreSession>();

        Assert.Equal("Vol-0001", order.Volume.Volume);
        Assert.True(order.Volume.IsNew);
        Assert.Equal(JobLevel.Full, order.Label.Level);
        Assert.Equal("host1", order.Label.Platform.HostName);
    }

    [Fact]
    [Trait("Req", "NET-20")]
    public void A_run_waits_a_while_for_a_storage_that_is_not_online_and_begins_when_it_comes()
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts with { StorageWithin = TimeSpan.FromMinutes(1) }), "director");
        TestProbe storage = CreateTestProbe();
        director.Tell(new RunWanted(Nightly()), TestActor);
        JobId job = ExpectMsg<RunAccepted>().Job;
        AwaitAssert(() =>
        {
            director.Tell(new JobStatusWanted(job), TestActor);
            Assert.Equal(JobPhase.OpeningSession, ExpectMsg<JobStatus>().Phase);
        });
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), storage);

        Assert.Equal(job, storage.ExpectMsg<OpenStoreSession>().Label.Job);
    }

    [Fact]
    public void A_storage_that_was_started_again_gets_the_order_that_the_one_before_it_did_not_answer()
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        TestProbe killed = CreateTestProbe(), again = CreateTestProbe();
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), killed);
        director.Tell(new RunWanted(Nightly()), TestActor);
        ExpectMsg<RunAccepted>();
        var lost = killed.ExpectMsg<OpenStoreSession>();
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), again);

        Assert.Equal(lost.Label.Session, again.ExpectMsg<OpenStoreSession>().Label.Session);
    }

    [Fact]
    public void Two_jobs_that_need_a_new_volume_at_the_same_time_are_promised_the_same_one()
    {
        IActorRef media = Sys.ActorOf(MediaActor.Props(Parts));
        media.Tell(new VolumeNeeded(new JobId(1), "s1", "p1"), TestActor);
        media.Tell(new VolumeNeeded(new JobId(2), "s1", "p1"), TestActor);
        VolumeAssignment first = ExpectMsg<VolumeAnswer>().Volume!;
        VolumeAssignment second = ExpectMsg<VolumeAnswer>().Volume!;

        Assert.Equal(first, second);
    }

    [Fact]
    public void A_volume_that_is_full_is_followed_by_one_of_the_next_number()
    {
        IActorRef media = Sys.ActorOf(MediaActor.Props(Parts));
        media.Tell(new VolumeNeeded(new JobId(1), "s1", "p1"), TestActor);
        Assert.Equal("Vol-0001", ExpectMsg<VolumeAnswer>().Volume!.Volume);
        media.Tell(new VolumeNeeded(new JobId(1), "s1", "p1", Except: "Vol-0001"), TestActor);

        Assert.Equal("Vol-0002", ExpectMsg<VolumeAnswer>().Volume!.Volume);
    }

    [Fact]
    public void A_full_volume_that_a_director_before_this_one_named_is_not_named_again()
    {
        IActorRef media = Sys.ActorOf(MediaActor.Props(Parts));
        media.Tell(new VolumeNeeded(new JobId(1), "s1", "p1", Except: "Vol-0001"), TestActor);

        Assert.Equal("Vol-0002", ExpectMsg<VolumeAnswer>().Volume!.Volume);
    }

    [Fact]
    [Trait("Req", "VOL-34")]
    public void A_volume_that_a_storage_found_unfit_is_marked_so_and_another_is_named()
    {
        var life = new VolumeLifeId(new Guid(1, 2, 3, new byte[8]));
        Catalog.Volumes.Record(new VolumeIdentity("Vol-0001", life, "p1", "s1", new Instant(1_764_000_000, 0)));
        IActorRef media = Sys.ActorOf(MediaActor.Props(Parts));
        media.Tell(new VolumeNeeded(new JobId(1), "s1", "p1"), TestActor);
        Assert.Equal(("Vol-0001", false), ExpectMsg<VolumeAnswer>().Volume is { } known ? (known.Volume, known.IsNew) : default);
        media.Tell(new VolumeNeeded(new JobId(1), "s1", "p1", "Vol-0001", WhyUnfit: "medium Vol-0001 is no volume of ours"), TestActor);

        Assert.Equal("Vol-0002", ExpectMsg<VolumeAnswer>().Volume!.Volume);
        Assert.Equal(VolumeState.Error, Catalog.Volumes.Find("Vol-0001")!.State);
    }

    [Fact]
    [Trait("Req", "DEV-24")]
    public void A_volume_that_is_write_protected_is_only_read_from_then_on_and_another_is_named()
    {
        var life = new VolumeLifeId(new Guid(1, 2, 3, new byte[8]));
        Catalog.Volumes.Record(new VolumeIdentity("Vol-0001", life, "p1", "s1", new Instant(1_764_000_000, 0)));
        IActorRef media = Sys.ActorOf(MediaActor.Props(Parts));
        media.Tell(
            new VolumeNeeded(new JobId(1), "s1", "p1", "Vol-0001", WhyUnfit: "Vol-0001 is write protected", IsProtected: true), TestActor);

        Assert.Equal("Vol-0002", ExpectMsg<VolumeAnswer>().Volume!.Volume);
        VolumeRow row = Catalog.Volumes.Find("Vol-0001")!;
        Assert.Equal((VolumeState.ReadOnly, "Vol-0001 is write protected"), (row.State, row.Reason));
    }

    [Fact]
    public void An_unknown_pool_is_refused_by_name()
    {
        IActorRef media = Sys.ActorOf(MediaActor.Props(Parts));
        media.Tell(new VolumeNeeded(new JobId(1), "s1", "nowhere"), TestActor);
        VolumeAnswer answer = ExpectMsg<VolumeAnswer>();

        Assert.Null(answer.Volume);
        Assert.Contains("nowhere", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_for_a_client_that_is_away_is_given_when_it_attaches_and_again_until_it_is_taken()
    {
        TestProbe parent = CreateTestProbe();
        IActorRef clients = ChildOf(parent, ClientsActor.Props(Parts));
        var job = new JobId(7);
        var order = new RestoreOrder(job, NodeId.Empty, [], [], ReplaceRule.Always, true, null, new("e", Ticket()));
        clients.Tell(new ToClient(job, "c1", order));
        Attach(clients);
        Assert.Equal("restore", ExpectMsg<string>());
        Attach(clients);
        Assert.Equal("restore", ExpectMsg<string>());
        clients.Tell(new ClientSaid("c1", new OrderTaken(job)));
        Assert.Equal(job, parent.ExpectMsg<FromClient>().Job);
        Attach(clients);
        clients.Tell(new ClientsWanted(), TestActor);

        Assert.Equal("c1", Assert.Single(ExpectMsg<ClientsOverview>().Attached).Name);
    }

    [Fact]
    public void A_queued_job_that_is_canceled_takes_no_turn_from_those_behind_it()
    {
        (IActorRef director, TestProbe storage) = DirectorOfOneJobAtOnce();
        JobId first = Run(director);
        var order = storage.ExpectMsg<OpenStoreSession>();
        JobId second = Run(director);
        director.Tell(new CancelWanted(second, "tester"), TestActor);
        ExpectMsg<Backup.Jobs.Jobs.JobAccepted>();
        AwaitCondition(() => Catalog.Jobs.Find(second)!.State == JobState.Canceled);
        JobId third = Run(director);
        storage.Reply(new StorageRefused(order.Label.Session, "the drive is on fire"));

        storage.FishForMessage(m => m is OpenStoreSession { Label.Job: var opened } && opened == third);
        Assert.Equal(JobState.Failed, Catalog.Jobs.Find(first)!.State);
    }

    [Fact]
    public void A_job_whose_actor_stops_is_made_again_and_goes_on()
    {
        (IActorRef director, TestProbe storage) = DirectorOfOneJobAtOnce();
        JobId job = Run(director);
        storage.ExpectMsg<OpenStoreSession>();
        Sys.ActorSelection($"/user/director/job-{job}").Tell(Kill.Instance);

        var claim = storage.ExpectMsg<ClaimSession>(TimeSpan.FromSeconds(10));
        storage.Reply(new SessionUnknown(claim.Session, "not here"));
        OpenStoreSession again = storage.ExpectMsg<OpenStoreSession>(TimeSpan.FromSeconds(10));
        Assert.Equal((job, 2), (again.Label.Job, again.Attempt));
    }

    [Fact]
    public void An_estimate_of_a_client_that_goes_away_is_answered()
    {
        IActorRef clients = ChildOf(CreateTestProbe(), ClientsActor.Props(Parts));
        Attach(clients);
        clients.Tell(new EstimateWanted("c1", new EstimateOrder(Guid.AllBitsSet, JobLevel.Full, FileSet, NodeId.Empty, default, null)),
            TestActor);
        Assert.Equal("estimate", ExpectMsg<string>());
        clients.Tell(new ClientDetached("c1", Guid.Empty, "cut"));

        Assert.Contains("client 'c1'", ExpectMsg<RunRefused>().Reason, StringComparison.Ordinal);
    }

    private (IActorRef Director, TestProbe Storage) DirectorOfOneJobAtOnce()
    {
        var one = new Dictionary<string, Backup.Configuration.Resources.DirectorResource>();
        foreach ((string name, var resource) in Parts.Configuration.Directors) one[name] = resource with { JobsAtOnce = 1 };
        DirectorParts parts = Parts with
        {
            Live = new Backup.Actors.Director.Configurations.LiveConfiguration(Parts.Configuration with { Directors = one }),
        };
        IActorRef director = Sys.ActorOf(DirectorActor.Props(parts), "director");
        TestProbe storage = CreateTestProbe();
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), storage);
        return (director, storage);
    }

    [Fact]
    public void A_director_s_actor_that_is_made_anew_ends_its_clients_links_so_that_they_attach_to_it_again()
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director"), told = TestActor;
        director.Tell(new ClientAttached("c1", Guid.Empty, Platform, Moment, (_, _) => true, () => told.Tell("closed")));
        director.Tell(new ClientsWanted(), TestActor);
        Assert.Single(ExpectMsg<ClientsOverview>().Attached);

        // As its supervisor does: what comes meanwhile waits.
        ((IInternalActorRef)director).Suspend();
        ((IInternalActorRef)director).Restart(new InvalidOperationException("a fault of its own"));

        ExpectMsg("closed");
        director.Tell(new ClientsWanted(), TestActor);
        Assert.Empty(ExpectMsg<ClientsOverview>().Attached);
    }

    private JobId Run(IActorRef director)
    {
        director.Tell(new RunWanted(Nightly()), TestActor);
        return ExpectMsg<RunAccepted>().Job;
    }

    private void Attach(IActorRef clients)
    {
        IActorRef told = TestActor;
        clients.Tell(new ClientAttached("c1", Guid.Empty, Platform, Moment, (manifest, _) =>
        {
            told.Tell(manifest);
            return true;
        }));
    }

    private Backup.Messages.Sessions.Ticket Ticket() =>
        new(Guid.Empty, [1], Backup.Messages.Sessions.ChannelPurpose.Tree, default, Moment);
}
