using System.Text;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Tests.Simulation.Rot;

/// <summary>
/// A restore by the whole system, director to client, from harmed media: what was not hit comes back identical, what was hit is named by
/// the job or identical too, and no file has wrong content.
/// </summary>
internal sealed class RotRestore(RotSample sample) : INodeSource
{
    private readonly Dictionary<NodeId, byte[]> _nodes =
        sample.Volumes.SelectMany(volume => volume.Nodes).DistinctBy(node => node.Key).ToDictionary();

    public byte[]? Find(NodeId id) => _nodes.GetValueOrDefault(id);

    public void Check(Saved saved, IReadOnlyList<Harm> harms)
    {
        string words = string.Join("; ", harms.Select(harm => harm.Words));
        HashSet<ContentReference> lost = LostFiles(harms);
        List<string> lostPaths = [.. PathsOf(saved, lost).Where(path => !saved.Unsaved.Contains(path))];
        Life life = sample.Life;
        (JobId job, string folder) = life.Restore(saved.Job, saved.Source.Client);
        life.AwaitEnds(job);
        JobStatus status = life.Director[job].Status;
        RestoreEnded ended = status.Restored!;
        bool isGood = status.State == JobState.Ok || (status.State == JobState.OkWithWarnings && !Environment.IsPrivilegedProcess);
        List<string> named = isGood ? [] : [.. lostPaths.Where(path => IsNamed(ended, path))];
        var whole = new Comparison(new HashSet<string>([.. saved.Unsaved, .. named]));
        whole.Compare(saved.Tree, folder, saved.Source.Root);
        var content = new Comparison(saved.Unsaved) { ContentAlone = true };
        content.Compare(saved.Tree, folder, saved.Source.Root);
        Must(content.Differences.Count == 0, $"wrong content: {string.Join("; ", content.Differences.Take(3))}");
        Must(whole.Differences.Count == 0, $"not restored and not named, or not hit: {string.Join("; ", whole.Differences.Take(3))} "
            + $"({status.State}: {status.EndReason})");
        Must(isGood || lostPaths.Count > 0, $"is {status.State} with nothing lost: {status.EndReason}");
        Life.Forget(folder);
        void Must(bool holds, string what)
        {
            if (!holds) throw new SimulationException($"{words}: restore of job {saved.Job}: {what}");
        }
    }

    private static bool IsNamed(RestoreEnded ended, string path) => ended.ProblemCount > ended.FirstProblems.Count
        || ended.FirstProblems.Any(problem => problem.Path.AsSpan().EndsWith(Encoding.Latin1.GetBytes(path)));

    /// <summary>
    /// Content of which a record was hit. It may come whole all the same: in place of zeros that are lost stands a hole, and the digest
    /// tells that nothing else is missing.
    /// </summary>
    private static HashSet<ContentReference> LostFiles(IReadOnlyList<Harm> harms)
    {
        var lost = new HashSet<ContentReference>();
        foreach (Harm harm in harms)
            foreach ((RecordKey key, Lying lying) in harm.Volume.Records)
                if (key.Lane == Lane.Data && harm.Volume.IsContent(key) && harm.Hit(lying)) lost.Add(new(key.Session, lying.FileIndex));
        return lost;
    }

    private IEnumerable<string> PathsOf(Saved saved, HashSet<ContentReference> lost)
    {
        var reader = new TreeReader(this);
        var waiting = new Stack<(NodeId Node, string Path)>();
        waiting.Push((sample.Life.Catalog.Jobs.Find(saved.Job)!.Root, ""));
        while (waiting.TryPop(out (NodeId Node, string Path) at))
            foreach (TreeEntry entry in reader.Entries(at.Node))
            {
                string path = $"{at.Path}/{Encoding.Latin1.GetString(entry.Name)}";
                if (entry.Kind == EntryKind.Directory) waiting.Push((entry.Child, path));
                else if (entry.Kind == EntryKind.File && entry.Size > 0 && lost.Contains(entry.Reference)) yield return path;
            }
    }
}
