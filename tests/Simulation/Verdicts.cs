using System.Text;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Jobs.Jobs;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Tests.Simulation;

/// <summary>Is what a job says of itself what the simulation knows to be true?</summary>
internal static class Verdicts
{
    /// <summary>The backup's tree as it must come back; null where the job did not end well.</summary>
    public static Saved? Judge(Life life, JobStatus status, Faults faults, Source source)
    {
        SessionRow? session = life.Catalog.Sessions.Find(status.Session);
        JobState state = status.State;
        bool hadNoRoom = life.Shelf.RoomAtEnd < long.MaxValue && status.EndReason.Contains("had no room", StringComparison.Ordinal);
        if (hadNoRoom || life.Shelf.HasBrokenItsWord) faults = faults with { Drive = true };
        Require(life.Catalog.Jobs.Find(status.Job)!.State == state, $"the catalog says {life.Catalog.Jobs.Find(status.Job)!.State}");
        if (faults.None) Require(state == JobState.Ok, $"job {status.Job} is {state} with nothing wrong: {status.EndReason}");
        if (faults.NoneButDirector)
            Require(state == JobState.Ok, $"job {status.Job} is {state} with nothing but the director lost: {status.EndReason}");
        if (faults.NoneButFiles && !faults.Director)
            Require(state is JobState.Ok or JobState.OkWithWarnings, $"job {status.Job} is {state}: {status.EndReason}");
        if (state == JobState.Incomplete)
            Require(!status.Committed.IsNone, $"Incomplete without a commit point: {status.EndReason}");
        if (state == JobState.Failed)
            Require(status.Committed.IsNone
                || status.Client?.Seal?.Failure is not null, $"Failed, but something was committed: {status.EndReason}");
        if (session is not null)
            Require(session.Catalogued.Data <= Math.Max(status.Committed.Position.Data, status.Stored?.Position.Data ?? 0)
                || state == JobState.Canceled || faults.Storage, // what it had in its outbox came behind the job's end
                $"the catalog has {session.Catalogued}, known as committed are {status.Committed.Position}");
        return state is JobState.Ok or JobState.OkWithWarnings ? JudgeGood(life, status, session, source) : null;
    }

    private static Saved JudgeGood(Life life, JobStatus status, SessionRow? session, Source source)
    {
        SessionSeal seal = status.Client!.Seal!;
        Require(session?.Totals is not null, "OK, but the catalog has no end of the session");
        Require(session!.Catalogued == seal.Position
            && status.Stored!.Position == seal.Position, "OK, but sent, stored and catalogued differ");
        Require(session.Verdict == status.State, $"the volume says {session.Verdict}, the job {status.State}");
        Require(life.Shelf.HasBrokenItsWord || life.Shelf.HoldsEndOf(status.Session), "OK, but no volume has the session's end");
        var unsaved = life.Catalog.Sessions.Unsaved(status.Job, 10_000).Select(f => Encoding.Latin1.GetString(f.Path)).ToHashSet();
        Require((unsaved.Count == 0) == (status.State == JobState.Ok), $"{status.State} with {unsaved.Count} unsaved files");
        return new Saved(status.Job, source, Comparison.Copy(source.Client.Files[source.Root]), unsaved);
    }

    /// <summary>A restore that is called good brought all back, any other nothing wrong; neither leaves temporary names.</summary>
    public static void JudgeRestore(JobStatus status, Saved saved, string folder, bool mustBeWhole, bool wasKilled)
    {
        bool isGood = status.State == JobState.Ok || (status.State == JobState.OkWithWarnings && !Environment.IsPrivilegedProcess);
        Require(isGood || !mustBeWhole, $"the restore of job {saved.Job} is {status.State}: {status.EndReason}");
        var comparison = new Comparison(saved.Unsaved) { ContentAlone = !isGood, MayLeaveTemporary = wasKilled };
        comparison.Compare(saved.Tree, folder, saved.Source.Root);
        Require(comparison.Differences.Count == 0,
            $"job {saved.Job} restored otherwise ({status.State}): {string.Join("; ", comparison.Differences.Take(5))}");
    }

    public static void Require(bool holds, string what)
    {
        if (!holds) throw new SimulationException(what);
    }
}

/// <summary>What must hold of the whole installation.</summary>
internal static class Checks
{
    public static void Leftovers(Life life, IReadOnlyList<string> allowed, string after)
    {
        List<string> left = [.. life.Leftovers().Where(l => !allowed.Any(a => l.StartsWith(a, StringComparison.Ordinal)))];
        foreach (SimulatedClient client in life.Clients)
            if (client.Files.OpenDirectories > 0 && !client.WasKilled) left.Add($"{client.Files.OpenDirectories} open directories");
        Verdicts.Require(left.Count == 0, $"left over after {after}: {string.Join(", ", left)}");
    }

    public static void Catalog(Life life)
    {
        IReadOnlyList<string> faults = life.Catalog.Check();
        Verdicts.Require(faults.Count == 0, $"the catalog is damaged: {string.Join(", ", faults)}");
    }

    /// <summary>
    /// The catalog knows what volumes say, no more and no less. Where a process or a drive broke off between a commit point and the
    /// word of it,
    /// volumes may say more, but of sessions that did not end well alone.
    /// </summary>
    public static void Rebuilt(Life life, bool mayLeaveUntold)
    {
        (string rebuilt, string known, IReadOnlyList<string> faults) = life.Rebuild();
        string[] volumes = [.. life.Catalog.Volumes.List(new VolumeFilter(Limit: VolumeFilter.LimitMax)).Select(v => v.Identity.Name)];
        faults = [.. faults.Where(f => !f.Contains("it was never reported as stored", StringComparison.Ordinal) && !IsTornLabel(f))];
        Verdicts.Require(faults.Count == 0, $"a scan of the volumes finds faults: {string.Join("; ", faults.Take(3))}");
        if (rebuilt == known) return;
        string[] good = [.. life.Director.Statuses.Where(s => s.State is JobState.Ok or JobState.OkWithWarnings)
            .Select(s => $"session={s.Session.Value:n}")];
        HashSet<string> inCatalog = [.. known.Split('\n')];
        HashSet<string> onVolumes = [.. rebuilt.Split('\n')];
        List<string> lost = [.. inCatalog.Except(onVolumes).Where(IsWrong)];
        List<string> more = [.. onVolumes.Except(inCatalog).Where(IsWrong)];
        Verdicts.Require(lost.Count + more.Count == 0, "the catalog is not what a scan of the volumes makes; only in the catalog: "
            + $"{string.Join(" | ", lost.Take(4))}; only on volumes: {string.Join(" | ", more.Take(4))}");
        bool IsWrong(string line) => !mayLeaveUntold || good.Any(line.Contains);

        // The power went before the label of a new volume had been waited for: nothing was ever told of it.
        bool IsTornLabel(string fault) => fault.Contains("its label is damaged", StringComparison.Ordinal)
            && !volumes.Any(volume => fault.StartsWith(volume + ":", StringComparison.Ordinal));
    }
}
