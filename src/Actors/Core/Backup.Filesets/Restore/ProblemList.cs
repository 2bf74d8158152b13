using Backup.Filesets.Linux;
using Backup.Messages.Clients;

namespace Backup.Filesets.Restore;

/// <summary>
/// What could not be brought back: counted all, the first of each sort kept. What only root could do is kept apart and listed last,
/// so that the first line of the list tells whether a restore is as good as it could be.
/// </summary>
public sealed class ProblemList
{
    /// <summary>How many of each sort are kept word for word.</summary>
    public const int KeptMax = 100;

    private readonly List<RestoreProblem> _failures = [];
    private readonly List<RestoreProblem> _needRoot = [];

    /// <summary>All problems.</summary>
    public long Count { get; private set; }

    /// <summary>Problems that are not merely for want of root's rights.</summary>
    public long FailureCount { get; private set; }

    public IReadOnlyList<RestoreProblem> First => [.. _failures, .. _needRoot];

    public void Add(ReadOnlySpan<byte> path, string reason, bool needsRoot = false)
    {
        Count++;
        if (!needsRoot) FailureCount++;
        List<RestoreProblem> kept = needsRoot ? _needRoot : _failures;
        if (kept.Count < KeptMax) kept.Add(new RestoreProblem(path.ToArray(), reason, needsRoot));
    }

    /// <summary>
    /// A system call failed: what was tried, and the system's words. With <paramref name="rootOnly"/> it is something only root may do.
    /// </summary>
    internal void AddError(ReadOnlySpan<byte> path, string tried, int error, bool rootOnly = false) =>
        Add(path, $"{tried}: {ErrorNumber.Words(error)}",
            rootOnly && !WriteCalls.IsPrivileged && error is (ErrorNumber.NotPermitted or ErrorNumber.AccessDenied));
}
