using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Messages.Jobs;

/// <summary>Who ran what against what: the head of a job's report. Empty strings where a figure does not apply.</summary>
public sealed record JobReportSubject(
    JobId Job,
    string JobName,
    JobType Type,
    JobLevel LevelAsked,
    JobLevel LevelRun,
    string LevelReason,
    JobId? ReferenceJob,
    string Client,
    string FileSet,
    string Storage,
    string Pool,
    IReadOnlyList<string> Volumes,
    string User,
    string Compression,
    string Target);

/// <summary>When; Started is null for a job that never ran.</summary>
public sealed record JobReportTimes(Instant Scheduled, Instant Queued, Instant? Started, Instant Ended)
{
    /// <summary>From the start, or from the queueing of a job that never ran, to the end.</summary>
    public TimeSpan Elapsed => Ended.Since(Started ?? Queued) is { Ticks: > 0 } span ? span : TimeSpan.Zero;
}

/// <summary>
/// Counted facts. BytesRead: content read from files; BytesSent: after sparse detection and compression; BytesStored: on the volume.
/// FilesUnchanged is null where nobody counted them. Of a restore: BytesWritten, Verified and Skipped.
/// </summary>
public sealed record JobReportCounts(
    long Entries,
    long FilesSaved,
    long? FilesUnchanged,
    long BytesRead,
    long BytesSent,
    long BytesStored,
    long Nodes,
    long DataRecords,
    long Retried,
    long Unsaved,
    long Warnings,
    long FilesRestored = 0,
    long BytesWritten = 0,
    long Verified = 0,
    long Skipped = 0);

/// <summary>Bytes of a job's data records on one volume. Over all volumes they add up to BytesStored.</summary>
public sealed record VolumeBytes(string Volume, long Bytes);

/// <summary>How the job ended, why, and the last commit point where it is not all there.</summary>
public sealed record JobReportEnd(JobState State, string Reason, CommitPoint Committed);

/// <summary>Everything an administrator looks for after a job, as data. The text is made from it, so both always say the same.</summary>
public sealed record JobReport(
    JobReportSubject Subject,
    JobReportTimes Times,
    JobReportCounts Counts,
    IReadOnlyList<StageTime> Stages,
    IReadOnlyList<UnsavedFile> FirstUnsaved,
    IReadOnlyList<string> FirstProblems,
    JobReportEnd End,
    IReadOnlyList<VolumeBytes>? PerVolume = null)
{
    /// <summary>What a backup wrote to each volume, in their order; empty where the storage did not say.</summary>
    public IReadOnlyList<VolumeBytes> OnVolumes => PerVolume ?? [];

    /// <summary>How many unsaved files and problems a report lists; the counts are always of all.</summary>
    public const int ListedMax = 20;

    /// <summary>Sent bytes a second of elapsed time (of a restore: written bytes); 0 for a job of no measurable length.</summary>
    public double BytesPerSecond => Times.Elapsed.TotalSeconds > 0
        ? (Subject.Type == JobType.Restore ? Counts.BytesWritten : Counts.BytesSent) / Times.Elapsed.TotalSeconds
        : 0;

    /// <summary>Part of the bytes read that was not sent, 0 to 1: what compression and holes saved. Negative where data grew; 0 where
    /// nothing was read.</summary>
    public double Saving => Counts.BytesRead > 0 ? 1 - (double)Counts.BytesSent / Counts.BytesRead : 0;
}
