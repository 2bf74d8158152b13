using Backup.Jobs.Admission;
using Backup.Jobs.Jobs;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>
/// One thing that a run holds, or waits for. Until: when a wait is given up, null where it never is, and for what is held. The rest is as
/// in <see cref="Explanation"/>.
/// </summary>
internal sealed record Lease(
    string What, string Name, bool IsHeld, Instant? Since, Instant? Until = null, string Holder = "", string FreesIt = "",
    string Then = "");

/// <summary>Who holds and who waits, from the same facts as an explanation. Pure.</summary>
internal static class Leases
{
    private const string UntilItEnds = "the run ends, or is canceled";

    /// <summary>What one run holds, and what it waits for.</summary>
    public static IEnumerable<Lease> Of(JobStatus status, JobWait? wait, JobDeadlines deadlines, string director)
    {
        if (!status.Exists || status.HasEnded) yield break;
        JobSpecification run = status.Specification!;
        if (status.Phase != JobPhase.WaitingForTurn)
        {
            Instant since = status.Started ?? status.Queued;
            yield return new Lease("turn", director, true, since, FreesIt: UntilItEnds);
            if (!status.IsRestore)
            {
                yield return new Lease("client", run.Client, true, since, FreesIt: UntilItEnds);
                yield return new Lease("storage", run.Storage, true, since, FreesIt: UntilItEnds);
                yield return new Lease("drive", $"{run.Storage} for pool {run.Pool}", true, since, FreesIt: UntilItEnds);
            }
            if (status.Volume is { } volume) yield return new Lease("volume", volume, true, since, FreesIt: UntilItEnds);
        }
        Explanation why = Explanation.Of(status, wait, deadlines);
        (string what, string name) = wait is not null && status.Phase == JobPhase.WaitingForTurn
            ? (Kind(wait.For.Kind), wait.For.Name)
            : (Kind(status.Phase), why.WaitsFor);
        yield return new Lease(what, name, false, why.Since, why.Deadline, why.Holder, why.FreesIt, why.Then);
    }

    /// <summary>What the drive of a storage has, and what it waits for.</summary>
    public static IEnumerable<(Lease Lease, StoringSession? Session)> Of(StorageStatus storage)
    {
        foreach (StoringSession session in storage.Sessions)
            yield return (
                new Lease("session", $"{storage.Name}, volume {storage.Volume ?? "none"}", true, session.Since,
                    FreesIt: "its client seals it, its channel breaks, or the run is canceled"), session);
        if (storage.Waiting is { } waits)
            yield return (new Lease("drive", storage.Name, false, null, Holder: waits, FreesIt: "what it waits for comes"), null);
    }

    private static string Kind(ScarceKind kind) => kind switch
    {
        ScarceKind.Run => "previous run",
        ScarceKind.Director => "turn",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Kind(JobPhase phase) => phase switch
    {
        JobPhase.WaitingForTurn => "time",
        JobPhase.ReservingVolume => "volume",
        JobPhase.OpeningSession or JobPhase.OpeningServe or JobPhase.Storing => "storage",
        JobPhase.StartingClient or JobPhase.Saving or JobPhase.Restoring => "client",
        JobPhase.RunningBefore or JobPhase.RunningAfter => "script",
        _ => "catalog",
    };
}
