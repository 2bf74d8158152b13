using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;

namespace Backup.Tests.Unit.Jobs;

public class BackupLifeTests
{
    [Fact]
    public void A_backup_of_which_everything_sent_was_stored_and_catalogued_is_OK()
    {
        JobLife life = JobLife.Saving();
        Assert.Equal(JobState.Running, life.Status.State);
        life.Tell(JobLife.ClientDone());
        Assert.Equal((JobState.Ending, JobPhase.Storing), (life.Status.State, life.Status.Phase));
        life.Tell(JobLife.StorageDone());
        Assert.Equal(JobPhase.Cataloguing, life.Status.Phase);
        life.Tell(JobLife.CatalogDone());
        Assert.Equal((JobState.Ok, ""), (life.Status.State, life.Status.EndReason));
        Assert.IsType<Report>(life.Last.Effects[^1]);
    }

    [Fact]
    public void The_storage_node_may_report_before_the_client() =>
        Assert.Equal(JobState.Ok, JobLife.Saving().Tell(JobLife.StorageDone(), JobLife.ClientDone(), JobLife.CatalogDone()).Status.State);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Unsaved_files_or_warnings_make_it_OK_with_warnings(long unsaved, long warnings)
    {
        JobStatus status = JobLife.Saving().Tell(JobLife.ClientDone(JobLife.Totals(unsaved, warnings)), JobLife.StorageDone(),
            JobLife.CatalogDone()).Status;
        Assert.Equal(JobState.OkWithWarnings, status.State);
        Assert.Contains($"{unsaved} files", status.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "FIL-03")]
    public void Files_that_were_tried_again_are_told_in_the_job_log_and_in_its_report()
    {
        var ended = JobLife.ClientDone().Outcome with { Retried = 3, SavedOnRetry = 1 };
        JobLife life = JobLife.Saving().Tell(new ClientReported(ended));
        Assert.Contains(life.Last.Effects, effect => effect is LogLine { Text: "retried 3, saved 1" });
        JobStatus status = life.Tell(JobLife.StorageDone(), JobLife.CatalogDone()).Status;
        Assert.Equal(3, Backup.Jobs.Reports.JobReports.Of(status, Backup.Jobs.Reports.ReportAdditions.None).Counts.Retried);
    }

