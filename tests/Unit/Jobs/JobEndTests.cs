using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;
using CsCheck;

namespace Backup.Tests.Unit.Jobs;

public class JobEndTests
{
    private static readonly JobTimer[] Timers = Enum.GetValues<JobTimer>();

    /// <summary>Every command, with answers that are right, wrong, late and for another attempt.</summary>
    private static readonly IJobCommand[] Commands =
    [
        new QueueJob(JobLife.Job, JobLife.Session, JobLife.Backup()), new QueueJob(JobLife.Job, JobLife.Session, JobLife.Restore()),
        new QueueJob(JobLife.Job, JobLife.Session, JobLife.Backup(JobLevel.Incremental)),
        new HoldJob("2 of 2 jobs run"), new BeginJob(), new ReferenceAnswered(null, "none"), new VolumeReserved("Vol-0001"),
        new VolumeRefused("none now", true), new VolumeRefused("never", false), new VolumesChanged(), new SessionOpened(1),
            new SessionOpened(2),
        new ClientStarted(1), new ClientProgressed(), .. Enum.GetValues<JobPhase>().Select(phase => new OrderFailed(phase, "refused")),
        new PartyLost(JobParty.Client, "gone"), new PartyLost(JobParty.Storage, "gone"), new CommitReported(new StreamPosition(5, 2), "/m",
            "Vol-0001"),
        JobLife.ClientDone(), JobLife.ClientCut("cut"), JobLife.StorageDone(), new StorageReported(null, "disk full", []),
            JobLife.CatalogDone(),
        new CatalogReported(default, 0, 0, "catalog away"), new RestorePlanAnswered(["Vol-0001"], [JobLife.Session], []),
        new RestorePlanAnswered([], [], ["volume Vol-0002: Lost"]), JobLife.Restored(), JobLife.Restored(failure: "target full"),
        new SessionFound(1, true), new SessionFound(1, false), new SessionFound(2, true), new SessionMissing("gone"),
        new CancelJob("bob"), new RecoverJob(), .. Timers.Select(timer => new TimerFired(timer)),
    ];

    private static readonly Gen<IJobCommand[]> AnyCommands = Gen.Int[0, Commands.Length - 1].Select(at => Commands[at]).Array[0, 30];

    [Fact]
    public void Every_command_in_every_state_is_decided_and_a_job_that_has_ended_never_changes() => AnyCommands.Sample(
        commands =>
        {
            JobLife life = JobLife.Queued(commands.Length % 2 == 0 ? JobLife.Backup() : JobLife.Restore());
            foreach (IJobCommand command in commands)
            {
                JobStatus before = life.Status;
                life.Tell(command);
                if (before.HasEnded) Assert.Same(before, life.Status);
                if (life.Last.Answer is not JobAccepted) Assert.Empty(life.Last.Events);
                if (life.Status.HasEnded && !before.HasEnded) Assert.IsType<Report>(life.Last.Effects[^1]);
            }
            Assert.Equal(life.Status.ToString(), JobHistory.Replay(life.Journal).ToString());
        },
        iter: 1000);

    [Fact]
    public void Nothing_but_equal_counts_of_all_three_is_ever_OK() => AnyCommands.Sample(
        commands =>
        {
            JobStatus status = JobLife.Saving().Tell(commands).Status;
            if (status.State is JobState.Ok or JobState.OkWithWarnings)
                Assert.True(status.Client!.Seal!.Position == status.Stored!.Position && status.Catalog!.Position == status.Stored.Position);
        },
        iter: 1000);

    [Fact]
    [Trait("Req", "JOB-09")]
    public void Every_job_with_commands_left_out_ends_by_its_deadlines_alone() => AnyCommands.Sample(
        commands =>
        {
            JobLife life = JobLife.Queued().Tell(new BeginJob()).Tell(commands);
            for (int round = 0; round < 4 && !life.Status.HasEnded; round++) life.Tell([.. Timers.Select(timer => new TimerFired(timer))]);
            Assert.True(life.Status.HasEnded, life.Status.ToString());
        },
        iter: 1000);

