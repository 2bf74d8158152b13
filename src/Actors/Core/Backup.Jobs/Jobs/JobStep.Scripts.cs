using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;

namespace Backup.Jobs.Jobs;

/// <summary>Programs that run before and after a job, one after the other in the order of the configuration.</summary>
internal sealed partial class JobStep
{
    private RunScript Current => Specification.Scripts[_status.Script - 1];

    public Decision ScriptReported(ScriptEnded outcome)
    {
        if (outcome.Run != _status.Session || outcome.Script != _status.Script || _status.Script == 0) return TooLate();
        foreach (string line in outcome.Lines) Order(new LogLine(Job, $"{Title}: {line}"));
        if (outcome.LinesDropped > 0) Order(new LogLine(Job, $"{Title}: {outcome.LinesDropped} more lines are not kept"));
        string? problem = outcome.Failure ?? (outcome.ExitStatus == 0 ? null : $"exit status {outcome.ExitStatus}");
        return ScriptOver(problem, $"ended well after {outcome.Took.TotalSeconds:0.0} s");
    }

    private bool BeginBefore() => BeginNext(JobPhase.RunningBefore);

    /// <summary>A job that never had its turn has nothing to tidy up: no script runs after it.</summary>
    private bool BeginAfter(JobState state, string reason)
    {
        if (_status.Phase is JobPhase.WaitingForTurn or JobPhase.RunningAfter) return false;
        if (NextScript(ScriptMoment.After, state, 0) == 0) return false;
        if (_status.Script > 0) Happened(new ScriptDone(_status.Script, $"{Title}: stopped", now));
        Happened(new EndDecided(state, reason, now));
        return BeginNext(JobPhase.RunningAfter);
    }

    private bool BeginNext(JobPhase phase)
    {
        ScriptMoment moment = phase == JobPhase.RunningBefore ? ScriptMoment.Before : ScriptMoment.After;
        int next = NextScript(moment, _status.DecidedState ?? JobState.Running, _status.ScriptsDone);
        if (next == 0) return false;
        Happened(new ScriptBegan(next, now));
        Enter(phase, $"{Title} runs: {string.Join(' ', Current.Command)}");
        OrderScript();
        return true;
    }

    private void OrderScript()
    {
        Order(new RunScriptNow(Current.On, Specification.Client, _status.Script));
        Order(new StartTimer(JobTimer.ScriptEnded, deadlines.Of(JobTimer.ScriptEnded) + Current.Timeout));
    }

    /// <summary>The number of the next script of this moment, for this end of the job; 0 where there is none.</summary>
    private int NextScript(ScriptMoment moment, JobState end, int done)
    {
        for (int script = done + 1; script <= Specification.Scripts.Count; script++)
        {
            RunScript candidate = Specification.Scripts[script - 1];
            if (candidate.When == moment && (moment == ScriptMoment.Before || candidate.IsFor(end))) return script;
        }
        return 0;
    }

    private Decision ScriptOver(string? problem, string well)
    {
        bool fails = problem is not null && Current.FailJob;
        string words = $"{Title}: {problem ?? well}";
        Order(new LogLine(Job, words));
        Happened(new ScriptDone(_status.Script, problem is null ? null : words, now));
        if (_status.Phase == JobPhase.RunningAfter) return BeginNext(JobPhase.RunningAfter) ? Accepted() : EndAfter();
        if (fails) return End(words);
        return BeginNext(JobPhase.RunningBefore) ? Accepted() : GoToWork();
    }

    /// <summary>
    /// A script that fails after the job takes nothing from what was saved: OK becomes OK with warnings, anything else stays.
    /// </summary>
    private Decision EndAfter()
    {
        JobState state = _status.DecidedState!.Value;
        return state == JobState.Ok && _status.ScriptProblem is { } problem
            ? Ended(JobState.OkWithWarnings, problem)
            : Ended(state, _status.DecidedReason);
    }

    private Decision StopAfter(string user)
    {
        Kill($"canceled by {user}");
        Order(new LogLine(Job, $"{Title}: stopped by {user}; the job ends as it was to end before"));
        return EndAfter();
    }

    private void Kill(string reason)
    {
        if (_status.Script > 0)
            Order(new StopScript(Current.On, Specification.Client, new ScriptStop(Job, _status.Session, _status.Script, reason)));
    }

    private void ScriptSilent(string waited)
    {
        Kill($"not ended {waited}");
        ScriptOver($"its end was not heard of {waited} and its time-out of {Current.Timeout}", "");
    }

    /// <summary>
    /// The client knows by its own marks what it has begun. A script of the director ended with it, nobody knows how: it is run again only
    /// where it may run twice.
    /// </summary>
    private Decision RecoverScript()
    {
        if (_status.Script == 0) return _status.DecidedState is null ? GoToWork() : EndAfter();
        if (Current is { On: ScriptPlace.Director, Once: true }) return ScriptOver("the director was restarted while it ran", "");
        OrderScript();
        return Accepted();
    }

    private string Title =>
        $"{Current.When.ToString().ToLowerInvariant()} script {_status.Script} on "
            + (Current.On == ScriptPlace.Client ? $"client {Specification.Client}" : "the director");
}
