using Backup.Jobs.Jobs;
using Backup.Jobs.Reports;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;

namespace Backup.Tests.Unit.Jobs;

public class JobReportTests
{
    [Fact]
    public void Render_of_a_backup_shows_its_figures_aligned()
    {
        JobStatus status = JobLife.Saving().Tell(JobLife.ClientDone(JobLife.Totals(unsaved: 3)), JobLife.StorageDone(),
            JobLife.CatalogDone()).Status;
        JobReport report = JobReports.Of(status, new ReportAdditions([new UnsavedFile("/home/a\xff"u8.ToArray(),
            UnsavedReason.PermissionDenied, "EACCES")]));
        string[] lines = JobReportText.Render(report).Split('\n');
        Assert.Contains("Files saved:             8", lines);
        Assert.Contains("Bytes read:              5,000 B (4.9 KiB)", lines);
        Assert.Contains("Saved by compression:    20.0 %", lines);
        Assert.Contains("Volumes:                 Vol-0001", lines);
        Assert.Contains("                         and 2 more", lines);
        Assert.Contains("Termination:             Backup OK with warnings", lines);
        Assert.All(lines[..^1], line => Assert.Equal(' ', line[24]));
    }

    [Fact]
    public void Render_of_a_cut_backup_names_reason_and_commit_point()
    {
        JobStatus status = JobLife.Saving().Tell(
            new CommitReported(new StreamPosition(5, 2), "/home/m", "Vol-0001"), JobLife.ClientCut("cut"), new StorageReported(null, "cut",
                [])).Status;
        string text = JobReportText.Render(JobReports.Of(status, ReportAdditions.None));
        Assert.Contains("Committed:               last commit point: data record 5, index record 2, after /home/m, on volume Vol-0001\n",
            text, StringComparison.Ordinal);
        Assert.EndsWith("Termination:             Backup Incomplete\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_keeps_its_figures_through_its_wire_form()
    {
        JobReport report = JobReports.Of(JobLife.Restoring().Tell(JobLife.Restored(1)).Status, ReportAdditions.None);
        Assert.Equal(JobReportText.Render(report), JobReportText.Render(CborMap.Decode<JobReport>(CborMap.Encode(report))));
    }

    [Theory]
    [InlineData(0.25, "0.250 s")]
    [InlineData(67, "1 min 7 s")]
    [InlineData(183840, "2 d 3 h 4 min")]
    public void Duration_is_written_with_units(double seconds, string text) =>
        Assert.Equal(text, Figures.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void The_log_of_a_restore_says_what_came_back()
    {
        JobLife life = JobLife.Restoring().Tell(JobLife.Restored(0));
        Assert.Contains(life.Last.Effects, effect => effect is LogLine { Text: "restored 9 entries, 5 files, 1000 bytes" });
    }
}
