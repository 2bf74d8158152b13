using System.Diagnostics;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;

namespace Backup.Jobs.Jobs;

/// <summary>Turns events into state. Total over all states and events, no clock, no I/O: a journal read again gives the same job.</summary>
public static class JobHistory
{
    /// <summary>The status after an event. An event behind the end changes nothing.</summary>
    public static JobStatus Apply(JobStatus status, IJobEvent happened)
    {
        if (status.HasEnded) return status;
        return happened switch
        {
            JobQueued queued => status with
            {
                Job = queued.Job, Session = queued.Session, Specification = queued.Specification, Queued = queued.At,
                Reason = "its turn has not come", Since = queued.At, PhaseSince = queued.At,
            },
            ReferenceChosen chosen => status with
            {
                LevelRun = chosen.Level, Reference = chosen.Reference, UpgradeReason = chosen.UpgradeReason,
            },
            SessionPlanned planned => status with { Volume = planned.Volume, Attempt = planned.Attempt },
            WaitBegan wait => status with
            {
                State = status.Phase == JobPhase.WaitingForTurn ? JobState.Queued : JobState.Waiting, Reason = wait.Reason, Since = wait.At,
            },
            Started started => status with { Started = status.Started ?? started.At },
            PhaseChanged changed => status with
            {
                Phase = changed.Phase, State = StateIn(changed.Phase), Reason = changed.Reason, Since = changed.At, PhaseSince = changed.At,
            },
            SessionCommitted commit => status with { Committed = Further(status.Committed, commit) },
            ClientEnded ended => status with { Client = ended.Outcome },
            StorageEnded ended => status with { Storage = ended },
            Catalogued catalogued => status with { Catalog = catalogued },
            RestorePlanned plan => status with { Plan = plan, Planning = plan.At.Since(status.PhaseSince) },
            RestoreClientEnded ended => status with { Restored = ended.Outcome },
            ScriptBegan began => status with { Script = began.Script },
            ScriptDone done => status with
            {
                Script = 0, ScriptsDone = Math.Max(status.ScriptsDone, done.Script),
                ScriptProblem = status.ScriptProblem ?? (Warns(status, done) ? done.Problem : null),
            },
            EndDecided decided => status with { DecidedState = decided.State, DecidedReason = decided.Reason, ScriptsDone = 0 },
            CancelAsked cancel => status with
            {
                CanceledBy = status.CanceledBy ?? cancel.User, State = JobState.Ending,
                Reason = $"canceled by {cancel.User}", Since = cancel.At,
            },
            Ended ended => status with
            {
                State = ended.State, Phase = JobPhase.Done, EndReason = ended.Reason, EndedAt = ended.At, Reason = "", Since = ended.At,
            },
            _ => throw new UnreachableException($"{happened.GetType().Name} is no event of a job"),
        };
    }

    /// <summary>The status that a whole journal tells.</summary>
    public static JobStatus Replay(IEnumerable<IJobEvent> events) => events.Aggregate(JobStatus.None, Apply);

    private static JobState StateIn(JobPhase phase) => phase switch
    {
        JobPhase.WaitingForTurn => JobState.Queued,
        JobPhase.RunningBefore => JobState.Waiting,
        JobPhase.ChoosingReference or JobPhase.ReservingVolume or JobPhase.OpeningSession or JobPhase.StartingClient => JobState.Waiting,
        JobPhase.Planning or JobPhase.OpeningServe => JobState.Waiting,
        JobPhase.Saving or JobPhase.Restoring => JobState.Running,
        JobPhase.Storing or JobPhase.Cataloguing or JobPhase.RunningAfter => JobState.Ending,
        _ => throw new UnreachableException($"a job enters {phase} by its end only"),
    };

    private static bool Warns(JobStatus status, ScriptDone done) =>
        done.Problem is not null && status.Specification!.Scripts.ElementAtOrDefault(done.Script - 1) is { FailJob: true };

    /// <summary>Commit points only move forward; one told twice or late is no step back.</summary>
    private static CommitPoint Further(CommitPoint known, SessionCommitted commit) =>
        commit.Position.Data >= known.Position.Data && commit.Position.Index >= known.Position.Index
            ? new CommitPoint(commit.Position, commit.Path ?? known.Path, commit.Volume)
            : known;
}
