using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>Which tree, which paths of it, and where to. Selections are absolute paths; "/" is all.</summary>
public sealed record TreeRestoreRequest(NodeId Root, IReadOnlyList<byte[]> Selections, RestoreTarget Target);

/// <summary>Counted facts of a restore. Problems that only root could avoid are listed last and are not failures.</summary>
public sealed record TreeRestoreResult(
    long Entries,
    long Files,
    long BytesWritten,
    long Verified,
    long Skipped,
    long ProblemCount,
    long FailureCount,
    IReadOnlyList<RestoreProblem> FirstProblems);

/// <summary>
/// Brings a tree back: directories first, then content in the order of the sessions, then what stands on top of it (hard links),
/// at last the directories' own attributes, deepest first. Memory does not grow with the sizes of files.
/// </summary>
public sealed class TreeRestore(TreeRestoreRequest request, INodeSource nodes, IContentSource? content)
{
    /// <summary>Runs to the end on the caller's thread.</summary>
    public TreeRestoreResult Run(Action<TreeRestoreProgress> progress, CancellationToken cancellation)
    {
        _ = (request, nodes, content, progress, cancellation);
        throw new NotSupportedException("a restore cannot run yet");
    }
}

/// <summary>How far a restore is.</summary>
public readonly record struct TreeRestoreProgress(long Entries, long Files, long BytesWritten, byte[] CurrentPath);
