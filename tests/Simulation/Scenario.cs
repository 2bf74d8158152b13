using System.Text;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.TestKit.Trees;
using Backup.Jobs.Jobs;
using Backup.Tests.Simulation.Running;

namespace Backup.Tests.Simulation;

/// <summary>
/// The life of one seed: rounds of backups of all levels, one or several at a time, of trees that change, with faults, each judged by
/// what
/// can be restored of it.
/// </summary>
internal sealed class Scenario(ulong seed, bool tellsAll = false)
{
    private readonly List<Saved> _saved = [];
    private readonly StringBuilder _story = new();
    private bool _isUntold;

    /// <summary>What happened, a line a job.</summary>
    public string Story => _story.ToString();

    /// <summary>The number that stands for how the life went: equal for equal lives.</summary>
    public ulong Trace { get; private set; }

    public long Steps { get; private set; }

    /// <summary>The faults that were met, by kind.</summary>
    public FaultCounts Met { get; } = new();

    /// <summary>Lives the life; throws where something in it is not as it must be.</summary>
    public void Live()
    {
        using var life = new Life(seed);
        if (tellsAll) TellAll(life);
        try
        {
            Live(life);
        }
        catch
        {
            foreach (JobId job in life.Director.Statuses.Where(s => s.Specification is not null).Select(s => s.Job))
                foreach (string line in life.Director[job].Log) Tell($"  job {job}: {line}");
            Tell($"  media: {life.Shelf}");
            throw;
        }
    }

    private void Live(Life life)
    {
        life.Shelf.Lies = life.Chance.OneIn(16);
        List<(Source Source, TreeChance Trees)> sources = [.. Sources(life).Select(s =>
            (s, new TreeChance(s.Client.Files, life.Baton, life.Chance.Fork())))];
        foreach ((Source source, TreeChance trees) in sources) trees.Populate(source.Root);
        int rounds = life.Chance.Between(2, 5);
        for (int i = 0; i < rounds; i++)
        {
            life.Baton.Spend(TimeSpan.FromMilliseconds(life.Chance.Below(8000)));
            List<(Source Source, TreeChance Trees)> some = [.. sources.Where(_ => life.Chance.OneIn(2))];
            BackUp(life, some.Count > 0 ? some : sources[..1]);
            if (_saved.Count > 0 && life.Chance.OneIn(3))
                Restore(life, _saved[life.Chance.Below(_saved.Count)], FaultPlan.ForRestore(life));
            foreach ((Source source, TreeChance trees) in sources) trees.Mutate(source.Root, life.Chance.Below(12));
        }
        bool isLiedTo = life.Shelf.HasBrokenItsWord;
        if (isLiedTo) Met.Add("lying syncs found out");
        foreach (Saved saved in _saved) Restore(life, saved, null);
        Checks.Catalog(life);
        if (!isLiedTo) Checks.Rebuilt(life, _isUntold);
        if (life.Chance.OneIn(4)) Rot(life);
        if (life.Director.Twice > 0) Met.Add("orders that came twice", life.Director.Twice);
        if (life.Network.Delay > TimeSpan.Zero) Met.Add("slow networks");
        if (life.Shelf.RoomAtEnd < long.MaxValue) Met.Add("media that end hard");
        (Trace, Steps) = (life.Baton.Trace, life.Baton.Steps);
    }

    private static List<Source> Sources(Life life)
    {
        var all = new List<Source> { new("job", life.Clients[0], "/data") };
        if (life.Clients.Count > 1) all.Add(new Source("other", life.Clients[1], "/data"));
        if (life.Chance.OneIn(3)) all.Add(new Source("more", life.Clients[^1], "/more"));
        return all;
    }

