using Backup.Jobs.Jobs;
using Backup.Jobs.Scripts;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;

namespace Backup.Tests.Unit.Jobs;

public class ScriptLifeTests
{
    private static readonly RunScript BeforeOnClient = Script(ScriptMoment.Before, ScriptPlace.Client);
    private static readonly RunScript AfterAlways = Script(ScriptMoment.After, ScriptPlace.Client);
    private static readonly RunScript AfterSuccess = AfterAlways with { If = ScriptCondition.Success };
    private static readonly RunScript AfterFailure = Script(ScriptMoment.After, ScriptPlace.Director) with { If = ScriptCondition.Failure };

    [Fact]
    public void Scripts_before_a_job_run_one_after_the_other_before_anything_else()
    {
        JobLife life = Queued(BeforeOnClient, AfterAlways, BeforeOnClient with { On = ScriptPlace.Director }).Tell(new BeginJob());
        Assert.Equal((JobPhase.RunningBefore, JobState.Waiting), (life.Status.Phase, life.Status.State));
        Assert.Equal(new RunScriptNow(ScriptPlace.Client, "c1", 1), life.Last.Effects.OfType<RunScriptNow>().Single());
        life.Tell(Ended(1));
        Assert.Equal(new RunScriptNow(ScriptPlace.Director, "c1", 3), life.Last.Effects.OfType<RunScriptNow>().Single());
        life.Tell(Ended(3));

        Assert.Equal(JobPhase.ReservingVolume, life.Status.Phase);
    }

    [Fact]
    public void Lines_and_end_of_a_script_are_in_the_job_log()
    {
        JobLife life = Queued(BeforeOnClient).Tell(new BeginJob(), Ended(1, lines: ["database is frozen"], dropped: 7));
        string[] log = [.. life.Last.Effects.OfType<LogLine>().Select(line => line.Text)];

        Assert.Contains("before script 1 on client c1: database is frozen", log);
        Assert.Contains("before script 1 on client c1: 7 more lines are not kept", log);
        Assert.Contains(log, line => line.Contains("ended well", StringComparison.Ordinal));
    }

    [Fact]
    public void A_script_that_fails_before_a_job_fails_it_with_its_line_unless_it_may_fail()
    {
        JobLife strict = Queued(BeforeOnClient, AfterFailure).Tell(new BeginJob(), Ended(1, status: 3));
        Assert.Equal((JobPhase.RunningAfter, 2), (strict.Status.Phase, strict.Status.Script));
        strict.Tell(Ended(2));
        Assert.Equal((JobState.Failed, "before script 1 on client c1: exit status 3"), (strict.Status.State, strict.Status.EndReason));

        JobLife lax = Queued(BeforeOnClient with { FailJob = false }).Tell(new BeginJob(), Ended(1, status: 3));
        Assert.Equal(JobPhase.ReservingVolume, lax.Status.Phase);
    }

    [Fact]
    public void Scripts_after_a_job_run_for_the_end_it_has_and_see_it()
    {
        JobLife life = Done(AfterFailure, AfterSuccess, AfterAlways);
        Assert.Equal((JobPhase.RunningAfter, JobState.Ending, 2), (life.Status.Phase, life.Status.State, life.Status.Script));
        ScriptOrder order = ScriptOrders.Of(life.Status, 2, "dir");
        Assert.Contains(new ScriptVariable("BACKUP_STATUS", "OK"), order.Environment);
        life.Tell(Ended(2));
        Assert.Equal(3, life.Status.Script);
        life.Tell(Ended(3));

        Assert.Equal((JobState.Ok, ""), (life.Status.State, life.Status.EndReason));
        Assert.IsType<Report>(life.Last.Effects[^1]);
    }

    [Fact]
    public void A_script_that_fails_after_a_job_makes_OK_to_OK_with_warnings_and_nothing_worse()
    {
        JobLife ok = Done(AfterAlways).Tell(Ended(1, failure: "killed after its time-out of 00:10:00"));
        Assert.Equal(JobState.OkWithWarnings, ok.Status.State);
        Assert.Contains("after script 1 on client c1: killed after", ok.Status.EndReason, StringComparison.Ordinal);

        Assert.Equal(JobState.Ok, Done(AfterAlways with { FailJob = false }).Tell(Ended(1, status: 1)).Status.State);
    }

