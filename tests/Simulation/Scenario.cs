using System.Text;
using Backup.Catalog.Sessions;
using Backup.Filesets.Walk;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.TestKit.Trees;
using Backup.Volumes.Trees;

namespace Backup.Tests.Simulation;

/// <summary>
/// The life of one seed: backups of all levels of a tree that changes, with faults, each judged by what can be restored of it.
/// </summary>
internal sealed class Scenario(ulong seed)
{
    private const string Root = "/data";

    private readonly List<Saved> _saved = [];
    private readonly StringBuilder _story = new();

    /// <summary>A backup that counts as good, the tree as it was, and the paths it said it could not save.</summary>
    private sealed record Saved(JobId Job, VirtualNode Tree, IReadOnlySet<string> Unsaved);

    /// <summary>What goes wrong during one job.</summary>
    private sealed record Faults(bool Files, bool Cut, bool Drive, bool Cancel, bool Director)
    {
        public bool None => this is { Files: false, Cut: false, Drive: false, Cancel: false, Director: false };
        public bool NoneButFiles => this is { Cut: false, Drive: false, Cancel: false, Director: false };
        public bool NoneButDirector => this is { Files: false, Cut: false, Drive: false, Cancel: false };
    }

    /// <summary>What happened, a line a job.</summary>
    public string Story => _story.ToString();