    [Theory]
    [Trait("Req", "JOB-10")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Cancel_ends_a_backup_Canceled_from_every_phase(int steps)
    {
        IJobCommand[] way = [new BeginJob(), new VolumeReserved("V"), new SessionOpened(1), new ClientStarted(1), JobLife.ClientDone(),
            JobLife.StorageDone()];
        JobLife life = JobLife.Queued().Tell(way[..steps]).Tell(new CancelJob("bob"));
        if (!life.Status.HasEnded)
        {
            StartTimer timer = Assert.Single(life.Last.Effects.OfType<StartTimer>());
            Assert.True(timer.After <= TimeSpan.FromSeconds(5));
            life.Tell(new TimerFired(timer.Timer));
        }
        Assert.Equal(JobState.Canceled, life.Status.State);
        Assert.StartsWith("canceled by bob", life.Status.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "JOB-10")]
    public void A_canceled_job_ends_as_soon_as_client_and_storage_have_let_go()
    {
        JobLife life = JobLife.Saving().Tell(new CancelJob("bob"));
        Assert.Contains(life.Last.Effects, effect => effect is CancelClient);
        Assert.Contains(life.Last.Effects, effect => effect is CloseSession);
        life.Tell(JobLife.ClientCut("canceled"));
        Assert.False(life.Status.HasEnded);
        Assert.Equal(JobState.Canceled, life.Tell(new StorageReported(null, "canceled", [])).Status.State);
    }

    [Fact]
    public void Cancel_of_a_job_that_has_ended_is_refused_in_words()
    {
        JobLife life = JobLife.Queued().Tell(new CancelJob("bob"), new CancelJob("eve"));
        Assert.Equal(new JobRefused("job 7 has ended: Canceled"), life.Last.Answer);
    }

    [Fact]
    public void A_deadline_ends_the_wait_with_its_reason()
    {
        JobStatus status = JobLife.Queued().Tell(new BeginJob(), new VolumeReserved("V"), new TimerFired(JobTimer.SessionOpened)).Status;
        Assert.Equal((JobState.Failed, "storage disk is to open the session on volume V: not after 00:10:00"), (status.State,
            status.EndReason));
    }

    [Fact]
    public void A_waiting_job_that_a_restarted_director_finds_gives_its_order_again() =>
        Assert.Contains(JobLife.Queued().Tell(new BeginJob(), new RecoverJob()).Last.Effects, effect => effect is ReserveVolume);

    [Fact]
    public void A_backup_without_roots_is_refused_and_says_what_to_give()
    {
        JobSpecification rootless = JobLife.Backup() with { FileSet = new FileSet("quickstart", [], []) };
        Assert.Equal(new JobRefused("job nightly: FileSet quickstart has no paths; give root=DIR"), JobLife.Queued(rootless).Last.Answer);
        Assert.IsType<JobAccepted>(JobLife.Queued(rootless with { RootsOverride = ["/srv"] }).Last.Answer);
    }

    [Fact]
    [Trait("Req", "RST-09")]
    public void A_restore_is_OK_only_without_problems_and_worse_with_each()
    {
        Assert.Equal(JobState.Ok, JobLife.Restoring().Tell(JobLife.Restored()).Status.State);
        Assert.Equal(JobState.OkWithWarnings, JobLife.Restoring().Tell(JobLife.Restored(1, needsRoot: true)).Status.State);
        // Only the first problems are listed; those of rights stand last, so here there is no other among the 4287.
        Assert.Equal(JobState.OkWithWarnings, JobLife.Restoring().Tell(JobLife.Restored(4287, needsRoot: true)).Status.State);
        Assert.Equal(JobState.Incomplete, JobLife.Restoring().Tell(JobLife.Restored(1)).Status.State);
        Assert.Equal(JobState.Incomplete, JobLife.Restoring().Tell(JobLife.Restored(failure: "target full")).Status.State);
        Assert.Equal(JobState.Failed, JobLife.Restoring().Tell(new PartyLost(JobParty.Client, "gone")).Status.State);
    }

    [Fact]
    [Trait("Req", "RST-02")]
    public void A_restore_whose_volume_is_missing_fails_before_it_starts_and_names_it()
    {
        JobStatus status = JobLife.Queued(JobLife.Restore()).Tell(new BeginJob(), new RestorePlanAnswered(["V"], [],
            ["volume Vol-0002: Lost"])).Status;
        Assert.Equal((JobState.Failed, "not all of it is there: volume Vol-0002: Lost; partial=yes restores the rest"), (status.State,
            status.EndReason));
        Assert.Equal(JobState.Incomplete, JobLife.Restoring(partial: true).Tell(JobLife.Restored()).Status.State);
    }
}
