using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Actors.Director.Turns;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

public sealed class JobActorTests : DirectorFixture
{
    private static readonly VolumeAssignment Volume = new("Vol-0001", new VolumeLifeId(new Guid(1, 2, 3, new byte[8])), true, "p1", 0);
    private static readonly StreamPosition Position = new(12, 3);

    private readonly TestProbe _director;
    private readonly TestProbe _media;

    public JobActorTests() => (_director, _media) = (CreateTestProbe(), CreateTestProbe());

    [Fact]
    public void A_job_ends_OK_when_sent_stored_and_catalogued_are_equal_and_its_row_says_so()
    {
        (JobId id, IActorRef job, OpenStoreSession opened) = Opened();
        BackupOrder order = Started(job, opened);
        Store(opened);
        job.Tell(new BackupEnded(id, order.Session, 1, Seal(), Stored(), Position, "/etc/hosts", null, []));
        Assert.IsType<EndTaken>(_director.ExpectMsg<ToClient>().Order);
        job.Tell(new StoreSessionEnded(order.Session, Stored(), Position, "/etc/hosts", [], null, []));
        FishForEnd(id);

        JobRow row = Catalog.Jobs.Find(id)!;
        Assert.Equal(JobState.Ok, row.State);
        Assert.Equal(JobLevel.Full, row.Level);
    }

    [Fact]
    public void A_job_whose_catalog_has_less_than_was_sent_is_never_OK()
    {
        (JobId id, IActorRef job, OpenStoreSession opened) = Opened();
        BackupOrder order = Started(job, opened);
        job.Tell(new BackupEnded(id, order.Session, 1, Seal(), Stored(), Position, "/etc/hosts", null, []));
        job.Tell(new StoreSessionEnded(order.Session, Stored(), Position, "/etc/hosts", [], null, []));
        FishForEnd(id);

        JobRow row = Catalog.Jobs.Find(id)!;
        Assert.Equal(JobState.Incomplete, row.State);
        Assert.Contains("catalog", row.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "NET-18")]
    public void A_job_made_again_from_its_journal_claims_its_session_and_ends_OK()
    {
        (JobId id, IActorRef job, OpenStoreSession opened) = Opened();
        BackupOrder order = Started(job, opened);
        job.Tell(new SessionCommitted(order.Session, Position, "/etc/hosts", "Vol-0001", 7));
        IActorRef again = MadeAgain(id, job);
        var claim = (ClaimSession)_director.FishForMessage<ToStorage>(_ => true).Order;
        Assert.NotEqual(opened.Catalogue.Ticket.Id, claim.Catalogue.Ticket.Id);
        Assert.IsType<JobAsked>(_director.ExpectMsg<ToClient>().Order);
        Store(opened);
        again.Tell(new BackupEnded(id, order.Session, 1, Seal(), Stored(), Position, "/etc/hosts", null, []));
        Assert.IsType<EndTaken>(_director.ExpectMsg<ToClient>().Order);
        again.Tell(new StoreSessionEnded(order.Session, Stored(), Position, "/etc/hosts", [], null, [], id), TestActor);
        Assert.Equal(order.Session, ExpectMsg<SessionEndTaken>().Session);
        FishForEnd(id);

        Assert.Equal(JobState.Ok, Catalog.Jobs.Find(id)!.State);
    }