    /// <summary>The number that stands for how the life went: equal for equal lives.</summary>
    public ulong Trace { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Lives the life; throws where something in it is not as it must be.</summary>
    public void Live()
    {
        using var life = new Life(seed);
        var trees = new TreeChance(life.Files, life.Baton, life.Chance.Fork());
        trees.Populate(Root);
        int jobs = life.Chance.Between(2, 6);
        for (int i = 0; i < jobs; i++)
        {
            life.Baton.Spend(TimeSpan.FromMilliseconds(life.Chance.Below(8000)));
            BackUp(life, trees);
            if (_saved.Count > 0 && life.Chance.OneIn(3)) Restore(life, _saved[life.Chance.Below(_saved.Count)]);
            trees.Mutate(Root, life.Chance.Below(12));
        }
        foreach (Saved saved in _saved) Restore(life, saved);
        Require(life.Catalog.Check() is [], $"the catalog is damaged: {string.Join(", ", life.Catalog.Check())}");
        (Trace, Steps) = (life.Baton.Trace, life.Baton.Steps);
    }

    private void BackUp(Life life, TreeChance trees)
    {
        JobLevel level = life.Chance.Pick(JobLevel.Full, JobLevel.Incremental, JobLevel.Incremental, JobLevel.Differential);
        var fileSet = new FileSet("files", [Root], [], Compression: seed % 2 == 0 ? CompressionKind.Zstd : CompressionKind.None);
        Faults faults = Plan(life, trees);
        if (life.Chance.OneIn(4)) life.LoseNodes();
        int losses = life.Director.Losses;
        if (faults.Director)
            life.Director.LoseIn(life.Chance.Between(1, 40), TimeSpan.FromMilliseconds(life.Chance.Pick(1, 500, 20_000, 180_000)));
        JobId job = life.Backup("job", level, fileSet);
        if (faults.Cancel)
        {
            for (int i = life.Chance.Below(400); i > 0; i--) life.Baton.Yield();
            life.Director.Tell(job, new CancelJob("tester"));
        }
        life.AwaitEnd(job);
        JobStatus status = life.Director[job].Status;
        bool cutHappened = faults.Cut && life.Network.Cut is null;
        bool driveFailed = faults.Drive && life.Shelf.Writes >= life.Shelf.FailingWrite;
        (life.Network.Cut, life.Shelf.FailingWrite) = (null, 0);
        life.Director.KeepFromNowOn();
        ClearFaults(life);
        life.Baton.Sleep(TimeSpan.FromMinutes(1));
        life.Baton.Settle();
        Faults happened = faults with { Cut = cutHappened, Drive = driveFailed, Director = life.Director.Losses > losses };
        Tell($"job {job} {level}->{status.LevelRun} {status.State} '{status.EndReason}' {happened}");
        Judge(life, status, happened);
    }

    private void Judge(Life life, JobStatus status, Faults faults)
    {
        List<string> left = [.. life.Leftovers()];
        Require(left.Count == 0, $"left over after job {status.Job}: {string.Join(", ", left)}");
        SessionRow? session = life.Catalog.Sessions.Find(status.Session);
        JobState state = status.State;
        Require(life.Catalog.Jobs.Find(status.Job)!.State == state, $"the catalog says {life.Catalog.Jobs.Find(status.Job)!.State}");
        if (faults.None) Require(state == JobState.Ok, $"job {status.Job} is {state} with nothing wrong: {status.EndReason}");
        if (faults.NoneButDirector)
            Require(state == JobState.Ok, $"job {status.Job} is {state} with nothing but the director lost: {status.EndReason}");
        if (faults.NoneButFiles)
            Require(state is JobState.Ok or JobState.OkWithWarnings, $"job {status.Job} is {state}: {status.EndReason}");
        if (state == JobState.Incomplete)
            Require(!status.Committed.IsNone
                && status.EndReason.Contains("commit point"), $"Incomplete without a commit point: {status.EndReason}");
        if (state == JobState.Failed)
            Require(status.Committed.IsNone
                || status.Client?.Seal?.Failure is not null, $"Failed, but something was committed: {status.EndReason}");
        if (session is not null)
            Require(session.Catalogued.Data <= Math.Max(status.Committed.Position.Data, status.Stored?.Position.Data ?? 0)
                || state == JobState.Canceled,
                $"the catalog has {session.Catalogued}, known as committed are {status.Committed.Position}");
        if (state is JobState.Ok or JobState.OkWithWarnings) JudgeGood(life, status, session);
    }

    private void JudgeGood(Life life, JobStatus status, SessionRow? session)
    {
        SessionSeal seal = status.Client!.Seal!;
        Require(session?.Totals is not null, "OK, but the catalog has no end of the session");
        Require(session!.Catalogued == seal.Position
            && status.Stored!.Position == seal.Position, "OK, but sent, stored and catalogued differ");
        Require(session.Verdict == status.State, $"the volume says {session.Verdict}, the job {status.State}");
        Require(life.Shelf.HoldsEndOf(status.Session), "OK, but no volume has the session's end");
        var unsaved = life.Catalog.Sessions.Unsaved(status.Job, 10_000).Select(f => Encoding.Latin1.GetString(f.Path)).ToHashSet();
        Require((unsaved.Count == 0) == (status.State == JobState.Ok), $"{status.State} with {unsaved.Count} unsaved files");
        _saved.Add(new Saved(status.Job, Comparison.Copy(life.Files[Root]), unsaved));
    }

    private void Restore(Life life, Saved saved)
    {
        if (life.Chance.OneIn(4)) life.LoseNodes();
        if (life.Chance.OneIn(4))
            life.Director.LoseIn(life.Chance.Between(1, 20), TimeSpan.FromMilliseconds(life.Chance.Pick(1, 500, 20_000, 180_000)));
        (JobId job, string folder) = life.Restore(saved.Job);
        life.AwaitEnd(job);
        life.Director.KeepFromNowOn();
        JobStatus status = life.Director[job].Status;
        Tell($"job {job} restores job {saved.Job}: {status.State} '{status.EndReason}'");
        bool allowed = status.State == JobState.Ok || (status.State == JobState.OkWithWarnings && !Environment.IsPrivilegedProcess);
        Require(allowed, $"the restore of job {saved.Job} is {status.State}: {status.EndReason}");
        var comparison = new Comparison(saved.Unsaved);
        comparison.Compare(saved.Tree, folder, Root);
        Require(comparison.Differences.Count == 0,
            $"job {saved.Job} restored otherwise: {string.Join("; ", comparison.Differences.Take(5))}");
        List<string> left = [.. life.Leftovers().Where(l => !l.StartsWith("volume ", StringComparison.Ordinal))];
        Require(left.Count == 0, $"left over after restore {job}: {string.Join(", ", left)}");
    }

    private static Faults Plan(Life life, TreeChance trees)
    {
        Seeded chance = life.Chance;
        if (chance.OneIn(3)) return new Faults(false, false, false, false, false);
        if (chance.OneIn(3)) return new Faults(false, false, false, false, true);
        var faults = new Faults(chance.OneIn(2), chance.OneIn(3), chance.OneIn(5), chance.OneIn(10), chance.OneIn(4));
        if (faults.Cut)
            life.Network.Cut = new PlannedCut(
                chance.Pick(ChannelPurpose.Store, ChannelPurpose.Store, ChannelPurpose.Catalogue, ChannelPurpose.Tree),
                chance.Between(1, 20));
        if (faults.Drive) life.Shelf.FailingWrite = life.Shelf.Writes + chance.Between(1, 40);
        if (faults.Files) PlanFileFaults(life, trees);
        return faults;
    }

    private static void PlanFileFaults(Life life, TreeChance trees)
    {
        Seeded chance = life.Chance;
        var files = TreeChance.Below(life.Files[Root], EntryKind.File);
        for (int i = chance.Between(1, 5); i > 0 && files.Count > 0; i--)
        {
            (VirtualNode parent, string name, VirtualNode node) = files[chance.Below(files.Count)];
            int times = chance.Pick(1, 1, 2, -1);
            switch (chance.Below(5))
            {
                case 0: node.OpenFault = (new SystemFault(SystemFault.PermissionDenied), times); break;
                case 1: node.ReadFault = (new SystemFault(SystemFault.InputOutput), times); break;
                case 2: node.StatusFault = (new SystemFault(SystemFault.NoEntry), times); break;
                case 3: node.WhileRead = (trees.Write, Math.Abs(times)); break;
                default:
                    node.WhileRead = (_ =>
                    {
                        if (!parent.Children.Remove(name)) return;
                        node.Links--;
                        node.Changed = node.Changed.Plus(TimeSpan.FromTicks(1));
                    }, 1);
                    break;
            }
        }
    }

    private static void ClearFaults(Life life)
    {
        foreach ((_, _, VirtualNode node) in TreeChance.Below(life.Files[Root]))
            (node.OpenFault, node.ReadFault, node.StatusFault, node.WhileRead) = (default, default, default, default);
    }

    private void Tell(string line) => _story.AppendLine(line);

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new SimulationException(what);
    }
}