    private void BackUp(Life life, List<(Source Source, TreeChance Trees)> sources)
    {
        FaultPlan plan = FaultPlan.ForBackups(life, sources);
        var jobs = new List<JobId>();
        foreach ((Source source, _) in sources)
        {
            JobLevel level = life.Chance.Pick(JobLevel.Full, JobLevel.Incremental, JobLevel.Incremental, JobLevel.Differential);
            CompressionKind compression = seed % 2 == 0 ? CompressionKind.Zstd : CompressionKind.None;
            var fileSet = new FileSet(source.Job, [source.Root], [], Compression: compression, AllowEmptyRoots: true);
            jobs.Add(life.Backup(source, level, fileSet));
            if (life.Chance.OneIn(2)) life.Baton.Sleep(TimeSpan.FromMilliseconds(life.Chance.Below(300)));
        }
        if (plan.Cancels)
        {
            for (int i = life.Chance.Below(400); i > 0; i--) life.Baton.Yield();
            life.Director.Tell(jobs[life.Chance.Below(jobs.Count)], new CancelJob("tester"));
        }
        life.AwaitEnds(jobs);
        Faults happened = plan.Over();
        foreach ((Source source, _) in sources) FileFaults.Clear(source);
        life.Baton.Sleep(TimeSpan.FromMinutes(4));
        life.Baton.Settle();
        happened.Count(Met);
        _isUntold |= happened.MayLeaveUntold;
        if (jobs.Count > 1) Met.Add("rounds of several jobs at once");
        for (int i = 0; i < jobs.Count; i++)
        {
            JobStatus status = life.Director[jobs[i]].Status;
            Tell($"job {status.Job} of {sources[i].Source.Job} {status.LevelRun} {status.State} '{status.EndReason}' {happened}");
        }
        Checks.Leftovers(life, [], $"jobs {string.Join(", ", jobs)}");
        for (int i = 0; i < jobs.Count; i++)
            if (Verdicts.Judge(life, life.Director[jobs[i]].Status, happened, sources[i].Source) is { } saved) _saved.Add(saved);
    }

    /// <summary>Without a plan nothing goes wrong, and the restore must bring all back, where the media kept what they
    /// promised.</summary>
    private void Restore(Life life, Saved saved, FaultPlan? plan)
    {
        (JobId job, string folder) = life.Restore(saved.Job, saved.Source.Client);
        life.AwaitEnds(job);
        Faults happened = plan?.Over() ?? new Faults();
        happened.Count(Met);
        if (!happened.None)
        {
            life.Baton.Sleep(TimeSpan.FromMinutes(4));
            life.Baton.Settle();
        }
        JobStatus status = life.Director[job].Status;
        Tell($"job {job} restores job {saved.Job}: {status.State} '{status.EndReason}' {happened}");
        bool mustBeWhole = happened.None && !life.Shelf.HasBrokenItsWord;
        Verdicts.JudgeRestore(status, saved, folder, mustBeWhole, wasKilled: happened.Client);
        Checks.Leftovers(life, ["volume "], $"restore {job}");
        Life.Forget(folder);
    }

    /// <summary>Media rot: whatever a restore calls good is good, and what it brings back besides is too.</summary>
    private void Rot(Life life)
    {
        if (_saved.Count == 0) return;
        for (int i = life.Chance.Between(1, 3); i > 0; i--)
            if (life.Shelf.FlipBit() is { } where) Tell($"a bit flips: {where}");
        Met.Add("bits that flipped on media");
        Saved saved = _saved[life.Chance.Below(_saved.Count)];
        (JobId job, string folder) = life.Restore(saved.Job, saved.Source.Client);
        life.AwaitEnds(job);
        JobStatus status = life.Director[job].Status;
        Tell($"job {job} restores job {saved.Job} from it: {status.State} '{status.EndReason}'");
        if (status.State is not (JobState.Ok or JobState.OkWithWarnings)) Met.Add("flipped bits that a restore named");
        Verdicts.JudgeRestore(status, saved, folder, mustBeWhole: false, wasKilled: false);
        Checks.Leftovers(life, ["volume "], $"restore {job}");
    }

    private void TellAll(Life life)
    {
        life.Director.Heard = heard => Tell($"    {life.Baton.GetUtcNow():HH:mm:ss.fff} the director hears {Shown(heard)}");
        life.Director.Said = said => Tell($"    {life.Baton.GetUtcNow():HH:mm:ss.fff} the director says {Shown(said)}");
    }

    private void Tell(string line) => _story.AppendLine(line);

    private static string Shown(object heard) => heard.ToString() is { Length: > 400 } text ? text[..400] : heard.ToString()!;
}

/// <summary>A backup that counts as good, the tree as it was, and the paths it said it could not save.</summary>
internal sealed record Saved(JobId Job, Source Source, VirtualNode Tree, IReadOnlySet<string> Unsaved);
