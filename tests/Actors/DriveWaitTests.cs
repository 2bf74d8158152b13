using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Commands;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Actors.Director.Turns;
using Backup.Catalog.Jobs;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Tests.Actors;

/// <summary>A job whose storage says that its drive waits.</summary>
public sealed class DriveWaitTests : DirectorFixture
{
    private static readonly VolumeAssignment Volume = new("Vol-0001", new VolumeLifeId(new Guid(1, 2, 3, new byte[8])), true, "p1", 0);

    private static DriveWait WaitSince(Instant since) => new(
        "the outbox cannot be written: No space left on device", "there is room", since, since.Plus(TimeSpan.FromMinutes(30)));

    [Fact]
    [Trait("Req", "NET-20")]
    public void A_wait_of_the_drive_is_seen_at_its_job_until_it_is_over()
    {
        DriveWait wait = WaitSince(Moment);
        (JobId id, IActorRef job, OpenStoreSession opened) = Saving();
        var live = new LiveSession(opened.Label.Session, id, 1, LiveSessionState.Open, new StreamPosition(5, 1), "/etc/a", "Vol-0001");
        job.Tell(new SessionAnnounced(live with { Wait = wait }, "127.0.0.1:9103"), TestActor);
        ExpectMsg<ClaimSession>();
        JobStatus waiting = StatusOf(job, id);
        Explanation why = Explanation.Of(waiting, null, Parts.Deadlines);
        Assert.Equal($"storage s1 waits: {wait.Reason}", why.WaitsFor);
        Assert.Equal((wait.Since, "storage s1", wait.FreesIt, wait.Until), (why.Since, why.Holder, why.FreesIt, why.Deadline));
        Assert.Equal("the job ends Incomplete at its last commit point", why.Then);
        AwaitAssert(() => Assert.Equal(why.WaitsFor, Catalog.Jobs.Find(id)!.Reason));

        job.Tell(new SessionAnnounced(live, "127.0.0.1:9103"), TestActor);
        ExpectMsg<ClaimSession>();
        Assert.Equal("client c1 saves", StatusOf(job, id).Reason);
        AwaitAssert(() => Assert.Equal("client c1 saves", Catalog.Jobs.Find(id)!.Reason));
    }

    private JobStatus StatusOf(IActorRef job, JobId id)
    {
        job.Tell(new JobStatusWanted(id), TestActor);
        return ExpectMsg<JobStatus>();
    }

    private (JobId Id, IActorRef Job, OpenStoreSession Opened) Saving()
    {
        (JobId id, IActorRef job, TestProbe director, OpenStoreSession opened) = OpeningOn(Volume);
        job.Tell(new StoreSessionOpened(opened.Label.Session, "127.0.0.1:9103"));
        director.ExpectMsg<ToClient>();
        job.Tell(new OrderTaken(id));
        return (id, job, opened);
    }
}