    [Fact]
    public void A_job_made_again_whose_storage_does_not_know_the_session_ends_at_its_last_commit_point_and_names_it()
    {
        (JobId id, IActorRef job, OpenStoreSession opened) = Opened();
        BackupOrder order = Started(job, opened);
        job.Tell(new SessionCommitted(order.Session, Position, "/etc/hosts", "Vol-0001", 7));
        IActorRef again = MadeAgain(id, job);
        again.Tell(new SessionUnknown(order.Session, "it was started again"));
        again.Tell(new BackupEnded(id, order.Session, 1, null, null, Position, "/etc/hosts", "canceled", []));
        FishForEnd(id);

        JobRow row = Catalog.Jobs.Find(id)!;
        Assert.Equal(JobState.Incomplete, row.State);
        Assert.Contains("it was started again", row.Reason, StringComparison.Ordinal);
        Assert.Contains("/etc/hosts", row.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_of_a_job_that_has_ended_is_claimed_to_be_delivered_and_its_end_is_taken()
    {
        (JobId id, IActorRef job, OpenStoreSession opened) = Opened();
        job.Tell(new StorageRefused(opened.Label.Session, "the drive is on fire"));
        FishForEnd(id);
        var live = new LiveSession(opened.Label.Session, id, 1, LiveSessionState.Open, Position, null, "Vol-0001");
        job.Tell(new SessionAnnounced(live, "127.0.0.1:9103"), TestActor);
        ExpectMsg<ClaimSession>();
        Assert.Contains("has ended", ExpectMsg<CloseStoreSession>().Reason, StringComparison.Ordinal);
        job.Tell(new SessionAnnounced(live with { State = LiveSessionState.Delivering }, "127.0.0.1:9103"), TestActor);
        ExpectMsg<ClaimSession>();
        job.Tell(new StoreSessionEnded(opened.Label.Session, null, Position, null, [], "closed", [], id), TestActor);
        ExpectMsg<SessionEndTaken>();

        Assert.Equal(0, Parts.Channels.Desk.Count);
    }

    [Fact]
    public void A_session_of_which_there_is_no_job_is_closed_and_what_is_left_of_it_is_dropped()
    {
        var session = new SessionId(new Guid(9, 9, 9, new byte[8]));
        var live = new LiveSession(session, new JobId(77), 1, LiveSessionState.Open, default, null, "");
        IActorRef job = ChildOf(_director, JobActor.Props(live.Job, Parts, _media));
        job.Tell(new SessionAnnounced(live, "127.0.0.1:9103"), TestActor);
        ExpectMsg<CloseStoreSession>();
        job.Tell(new SessionAnnounced(live with { State = LiveSessionState.Delivering }, "127.0.0.1:9103"), TestActor);
        ExpectMsg<SessionEndTaken>();
    }

    [Fact]
    public void A_queued_job_made_again_waits_for_its_turn_and_one_without_a_journal_is_ended()
    {
        JobId queued = NewRow();
        IActorRef job = ChildOf(_director, JobActor.Props(queued, Parts, _media));
        job.Tell(new QueueJob(queued, new SessionId(new Guid(9, 9, 9, new byte[8])), Nightly()));
        job.Tell(new JobStatusWanted(queued), TestActor);
        ExpectMsg<JobStatus>();
        Watch(job);
        Sys.Stop(job);
        ExpectTerminated(job);
        ChildOf(_director, JobActor.Props(queued, Parts, _media)).Tell(new RecoverJob());
        Assert.Equal(queued, _director.ExpectMsg<JobRecovered>().Job);

        JobId lost = NewRow();
        ChildOf(_director, JobActor.Props(lost, Parts, _media)).Tell(new RecoverJob());
        FishForEnd(lost);
        Assert.Equal(JobState.Failed, Catalog.Jobs.Find(lost)!.State);
    }

    [Fact]
    public void A_job_whose_first_event_the_journal_did_not_take_is_queued_when_its_actor_is_made_again_and_only_once()
    {
        JobId id = NewRow();
        var again = new GoOnOrQueue(new QueueJob(id, new SessionId(new Guid(9, 9, 9, new byte[8])), Nightly()));
        IActorRef job = ChildOf(_director, JobActor.Props(id, Parts, _media));
        job.Tell(again);
        Assert.True(_director.ExpectMsg<JobRecovered>().Waits);
        job.Tell(new JobStatusWanted(id), TestActor);
        var first = ExpectMsg<JobStatus>();
        job.Tell(again);
        Assert.True(_director.ExpectMsg<JobRecovered>().Waits);
        job.Tell(new JobStatusWanted(id), TestActor);

        Assert.Equal(first, ExpectMsg<JobStatus>());
        Assert.Equal(JobPhase.WaitingForTurn, first.Phase);
    }

    [Fact]
    public void A_storage_that_refuses_ends_the_job_with_its_line_and_the_volume_is_given_back()
    {
        (JobId id, IActorRef job, OpenStoreSession opened) = Opened();
        job.Tell(new StorageRefused(opened.Label.Session, "the drive is on fire"));
        FishForEnd(id);
        _media.FishForMessage(m => m is VolumeReleased { Job: var released } && released == id);

        Assert.Contains("the drive is on fire", Catalog.Jobs.Find(id)!.Reason, StringComparison.Ordinal);
        Assert.Equal(JobState.Failed, Catalog.Jobs.Find(id)!.State);
    }

    [Fact]
    public void The_next_volume_of_a_session_is_asked_of_the_media_and_answered_to_the_storage()
    {
        (_, IActorRef job, OpenStoreSession opened) = Opened();
        TestProbe storage = CreateTestProbe();
        job.Tell(new VolumeWanted(opened.Label.Session, "Vol-0001", "volume Vol-0001 is full"), storage);
        Assert.Equal("Vol-0001", _media.ExpectMsg<VolumeNeeded>().Except);
        job.Tell(new VolumeAnswer(Volume with { Volume = "Vol-0002" }, "", true), _media);

        Assert.Equal("Vol-0002", storage.ExpectMsg<VolumeAssigned>().Volume!.Volume);
    }

    [Fact]
    public void A_job_that_waits_for_a_volume_asks_for_it_again()
    {
        DirectorParts parts = Parts with { Deadlines = new JobDeadlines { BetweenVolumeQuestions = TimeSpan.FromMilliseconds(10) } };
        JobId id = NewRow();
        IActorRef job = ChildOf(_director, JobActor.Props(id, parts, _media));
        job.Tell(new QueueJob(id, new SessionId(new Guid(9, 9, 9, new byte[8])), Nightly()));
        job.Tell(new BeginJob());
        for (int question = 1; question <= 3; question++)
        {
            _media.ExpectMsg<VolumeNeeded>();
            job.Tell(new VolumeAnswer(null, "pool p1 is full", MayCome: true), _media);
        }
        _media.ExpectMsg<VolumeNeeded>();
        job.Tell(new VolumeAnswer(Volume, "", true), _media);

        Assert.IsType<OpenStoreSession>(_director.ExpectMsg<ToStorage>().Order);
    }

    [Fact]
    public void An_order_that_the_catalog_was_asked_for_is_not_given_once_the_job_has_ended()
    {
        (JobId id, IActorRef job, OpenStoreSession opened) = Opened();
        job.Tell(new StorageRefused(opened.Label.Session, "the drive is on fire"));
        FishForEnd(id);
        job.Tell(new ToStorage(id, "s1", opened.Label.Session, opened));
        job.Tell(new JobStatusWanted(id), TestActor);
        ExpectMsg<JobStatus>();

        _director.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_run_that_cannot_be_queued_ends_with_the_reason()
    {
        JobId id = NewRow();
        IActorRef job = ChildOf(_director, JobActor.Props(id, Parts, _media));
        job.Tell(new QueueJob(id, new SessionId(new Guid(9, 9, 9, new byte[8])), Nightly(JobLevel.Since)));
        FishForEnd(id);

        Assert.Contains("needs a time", Catalog.Jobs.Find(id)!.Reason, StringComparison.Ordinal);
    }

    /// <summary>A queued job that has got its volume and has ordered its storage to open the session.</summary>
    private (JobId Id, IActorRef Job, OpenStoreSession Opened) Opened()
    {
        JobId id = NewRow();
        IActorRef job = ChildOf(_director, JobActor.Props(id, Parts, _media));
        job.Tell(new QueueJob(id, new SessionId(new Guid(9, 9, 9, new byte[8])), Nightly()));
        job.Tell(new BeginJob());
        _media.ExpectMsg<VolumeNeeded>();
        job.Tell(new VolumeAnswer(Volume, "", true), _media);
        var order = (OpenStoreSession)_director.ExpectMsg<ToStorage>().Order;
        Assert.Equal(id, order.Label.Job);
        return (id, job, order);
    }

    /// <summary>The job's actor stops, and another takes it up from its journal.</summary>
    private IActorRef MadeAgain(JobId id, IActorRef job)
    {
        job.Tell(new JobStatusWanted(id), TestActor);
        ExpectMsg<JobStatus>();
        Watch(job);
        Sys.Stop(job);
        ExpectTerminated(job);
        IActorRef again = ChildOf(_director, JobActor.Props(id, Parts, _media));
        again.Tell(new RecoverJob());
        _director.FishForMessage(m => m is JobRecovered);
        return again;
    }

    private JobId NewRow()
    {
        Catalog.Clients.RecordFileSet(new(FileSet.Name, FileSetText.HashOf(FileSet), FileSetText.Of(FileSet), Moment));
        return Catalog.Jobs.Create(new NewJob(
            "nightly", JobType.Backup, JobLevel.Full, "c1", FileSet.Name, FileSetText.HashOf(FileSet), Moment, true, "tester"));
    }

    private BackupOrder Started(IActorRef job, OpenStoreSession opened)
    {
        job.Tell(new StoreSessionOpened(opened.Label.Session, "127.0.0.1:9103"));
        var order = (BackupOrder)_director.ExpectMsg<ToClient>().Order;
        Assert.Equal("127.0.0.1:9103", order.Store.Endpoint);
        job.Tell(new OrderTaken(order.Job));
        return order;
    }

    /// <summary>What the storage node brings into the catalog over its own channel.</summary>
    private void Store(OpenStoreSession opened)
    {
        SessionId session = opened.Label.Session;
        Catalog.Volumes.Record(new VolumeIdentity(Volume.Volume, Volume.Life, "p1", "s1", Moment));
        var node = new Backup.Volumes.Trees.StoredNode(Backup.Volumes.Trees.NodeCodec.IdOf([1]), session, [1]);
        Catalog.Sessions.Commit(new SessionCommit(
            session, default, new StreamPosition(12, 1), "/etc/hosts", Moment, new VolumeSpan(Volume.Volume, Volume.Life, 3, 5),
            new VolumeCounters(6, 1000, Moment), [node], []));
        var further = new Backup.Volumes.Trees.StoredNode(Backup.Volumes.Trees.NodeCodec.IdOf([2]), session, [2]);
        var last = new Backup.Volumes.Trees.StoredNode(Backup.Volumes.Trees.NodeCodec.IdOf([3]), session, [3]);
        Catalog.Sessions.Commit(new SessionCommit(
            session, new StreamPosition(12, 1), Position, "/etc/hosts", Moment, new VolumeSpan(Volume.Volume, Volume.Life, 3, 6),
            new VolumeCounters(7, 1100, Moment), [further, last], []));
        Catalog.Sessions.End(new SessionEnd(session, opened.Label.Job, Seal(), Position, 12, 1000, Moment));
    }

    private SessionSeal Seal() => new(
        Position, Backup.Volumes.Trees.NodeCodec.IdOf([3]), new SessionTotals(4, 4, 1000, 1000, 12, 3, 0, 0), [], Moment, Moment, null);

    private static SessionStored Stored() => new(Position, 12, 1000, [new VolumeSpan(Volume.Volume, Volume.Life, 3, 6)]);

    private void FishForEnd(JobId id) => _director.FishForMessage(m => m is JobDone done && done.Job == id);
}
