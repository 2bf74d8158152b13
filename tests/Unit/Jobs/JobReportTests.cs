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
        Assert.Contains("Saved by compression:    off", lines);
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

    [Fact]
    [Trait("Req", "STA-01")]
    public void A_report_has_the_bytes_on_each_volume_and_their_sum()
    {
        VolumeSpan[] spans =
            [new("Vol-0001", default, 1, 9, 3000), new("Vol-0002", default, 1, 2, 1000), new("Vol-0003", default, 1, 1, 96)];
        JobStatus status = JobLife.Saving().Tell(JobLife.ClientDone(),
            new StorageReported(new SessionStored(JobLife.Sent, 10, 4096, spans), null, []), JobLife.CatalogDone()).Status;
        string[] lines = JobReportText.Render(JobReports.Of(status, ReportAdditions.None)).Split('\n');

        int sum = Array.IndexOf(lines, "Bytes stored:            4,096 B (4.0 KiB)");
        Assert.Equal(
            ["Vol-0001: 3,000 B (2.9 KiB)", "Vol-0002: 1000 B", "Vol-0003: 96 B"],
            lines[(sum + 1)..(sum + 4)].Select(line => line[25..]));
    }

    [Theory]
    [Trait("Req", "STA-02")]
    [InlineData("Zstd level 1", "62.3 %")]
    [InlineData("none", "off")]
    public void The_percentage_is_what_was_not_sent_of_what_was_read_where_compression_is_on(string compression, string shown)
    {
        JobReport report = JobReports.Of(JobLife.Saving().Tell(JobLife.ClientDone(), JobLife.StorageDone(), JobLife.CatalogDone()).Status,
            ReportAdditions.None);
        Assert.Equal("none", report.Subject.Compression);
        report = report with
        {
            Subject = report.Subject with { Compression = compression },
            Counts = report.Counts with { BytesRead = 1000, BytesSent = 377 },
        };
        Assert.Contains($"\nSaved by compression:    {shown}\n", JobReportText.Render(report), StringComparison.Ordinal);
    }
}
