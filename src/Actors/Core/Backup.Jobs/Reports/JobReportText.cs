using System.Globalization;
using System.Text;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Jobs.Reports;

/// <summary>A report as lines of "label: value", the labels aligned, as Bacula's users know it.</summary>
public static class JobReportText
{
    private const int LabelColumns = 24;

    /// <summary>Lines end with a line feed; times are UTC.</summary>
    public static string Render(JobReport report)
    {
        var text = new StringBuilder();
        Subject(text, report.Subject);
        Times(text, report.Times);
        if (report.Subject.Type == JobType.Restore) RestoreCounts(text, report);
        else BackupCounts(text, report);
        Stages(text, report);
        Listed(text, report);
        End(text, report);
        return text.ToString();
    }

    private static void Subject(StringBuilder text, JobReportSubject subject)
    {
        Line(text, "JobId", subject.Job.ToString());
        Line(text, "Job", subject.JobName);
        Line(text, "Type", subject.Type.ToString());
        if (subject.Type == JobType.Backup)
        {
            Line(text, "Level", LevelOf(subject));
            Line(text, "FileSet", subject.FileSet);
            Line(text, "Pool", subject.Pool);
            Line(text, "Compression", subject.Compression);
        }
        else Line(text, "Where", subject.Target);
        Line(text, "Client", subject.Client);
        Line(text, "Storage", subject.Storage);
        Line(text, "Volumes", subject.Volumes.Count > 0 ? string.Join(", ", subject.Volumes) : "none");
        Line(text, "User", subject.User);
    }

    private static string LevelOf(JobReportSubject subject) =>
        subject.LevelRun == JobLevel.None ? subject.LevelAsked.ToString()
        : subject.LevelReason.Length > 0 ? $"{subject.LevelRun}, upgraded from {subject.LevelAsked}: {subject.LevelReason}"
        : subject.ReferenceJob is { } job ? $"{subject.LevelRun}, against the tree of job {job}"
        : subject.LevelRun.ToString();

    private static void Times(StringBuilder text, JobReportTimes times)
    {
        Line(text, "Scheduled", times.Scheduled.ToString());
        Line(text, "Started", times.Started?.ToString() ?? "never");
        Line(text, "Ended", times.Ended.ToString());
        Line(text, "Elapsed", Figures.Duration(times.Elapsed));
    }

    private static void BackupCounts(StringBuilder text, JobReport report)
    {
        JobReportCounts counts = report.Counts;
        Line(text, "Entries", Figures.Count(counts.Entries));
        Line(text, "Files saved", Figures.Count(counts.FilesSaved));
        if (counts.FilesUnchanged is { } unchanged) Line(text, "Files unchanged", Figures.Count(unchanged));
        Line(text, "Bytes read", Figures.Bytes(counts.BytesRead));
        Line(text, "Bytes sent", Figures.Bytes(counts.BytesSent));
        Line(text, "Bytes stored", Figures.Bytes(counts.BytesStored));
        foreach (VolumeBytes volume in report.OnVolumes) Line(text, "  on volume", $"{volume.Volume}: {Figures.Bytes(volume.Bytes)}");
        Line(text, "Saved by compression", report.Subject.Compression == JobReports.NoCompression ? "off"
            : string.Create(CultureInfo.InvariantCulture, $"{report.Saving * 100:0.0} %"));
        Line(text, "Rate", Figures.Rate(report.BytesPerSecond));
        Line(text, "New tree nodes", Figures.Count(counts.Nodes));
        Line(text, "Data records", Figures.Count(counts.DataRecords));
        Line(text, "Read again", Figures.Count(counts.Retried));
        Line(text, "Not saved", Figures.Count(counts.Unsaved));
        Line(text, "Warnings", Figures.Count(counts.Warnings));
    }

    private static void RestoreCounts(StringBuilder text, JobReport report)
    {
        JobReportCounts counts = report.Counts;
        Line(text, "Entries", Figures.Count(counts.Entries));
        Line(text, "Files restored", Figures.Count(counts.FilesRestored));
        Line(text, "Bytes written", Figures.Bytes(counts.BytesWritten));
        Line(text, "Digests checked", Figures.Count(counts.Verified));
        Line(text, "Skipped", Figures.Count(counts.Skipped));
        Line(text, "Rate", Figures.Rate(report.BytesPerSecond));
        Line(text, "Problems", Figures.Count(counts.Warnings));
    }

    private static void Stages(StringBuilder text, JobReport report)
    {
        long bytes = report.Subject.Type == JobType.Restore ? report.Counts.BytesWritten : report.Counts.BytesRead;
        foreach (StageTime stage in report.Stages)
        {
            string rate = stage.Seconds > 0 && bytes > 0 ? $" ({Figures.Rate(bytes / stage.Seconds)})" : "";
            Line(text, $"  {stage.Stage}", string.Create(CultureInfo.InvariantCulture, $"{stage.Seconds:0.000} s{rate}"));
        }
    }

    private static void Listed(StringBuilder text, JobReport report)
    {
        foreach (UnsavedFile file in report.FirstUnsaved)
            Line(text, "  not saved", $"{ByteText.Show(file.Path)}: {file.Reason}{(file.Detail.Length > 0 ? $" ({file.Detail})" : "")}");
        if (report.FirstUnsaved.Count > 0) Rest(text, report.Counts.Unsaved - report.FirstUnsaved.Count(file => !file.IsByRule));
        foreach (string problem in report.FirstProblems) Line(text, "  problem", problem);
        if (report.FirstProblems.Count > 0) Rest(text, report.Counts.Warnings - report.FirstProblems.Count);
    }

    private static void Rest(StringBuilder text, long more)
    {
        if (more > 0) Line(text, "", $"and {Figures.Count(more)} more");
    }

    private static void End(StringBuilder text, JobReport report)
    {
        if (report.End.State is not (JobState.Ok or JobState.OkWithWarnings) && report.Subject.Type == JobType.Backup)
            Line(text, "Committed", report.End.Committed.ToString());
        if (report.End.Reason.Length > 0) Line(text, "Reason", report.End.Reason);
        Line(text, "Termination", $"{report.Subject.Type} {report.End.State.Words()}");
    }

    private static void Line(StringBuilder text, string label, string value) =>
        text.Append($"{(label.Length > 0 ? label + ":" : "").PadRight(LabelColumns)} {value}\n");
}