    [Fact]
    public void A_cancel_kills_the_script_that_runs_and_those_after_the_job_run_as_after_a_failure()
    {
        JobLife life = Queued(BeforeOnClient, AfterSuccess, AfterFailure).Tell(new BeginJob(), new CancelJob("alice"));
        Assert.Contains(life.Last.Effects, effect => effect is StopScript { Order.Script: 1 });
        Assert.Equal((JobPhase.RunningAfter, 3), (life.Status.Phase, life.Status.Script));
        life.Tell(Ended(1, failure: "killed: canceled by alice"), new TimerFired(JobTimer.CancelCarriedOut));
        Assert.Equal(3, life.Status.Script);
        life.Tell(Ended(3));

        Assert.Equal(JobState.Canceled, life.Status.State);
    }

    [Fact]
    public void A_cancel_while_scripts_run_after_a_job_kills_them_and_leaves_the_jobs_end_as_it_is()
    {
        JobLife life = Done(AfterAlways, AfterSuccess).Tell(new CancelJob("alice"));

        Assert.Contains(life.Last.Effects, effect => effect is StopScript { Order.Script: 1 });
        Assert.Equal(JobState.Ok, life.Status.State);
    }

    [Fact]
    public void A_job_that_never_had_its_turn_runs_no_script() =>
        Assert.Equal(JobState.Canceled, Queued(BeforeOnClient, AfterAlways).Tell(new CancelJob("alice")).Status.State);

    [Fact]
    public void A_script_of_which_nothing_is_heard_ends_with_its_deadline()
    {
        JobLife life = Queued(BeforeOnClient).Tell(new BeginJob());
        StartTimer timer = life.Last.Effects.OfType<StartTimer>().Single();
        Assert.Equal(JobDeadlines.Default.ClientStarted + BeforeOnClient.Timeout, timer.After);
        life.Tell(new TimerFired(JobTimer.ScriptEnded));

        Assert.Equal(JobState.Failed, life.Status.State);
        Assert.Contains("its end was not heard of", life.Status.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_restart_the_client_is_asked_again_and_a_script_of_the_director_is_not_run_twice()
    {
        JobLife client = Queued(BeforeOnClient).Tell(new BeginJob(), new RecoverJob());
        Assert.Equal(1, client.Last.Effects.OfType<RunScriptNow>().Single().Script);

        JobLife once = Queued(BeforeOnClient with { On = ScriptPlace.Director }).Tell(new BeginJob(), new RecoverJob());
        Assert.Contains("the director was restarted", once.Status.EndReason, StringComparison.Ordinal);

        JobLife again = Queued(BeforeOnClient with { On = ScriptPlace.Director, Once = false }).Tell(new BeginJob(), new RecoverJob());
        Assert.Single(again.Last.Effects.OfType<RunScriptNow>());
    }

    [Fact]
    [Trait("Req", "CFG-03")]
    public void Variables_are_filled_into_arguments_and_given_to_the_environment()
    {
        RunScript script = BeforeOnClient with { Command = ["/bin/freeze", "--job=%(JobName)", "%(Level) of %(Client)", "100%%"] };
        ScriptOrder order = ScriptOrders.Of(Queued(script).Status, 1, "dir");

        Assert.Equal(["/bin/freeze", "--job=nightly", "Full of c1", "100%"], order.Command);
        Assert.Contains(new ScriptVariable("BACKUP_JOB_ID", "7"), order.Environment);
        Assert.Contains(new ScriptVariable("BACKUP_DIRECTOR", "dir"), order.Environment);
    }

    private static RunScript Script(ScriptMoment when, ScriptPlace on) =>
        new(when, on, ["/bin/true"], ScriptCondition.Always, true, true, TimeSpan.FromMinutes(10));

    private static JobLife Queued(params RunScript[] scripts) => JobLife.Queued(JobLife.Backup() with { RunScripts = scripts });

    private static JobLife Done(params RunScript[] scripts) => Queued(scripts).Tell(
        new BeginJob(), new VolumeReserved("Vol-0001"), new SessionOpened(1), new ClientStarted(1),
        JobLife.ClientDone(), JobLife.StorageDone(), JobLife.CatalogDone());

    private static ScriptReported Ended(int script, int? status = 0, string? failure = null, string[]? lines = null, long dropped = 0) =>
        new(new ScriptEnded(JobLife.Job, JobLife.Session, script, failure is null ? status : null, failure, lines ?? [], dropped,
            TimeSpan.FromSeconds(1)));
}
