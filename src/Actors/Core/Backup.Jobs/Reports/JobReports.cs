using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Jobs.Reports;

/// <summary>What a report has that the job's own events do not: from the catalog, where it is known.</summary>
public sealed record ReportAdditions(IReadOnlyList<UnsavedFile> FirstUnsaved, long? FilesUnchanged = null)
{
    public static readonly ReportAdditions None = new([]);
}

/// <summary>Makes a job's report from its status. Pure.</summary>
public static class JobReports
{
    /// <summary>What stands for the compression of a FileSet that has none.</summary>
    internal const string NoCompression = "none";

    /// <summary>Of a job that has ended; throws InvalidOperationException for any other.</summary>
    public static JobReport Of(JobStatus status, ReportAdditions additions)
    {
        if (status.EndedAt is not { } ended) throw new InvalidOperationException($"job {status.Job} has not ended");
        return new JobReport(
            SubjectOf(status),
            new JobReportTimes(status.Specification!.Scheduled, status.Queued, status.Started, ended),
            CountsOf(status, additions),
            StagesOf(status),
            [.. additions.FirstUnsaved.Take(JobReport.ListedMax)],
            ProblemsOf(status),
            new JobReportEnd(status.State, status.EndReason, status.Committed),
            [.. (status.Stored?.Volumes ?? []).Where(span => span.Bytes > 0).Select(span => new VolumeBytes(span.Volume, span.Bytes))]);
    }

    private static IReadOnlyList<StageTime> StagesOf(JobStatus status) => status.Restored is { } restored
        ? [new StageTime("plan", status.Planning.TotalSeconds), .. restored.Stages]
        : [.. status.Client?.Stages ?? [], .. status.Storage?.Stages ?? []];

    private static JobReportSubject SubjectOf(JobStatus status)
    {
        JobSpecification wanted = status.Specification!;
        return new JobReportSubject(
            status.Job, wanted.JobName, wanted.Type, wanted.Level, status.LevelRun, status.UpgradeReason ?? "", status.Reference?.Job,
            wanted.Client, wanted.FileSet?.Name ?? "", wanted.Storage, wanted.Pool, VolumesOf(status), wanted.User,
            CompressionOf(wanted.FileSet), wanted.Restore is { } restore ? TargetOf(restore) : "");
    }

    private static IReadOnlyList<string> VolumesOf(JobStatus status) =>
        status.Stored is { Volumes.Count: > 0 } stored ? [.. stored.Volumes.Select(span => span.Volume).Distinct(StringComparer.Ordinal)]
        : status.Plan is { } plan ? plan.Volumes
        : status.Committed.Volume is { } volume ? [volume]
        : [];

    private static string CompressionOf(FileSet? fileSet) => fileSet switch
    {
        null => "",
        { Compression: CompressionKind.None } => NoCompression,
        _ => $"{fileSet.Compression} level {fileSet.CompressionLevel}",
    };

    private static string TargetOf(RestoreSelection restore) =>
        (restore.Target.Length == 0 ? "the original places" : ByteText.Show(restore.Target))
            + (restore.DryRun ? " (dry run: nothing written)" : "");

    private static JobReportCounts CountsOf(JobStatus status, ReportAdditions additions)
    {
        if (status.Restored is { } restored)
            return new JobReportCounts(
                restored.Entries, 0, null, 0, 0, 0, 0, 0, 0, 0, restored.ProblemCount, restored.Files, restored.BytesWritten,
                    restored.Verified, restored.Skipped);
        SessionTotals totals = status.Client?.Seal?.Totals ?? new SessionTotals(0, 0, 0, 0, status.Committed.Position.Data, 0, 0, 0);
        return new JobReportCounts(
            totals.Entries, totals.FilesSaved, additions.FilesUnchanged, totals.BytesRead, totals.BytesSent,
                status.Stored?.BytesStored ?? 0,
            totals.Nodes, totals.DataRecords, status.Client?.Retried ?? 0, totals.Unsaved, totals.Warnings);
    }

    private static IReadOnlyList<string> ProblemsOf(JobStatus status) => status.Restored is { } restored
        ? [.. restored.FirstProblems.Take(JobReport.ListedMax).Select(problem => $"{ByteText.Show(problem.Path)}: {problem.Reason}")]
        : status.Plan is { } plan ? [.. plan.Missing.Take(JobReport.ListedMax)] : [];
}
