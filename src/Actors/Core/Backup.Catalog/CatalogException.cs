using System.Text;
using Backup.Messages.Ids;

namespace Backup.Catalog;

/// <summary>Why a catalog verb failed, for those who decide what happens next.</summary>
public enum CatalogFault
{
    /// <summary>
    /// The verb makes no sense as asked: unknown id, gap, contradiction. Nothing was changed; asking again gives the same.
    /// </summary>
    Refused,

    /// <summary>The store is away, busy beyond its deadline, or full. Nothing was changed; asking again later may succeed.</summary>
    Unavailable,

    /// <summary>
    /// The caller writes for an epoch that is over (<see cref="ICatalog.Fenced"/>). Nothing was changed; whoever gets this has to stop.
    /// </summary>
    Superseded,

    /// <summary>The store is not what it should be: no catalog, a newer one, or damaged.</summary>
    Unusable,
}

/// <summary>A catalog verb failed, and nothing of it happened. The message is one line: operation, job, reason.</summary>
public sealed class CatalogException(CatalogWork work, CatalogFault fault, string reason, Exception? inner = null)
    : Exception(Line(work, reason), inner)
{
    public CatalogFault Fault { get; } = fault;
    public string Operation { get; } = work.Operation;
    public JobId? Job { get; } = work.Job;

    private static string Line(CatalogWork work, string reason)
    {
        var line = new StringBuilder("catalog: ").Append(work.Operation);
        if (work.Job is { } job) line.Append(" of job ").Append(job);
        if (work.JobName is { Length: > 0 } name) line.Append(" (").Append(name).Append(')');
        return line.Append(": ").Append(reason.ReplaceLineEndings(" ")).ToString();
    }
}

/// <summary>What is being done and for which job, so that an error can say so.</summary>
public sealed record CatalogWork(string Operation, JobId? Job = null, string? JobName = null);
