using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Catalog.Log;

/// <summary>One line of a job's log, as the operator reads it.</summary>
public sealed record LogLine(JobId Job, Instant At, string Text);

/// <summary>One deed of an operator: who did what to what, and how it went.</summary>
public sealed record AuditLine(Instant At, string User, string Deed, string Outcome);

/// <summary>What was said by jobs and done by operators. Kept here alone: volumes do not have it.</summary>
public interface ILogCatalog
{
    /// <summary>Appends lines in one transaction, in their order.</summary>
    void Append(IReadOnlyList<LogLine> lines);

    /// <summary>A job's log in the order it was written, from <paramref name="skip"/> on.</summary>
    IReadOnlyList<LogLine> List(JobId job, int limit, int skip = 0);

    void AppendAudit(AuditLine line);

    /// <summary>The latest deeds, newest first.</summary>
    IReadOnlyList<AuditLine> ListAudit(int limit);
}
