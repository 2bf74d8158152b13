using System.Diagnostics;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Values;

namespace Backup.Jobs.Jobs;

/// <summary>
/// What a job does next: total over every status and command, pure, no clock.
/// <code>
/// Queued ─► RunningBefore ─► ChoosingReference ─► ReservingVolume ─► OpeningSession ─► StartingClient
///        ─► Saving ─► Storing ─► Cataloguing ─► RunningAfter ─► Done
/// Queued ─► Planning ─► OpeningServe ─► StartingClient ─► Restoring ─► Done
/// </code>
/// From each a failure, a deadline or a cancel leads to Done; a director that is started again goes on with each in its phase. What a
/// job is worth in the end is decided by <see cref="JobVerdict"/> from counted
/// facts.
/// </summary>
public static class JobDecisions
{
    /// <summary>The events, effects and answer that a command leads to.</summary>
    public static Decision Decide(JobStatus status, IJobCommand command, Instant now, JobDeadlines? deadlines = null)
    {
        var step = new JobStep(status, now, deadlines ?? JobDeadlines.Default);
        if (!status.Exists) return command is QueueJob queue ? step.Queue(queue) : JobStep.Refuse("there is no such job");
        if (status.HasEnded) return step.AfterTheEnd(command);
        return command switch
        {
            QueueJob queue => queue.Job == status.Job ? JobStep.Unchanged("it is queued already")
                : JobStep.Refuse($"this is job {status.Job}"),
            HoldJob hold => step.Hold(hold.Reason),
            BeginJob => step.Begin(),
            CancelJob cancel => step.Cancel(cancel.User),
            TimerFired timer => step.DeadlinePassed(timer.Timer),
            OrderFailed failed => step.OrderFailed(failed),
            PartyLost lost => step.PartyLost(lost),
            RecoverJob => step.Recover(),
            SessionFound found => step.SessionFound(found),
            SessionMissing missing => step.SessionMissing(missing.Reason),
            SessionOpened opened => step.SessionOpened(opened.Attempt),
            ClientStarted started => step.ClientStarted(started.Attempt),
            DriveWaits => step.DriveWaits(),
            ClientProgressed => step.ClientProgressed(),
            RestorePlanAnswered plan => step.RestorePlanned(plan),
            RestoreReported report => step.RestoreReported(report.Outcome),
            ReferenceAnswered answer => step.ReferenceAnswered(answer),
            VolumeReserved reserved => step.VolumeReserved(reserved.Volume),
            VolumeRefused refused => step.VolumeRefused(refused),
            VolumesChanged => step.VolumesChanged(),
            CommitReported commit => step.Committed(commit),
            ClientReported report => step.ClientReported(report.Outcome),
            StorageReported report => step.StorageReported(report),
            CatalogReported report => step.CatalogReported(report),
            ScriptReported report => step.ScriptReported(report.Outcome),
            _ => throw new UnreachableException($"{command.GetType().Name} is no command of a job"),
        };
    }
}