    [Theory]
    [InlineData(9, 4, 10, "9 stored")]
    [InlineData(10, 3, 10, "3 stored")]
    [InlineData(10, 4, 9, "9 stored")]
    public void Less_stored_than_sent_is_never_OK(long data, long index, long records, string words)
    {
        JobStatus status = JobLife.Saving().Tell(JobLife.ClientDone(), JobLife.StorageDone(new(data, index), records),
            JobLife.CatalogDone()).Status;
        Assert.Equal(JobState.Incomplete, status.State);
        Assert.Contains(words, status.EndReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, 4, 10, 4)]
    [InlineData(10, 3, 10, 4)]
    [InlineData(10, 4, 9, 4)]
    [InlineData(10, 4, 10, 3)]
    public void Less_catalogued_than_sent_is_never_OK(long data, long index, long records, long nodes)
    {
        JobStatus status = JobLife.Saving().Tell(JobLife.ClientDone(), JobLife.StorageDone(), JobLife.CatalogDone(new(data, index), records,
            nodes)).Status;
        Assert.Equal(JobState.Incomplete, status.State);
        Assert.Contains("recorded in the catalog", status.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_link_ends_Incomplete_and_names_the_last_commit_point()
    {
        JobLife life = JobLife.Saving().Tell(
            new CommitReported(new StreamPosition(5, 2), "/home/m", "Vol-0001"), JobLife.ClientCut("the channel to disk was cut"));
        Assert.Contains(life.Last.Effects, effect => effect is CloseSession);
        life.Tell(new StorageReported(null, "the channel was cut", []));
        Assert.Equal(JobState.Incomplete, life.Status.State);
        Assert.Equal(
            "the channel to disk was cut; last commit point: data record 5, index record 2, after /home/m, on volume Vol-0001",
                life.Status.EndReason);
    }

    [Fact]
    public void A_failure_before_any_commit_point_is_Failed()
    {
        JobStatus status = JobLife.Saving().Tell(JobLife.ClientCut("the channel was cut"), new StorageReported(null, "cut", [])).Status;
        Assert.Equal((JobState.Failed, "the channel was cut"), (status.State, status.EndReason));
    }

    [Fact]
    public void A_seal_with_a_failure_is_recorded_in_the_catalog_and_Failed()
    {
        JobLife life = JobLife.Saving().Tell(JobLife.ClientDone(sealFailure: "root /home is missing"), JobLife.StorageDone());
        Assert.Contains(life.Last.Effects, effect => effect is RecordInCatalog);
        Assert.Equal((JobState.Failed, "root /home is missing"), (life.Tell(JobLife.CatalogDone()).Status.State, life.Status.EndReason));
    }

    [Fact]
    public void A_storage_failure_stops_the_client_and_the_job_ends_when_it_has_or_its_deadline_passes()
    {
        JobLife life = JobLife.Saving().Tell(new StorageReported(null, "disk full on /srv", []));
        Assert.Contains(life.Last.Effects, effect => effect is CancelClient);
        Assert.False(life.Status.HasEnded);
        life.Tell(new TimerFired(JobTimer.CancelCarriedOut));
        Assert.Equal((JobState.Failed, "disk full on /srv"), (life.Status.State, life.Status.EndReason));
    }

    [Fact]
    public void A_commit_point_told_late_or_twice_is_no_step_back()
    {
        JobLife life = JobLife.Saving().Tell(
            new CommitReported(new StreamPosition(5, 2), "/b", "Vol-0001"), new CommitReported(new StreamPosition(3, 1), "/a", "Vol-0001"));
        Assert.IsType<JobUnchanged>(life.Last.Answer);
        Assert.Equal(new StreamPosition(5, 2), life.Status.Committed.Position);
    }

    [Fact]
    [Trait("Req", "LVL-09")]
    public void An_Incremental_without_a_usable_reference_becomes_a_Full_and_the_log_says_why()
    {
        JobLife life = JobLife.Queued(JobLife.Backup(JobLevel.Incremental)).Tell(new BeginJob());
        Assert.Contains(life.Last.Effects, effect => effect is ChooseReference { Level: JobLevel.Incremental });
        life.Tell(new ReferenceAnswered(null, "no usable Full: FileSet changed"));
        Assert.Equal((JobLevel.Full, "no usable Full: FileSet changed"), (life.Status.LevelRun, life.Status.UpgradeReason));
        Assert.Contains(new LogLine(JobLife.Job, "Incremental upgraded to Full: no usable Full: FileSet changed"), life.Last.Effects);
    }

    [Fact]
    [Trait("Req", "LVL-09")]
    public void The_client_is_given_the_reference_that_was_chosen()
    {
        var reference = new ReferenceTree(new JobId(3), JobLevel.Full, NodeId.Empty, new(1000, 0));
        JobLife life = JobLife.Queued(JobLife.Backup(JobLevel.Differential)).Tell(
            new BeginJob(), new ReferenceAnswered(reference, null), new VolumeReserved("Vol-0001"), new SessionOpened(1));
        StartClient order = Assert.Single(life.Last.Effects.OfType<StartClient>());
        Assert.Equal((JobLevel.Differential, reference), (order.Level, order.Reference));
    }

    [Fact]
    public void A_Differential_leans_on_nothing_but_a_Full()
    {
        var offered = new ReferenceTree(new JobId(3), JobLevel.Incremental, NodeId.Empty, new(1000, 0));
        JobLife life = JobLife.Queued(JobLife.Backup(JobLevel.Differential)).Tell(new BeginJob(), new ReferenceAnswered(offered, null));
        Assert.Equal((JobLevel.Full, "no usable Full: job 3 is Incremental"), (life.Status.LevelRun, life.Status.UpgradeReason));
    }

    [Fact]
    public void A_wait_for_a_volume_shows_its_reason_and_asks_again_when_volumes_change()
    {
        JobLife life = JobLife.Queued().Tell(new BeginJob(), new VolumeRefused("pool daily: no volume", MayCome: true));
        Assert.Equal((JobState.Waiting, "pool daily: no volume"), (life.Status.State, life.Status.Reason));
        Assert.Single(life.Tell(new VolumesChanged()).Last.Effects.OfType<ReserveVolume>());
        Assert.Equal(JobPhase.OpeningSession, life.Tell(new VolumeReserved("Vol-0002")).Status.Phase);
    }

    [Fact]
    [Trait("Req", "NET-20")]
    public void A_drive_that_waits_puts_off_the_deadline_of_who_is_silent_meanwhile_and_nothing_else()
    {
        JobLife life = JobLife.Saving().Tell(new DriveWaits());
        Assert.Equal(JobTimer.ClientSpoke, Assert.IsType<StartTimer>(Assert.Single(life.Last.Effects)).Timer);
        life.Tell(JobLife.ClientDone(), new DriveWaits());
        Assert.Equal(JobTimer.StorageEnded, Assert.IsType<StartTimer>(Assert.Single(life.Last.Effects)).Timer);
        Assert.Empty(JobLife.Queued().Tell(new DriveWaits()).Last.Effects);
    }

    [Fact]
    public void A_volume_that_cannot_come_fails_the_job() =>
        Assert.Equal(JobState.Failed, JobLife.Queued().Tell(new BeginJob(), new VolumeRefused("pool daily is disabled", MayCome: false))
            .Status.State);

    [Fact]
    public void The_storage_nodes_word_to_the_client_counts_where_its_report_is_late()
    {
        var heard = JobLife.ClientDone().Outcome with { Stored = JobLife.StorageDone().Stored };
        JobLife life = JobLife.Saving().Tell(new ClientReported(heard), new TimerFired(JobTimer.StorageEnded));
        Assert.Equal(JobState.Ok, life.Tell(JobLife.CatalogDone()).Status.State);
    }
}
