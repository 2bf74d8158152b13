using Backup.Filesets.Timing;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>Which tree, which paths of it ("/" is all), where to, and a folder for the list of files while they wait for content.</summary>
public sealed record TreeRestoreRequest(NodeId Root, IReadOnlyList<byte[]> Selections, RestoreTarget Target, string WorkFolder);

/// <summary>
/// Counted facts of a restore. Failures are the problems that are not merely for want of root's rights; they come first in the list.
/// Broken says why the source of content broke off, null where it did not.
/// </summary>
public sealed record TreeRestoreResult(
    long Entries,
    long Files,
    long BytesWritten,
    long Verified,
    long Skipped,
    long ProblemCount,
    long FailureCount,
    IReadOnlyList<RestoreProblem> FirstProblems,
    string? Broken);

/// <summary>How far a restore is.</summary>
public readonly record struct TreeRestoreProgress(long Entries, long Files, long BytesWritten, byte[] CurrentPath);

/// <summary>
/// Brings a tree back: directories and what has no content first, then content in the order in which it lies in sessions, then the
/// directories' own attributes, deepest first, in a second walk. Memory: 24 bytes a file with content and one a directory.
/// </summary>
public sealed class TreeRestore(
    TreeRestoreRequest request, INodeSource nodes, IContentSource content, StageClock<RestoreStage>? stages = null)
{
    /// <summary>Entries from one report of progress to the next.</summary>
    public const int EntriesPerReport = 256;

    private readonly ProblemList _problems = new();

    /// <summary>
    /// Runs to the end on the caller's thread; at most once. Throws IOException where the target cannot be opened, FormatException for a
    /// selection that is no path, and OperationCanceledException.
    /// </summary>
    public TreeRestoreResult Run(Action<TreeRestoreProgress> progress, CancellationToken cancellation)
    {
        RestoreSelection selection = RestoreSelection.Of(request.Selections);
        using var writer = new TreeWriter(request.Target, _problems, stages);
        var counts = new RestoreCounts(writer, progress);
        using var waiting = new WaitingEntries(request.WorkFolder);
        var walk = new RestoreWalk(nodes, request.Root, selection);
        var states = new DirectoryStates();
        walk.Run(new FirstWalk(writer, counts, waiting, states), cancellation);
        foreach (byte[] missing in selection.Missing()) _problems.Add(missing, "this path is not in the tree");
        string? broken = new ContentPhase(request, writer, counts, content).Run(waiting, cancellation);
        states.Rewind();
        walk.Run(new SecondWalk(request.Target, writer, states), cancellation);
        return new TreeRestoreResult(counts.Entries, counts.Files, writer.BytesWritten, writer.Verified, writer.Skipped,
            _problems.Count, _problems.FailureCount, _problems.First, broken);
    }
}

/// <summary>Counts what has been restored, and reports it now and then.</summary>
internal sealed class RestoreCounts(TreeWriter writer, Action<TreeRestoreProgress> progress)
{
    public long Entries { get; private set; }

    /// <summary>All but directories, as a backup counts them.</summary>
    public long Files { get; private set; }

    public void Add(ReadOnlySpan<byte> path, EntryKind kind)
    {
        Entries++;
        if (kind != EntryKind.Directory) Files++;
        if (Entries % TreeRestore.EntriesPerReport == 0)
            progress(new TreeRestoreProgress(Entries, Files, writer.BytesWritten, path.ToArray()));
    }
}

/// <summary>What became of each directory in the first walk, for the second: one byte each, in the order of the walk.</summary>
internal sealed class DirectoryStates
{
    private readonly List<DirectoryState> _states = [];
    private int _next;

    public void Add(DirectoryState state) => _states.Add(state);
    public void Rewind() => _next = 0;

    /// <summary>The next directory's state; refused where the first walk did not come by so many.</summary>
    public DirectoryState Next() => _next < _states.Count ? _states[_next++] : DirectoryState.Refused;
}

/// <summary>Entries that wait: hard-linked ones without content, and all that have content.</summary>
internal sealed class WaitingEntries(string folder) : IDisposable
{
    private readonly List<ContentList> _rounds = [];

    public ContentList Links { get; } = new(folder);
    public ContentList Contents { get; } = new(folder);

    /// <summary>A list for those whose content is needed once more.</summary>
    public ContentList NextRound()
    {
        _rounds.Add(new ContentList(folder));
        return _rounds[^1];
    }

    public void Dispose()
    {
        Links.Dispose();
        Contents.Dispose();
        _rounds.ForEach(round => round.Dispose());
    }
}
