using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Catalog.Jobs;

/// <summary>
/// A job that is to run. FileSetHash names the version of the FileSet recorded with <c>Clients.RecordFileSet</c>; null for jobs without.
/// </summary>
public sealed record NewJob(
    string Name,
    JobType Type,
    JobLevel LevelAsked,
    string Client,
    string? FileSet,
    Hash256? FileSetHash,
    Instant Scheduled,
    bool JoinsReferences = true,
    string User = "");

/// <summary>What is to change of a job that goes on; null leaves the field as it is.</summary>
public sealed record JobChange(JobState? State = null, string? Reason = null, JobLevel? Level = null, Instant? Started = null,
    JobId? ReferenceJob = null);

/// <summary>How a job ended. Files and bytes: saved by a backup, written by a restore.</summary>
public sealed record JobEnding(JobState State, string Reason, Instant Ended, long Files, long Bytes);

/// <summary>
/// One job as it is known. Pools and volumes are those its session lies on, in the session's order.
/// </summary>
public sealed record JobRow(
    JobId Id,
    string Name,
    JobType Type,
    JobLevel LevelAsked,
    JobLevel Level,
    string Client,
    string? FileSet,
    Hash256? FileSetHash,
    JobState State,
    string Reason,
    Instant Scheduled,
    Instant? Started,
    Instant? Ended,
    long Files,
    long Bytes,
    JobId? ReferenceJob,
    bool JoinsReferences,
    string User,
    SessionId? Session,
    NodeId Root,
    IReadOnlyList<string> Pools,
    IReadOnlyList<string> Volumes);

/// <summary>Which jobs are wanted; null asks for any. Newest first, at most Limit (capped at <see cref="LimitMax"/>).</summary>
public sealed record JobFilter(
    JobId? Id = null,
    string? Name = null,
    string? Client = null,
    string? FileSet = null,
    JobType? Type = null,
    JobLevel? Level = null,
    JobState? State = null,
    Instant? ScheduledFrom = null,
    Instant? ScheduledUntil = null,
    string? Volume = null,
    int Limit = 100)
{
    public const int LimitMax = 10_000;
}

/// <summary>A job whose tree may be compared against.</summary>
public sealed record ReferenceJob(JobId Job, SessionId Session, JobLevel Level, NodeId Root, Instant ScanStarted, Instant Started);

/// <summary>The reference found, or why there is none, in words that finish the sentence "upgraded to Full: ...".</summary>
public sealed record ReferenceChoice(ReferenceJob? Reference, string WhyNot);

/// <summary>For which run a reference is wanted: same job, client and FileSet definition; Level is Differential or Incremental; Asking is
/// the run itself, which is no candidate.</summary>
public sealed record ReferenceQuestion(string JobName, string Client, Hash256 FileSetHash, JobLevel Level, JobId? Asking = null);
