using Backup.Jobs.Admission;
using Backup.Jobs.Jobs;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>
/// Why a job waits: who has what it waits for, what frees it, until when it waits and what comes then. Deadline null: for ever.
/// </summary>
internal sealed record Explanation(string WaitsFor, Instant Since, string Holder, string FreesIt, Instant? Deadline, string Then)
{
    /// <summary>Pure: of a job's status, its wait for a turn where it has one, and the deadlines it works under.</summary>
    public static Explanation Of(JobStatus status, JobWait? wait, JobDeadlines deadlines)
    {
        if (wait is not null && status.Phase == JobPhase.WaitingForTurn) return Of(wait);
        if (status.Drive is { } drive && !status.HasEnded)
            return new Explanation(status.Reason, drive.Since, $"storage {status.Specification?.Storage}", drive.FreesIt, drive.Until,
                Outcome(status));
        string client = $"client {status.Specification?.Client}", storage = $"storage {status.Specification?.Storage}";
        return status.Phase switch
        {
            JobPhase.WaitingForTurn => Wait(status, "the director", "its time comes, or the jobs of an earlier life are known", null),
            JobPhase.ChoosingReference => Wait(status, "the director", "the catalog answers", deadlines.Director),
            JobPhase.Planning => Wait(status, "the director", "the catalog answers", deadlines.Director),
            JobPhase.ReservingVolume => Wait(status, $"pool {status.Specification?.Pool}",
                "a volume of the pool can be written: label one, or raise the pool's limits", deadlines.Volume),
            JobPhase.OpeningSession => Wait(status, storage, "its drive has mounted the volume", deadlines.SessionOpened),
            JobPhase.OpeningServe => Wait(status, storage, "it opens the volumes for reading", deadlines.SessionOpened),
            JobPhase.StartingClient => Wait(status, client, "the client attaches and takes the order", deadlines.ClientStarted),
            JobPhase.Saving or JobPhase.Restoring => Wait(status, client, "it works; each sign of life puts the deadline off",
                deadlines.ClientSpoke),
            JobPhase.Storing => Wait(status, storage, "it has written the session's end", deadlines.StorageEnded),
            JobPhase.Cataloguing => Wait(status, "the catalog", "it has taken what was stored", deadlines.Catalogued),
            JobPhase.RunningBefore or JobPhase.RunningAfter => Wait(status, $"script {status.Script} of the job",
                "its program ends, or its time-out is over", null),
            JobPhase.Done => new Explanation("nothing", status.EndedAt ?? status.Since, "nobody", "it has ended", null, status.EndReason),
            _ => Wait(status, "", "", null),
        };
    }

    private static Explanation Of(JobWait wait)
    {
        string holders = string.Join(", ", wait.Holders.Select(h => $"job {h.Job} ({h.JobName}) since {h.Since}"))
            + (wait.Held > wait.Holders.Count ? $" and {wait.Held - wait.Holders.Count} more" : "");
        string freesIt = wait.For.Kind is ScarceKind.Run or ScarceKind.Drive
            ? "these jobs end" : $"one of these jobs ends, or jobs-at-once of {wait.For} ({wait.Limit}) is raised";
        return new Explanation($"{wait.For}, {wait.Position}. in the queue, {wait.Ahead} ahead for the same", wait.Since, holders, freesIt,
            null, "");
    }

    private static Explanation Wait(JobStatus status, string holder, string freesIt, TimeSpan? within) => new(
        status.Reason.Length > 0 ? status.Reason : status.Phase.ToString(), status.Since, holder, freesIt,
        within is { } span ? status.PhaseSince.Plus(span) : null,
        within is null ? "" : Outcome(status));

    private static string Outcome(JobStatus status) =>
        status.Committed.IsNone ? "the job ends Failed" : "the job ends Incomplete at its last commit point";
}
