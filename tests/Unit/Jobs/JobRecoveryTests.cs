using Backup.Jobs.Jobs;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Tests.Unit.Jobs;

/// <summary>A director is started again and finds a job in its journal, in each of the phases in which others work for it.</summary>
public class JobRecoveryTests
{
    private static readonly CommitReported Commit = new(new StreamPosition(5, 2), "/m", "Vol-0001");

    [Fact]
    [Trait("Req", "NET-18")]
    public void A_job_that_saves_asks_storage_and_client_where_they_are_and_ends_OK()
    {
        JobLife life = JobLife.Saving().Tell(Commit, new RecoverJob());
        Assert.Contains(life.Last.Effects, effect => effect is ReattachSession { Session: var s, Attempt: 1 } && s == JobLife.Session);
        Assert.Contains(life.Last.Effects, effect => effect is ReattachClient);
        Assert.Contains(life.Last.Effects, effect => effect is StartTimer { Timer: JobTimer.ClientSpoke });
        Assert.Equal(JobPhase.Saving, life.Status.Phase);

        life.Tell(new SessionFound(1, true), JobLife.ClientDone(), JobLife.StorageDone(), JobLife.CatalogDone());
        Assert.Equal(JobState.Ok, life.Status.State);
    }

    [Fact]
    public void A_job_whose_session_was_to_be_opened_takes_one_that_was_opened_meanwhile()
    {
        JobLife life = JobLife.Queued().Tell(new BeginJob(), new VolumeReserved("V"), new RecoverJob(), new SessionFound(1, false));
        Assert.Equal(JobPhase.OpeningSession, life.Status.Phase);
        life.Tell(new SessionFound(1, true));
        Assert.Equal(JobPhase.StartingClient, life.Status.Phase);
        Assert.Contains(life.Last.Effects, effect => effect is StartClient { Attempt: 1 });
    }

    [Fact]
    public void A_job_whose_session_was_never_opened_opens_it_under_a_further_attempt()
    {
        JobLife life = JobLife.Queued().Tell(new BeginJob(), new VolumeReserved("V"), new RecoverJob(), new SessionMissing("not here"));
        Assert.Contains(life.Last.Effects, effect => effect is ReserveVolume);
        life.Tell(new VolumeReserved("V"));
        Assert.Contains(life.Last.Effects, effect => effect is OpenSession { Attempt: 2 });
    }

    [Fact]
    public void A_client_that_may_or_may_not_have_its_order_is_given_it_again_once_the_session_is_found()
    {
        JobLife life = JobLife.Queued().Tell(new BeginJob(), new VolumeReserved("V"), new SessionOpened(1), new RecoverJob());
        Assert.DoesNotContain(life.Last.Effects, effect => effect is StartClient);
        life.Tell(new SessionFound(1, true));
        Assert.Contains(life.Last.Effects, effect => effect is StartClient);
        Assert.Equal(JobPhase.Saving, life.Tell(new ClientStarted(1)).Status.Phase);
    }

    [Fact]
    public void A_storage_that_lost_the_session_ends_the_job_Incomplete_at_its_last_commit_point()
    {
        JobLife life = JobLife.Saving().Tell(Commit, new RecoverJob(), new SessionMissing("it was started again"));
        Assert.Contains(life.Last.Effects, effect => effect is CancelClient);
        Assert.Equal(JobState.Incomplete, life.Status.State);
        Assert.Contains("it was started again", life.Status.EndReason, StringComparison.Ordinal);
        Assert.Contains("after /m, on volume Vol-0001", life.Status.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_lost_the_job_ends_it_Incomplete_at_its_last_commit_point()
    {
        JobLife life = JobLife.Saving().Tell(
            Commit, new RecoverJob(), new PartyLost(JobParty.Client, "it was started again"), new StorageReported(null, "closed", []));
        Assert.Equal(JobState.Incomplete, life.Status.State);
        Assert.Contains("client c1: it was started again", life.Status.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "JOB-09")]
    public void Where_nobody_answers_the_deadline_ends_the_job_and_names_the_commit_point()
    {
        JobLife life = JobLife.Saving().Tell(Commit, new RecoverJob(), new TimerFired(JobTimer.ClientSpoke));
        if (!life.Status.HasEnded) life.Tell(new TimerFired(JobTimer.StorageEnded));
        Assert.Equal(JobState.Incomplete, life.Status.State);
        Assert.Contains("after /m, on volume Vol-0001", life.Status.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_whose_storage_wrote_the_end_waits_for_its_word_and_takes_the_clients_where_the_storage_has_forgotten()
    {
        JobLife life = JobLife.Saving().Tell(JobLife.ClientDone(), new RecoverJob());
        Assert.Equal(JobPhase.Storing, life.Status.Phase);
        Assert.Contains(life.Last.Effects, effect => effect is ReattachSession);
        life.Tell(JobLife.StorageDone());
        Assert.Equal(JobPhase.Cataloguing, life.Status.Phase);
    }

    [Fact]
    public void A_canceled_job_gives_its_cancel_again()
    {
        JobLife life = JobLife.Saving().Tell(new CancelJob("bob"), new RecoverJob());
        Assert.Contains(life.Last.Effects, effect => effect is CancelClient);
        Assert.Contains(life.Last.Effects, effect => effect is CloseSession);
        Assert.Equal(JobState.Canceled, life.Tell(new TimerFired(JobTimer.CancelCarriedOut)).Status.State);
    }

    [Fact]
    public void A_restore_goes_on_and_one_whose_client_had_not_begun_gets_a_channel_with_a_new_ticket()
    {
        Assert.Contains(JobLife.Restoring().Tell(new RecoverJob()).Last.Effects, effect => effect is ReattachClient);
        Assert.Equal(JobState.Ok, JobLife.Restoring().Tell(new RecoverJob(), JobLife.Restored()).Status.State);

        JobLife starting = JobLife.Queued(JobLife.Restore()).Tell(
            new BeginJob(), new RestorePlanAnswered(["V"], [JobLife.Session], []), new SessionOpened(0), new RecoverJob());
        Assert.Contains(starting.Last.Effects, effect => effect is OpenServe);
        Assert.Equal(JobPhase.OpeningServe, starting.Status.Phase);
    }
}
