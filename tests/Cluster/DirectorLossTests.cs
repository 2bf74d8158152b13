using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;
using Xunit.Abstractions;

namespace Backup.Tests.Cluster;

/// <summary>
/// The only director is killed in the middle of a job and started again. BACKUP_TEST_AWAY says for how many seconds it is away, 12 without;
/// the source is as large as the line between client and storage makes it last.
/// </summary>
public sealed class DirectorLossTests(ITestOutputHelper output)
{
    private const int LineBytesPerSecond = 2_000_000, FileBytes = 500_000, SecondsAround = 15;
    private static readonly int Away =
        int.Parse(Environment.GetEnvironmentVariable("BACKUP_TEST_AWAY") ?? "12", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Req", "NET-18")]
    [Trait("Req", "NET-19")]
    [Trait("Req", "NET-20")]
    public void A_job_whose_director_is_killed_and_comes_back_never_stops_storing_and_ends_ok(bool withCertificates)
    {
        using var nodes = new ThreeNodes(LineBytesPerSecond);
        string tree = Tree(nodes.Scratch("tree"));
        nodes.Start(withCertificates);
        long job = nodes.Director.Documents("run", "job=j", $"root={tree}", "yes").End.GetProperty("jobid").GetInt64();
        ThreeNodes.Eventually(Limit, () => Written(nodes) > FileBytes, () => $"bytes on the volume\n{Logs(nodes)}");

        nodes.Director.Kill();
        ItNeverStopped(nodes);
        nodes.Director.Start();
        TimeSpan seen = ThreeNodes.Eventually(Limit, nodes.IsTogether, () => $"storage and client are with the director\n{Logs(nodes)}");
        output.WriteLine($"with the director again {seen.TotalSeconds:0.0} s after it answers, {Written(nodes):#,0} bytes written by then");
        nodes.Line.Open();
        ConsoleAnswer end = nodes.Director.Documents("wait", $"jobid={job}", "timeout=2min");
        foreach (JsonElement line in Log(nodes, job)) output.WriteLine(line.ToString());
        Assert.True(end.Run.Status == 0, $"{end.Run.Output}\n{Logs(nodes)}");
        end.JobInState("OK");
        IsWhole(nodes, job, tree);
    }

    /// <summary>While the director is away: each second the drive's thread has put more on the volume.</summary>
    private void ItNeverStopped(ThreeNodes nodes)
    {
        using var never = new ManualResetEventSlim();
        long since = Stopwatch.GetTimestamp();
        double before = Written(nodes), first = before, longest = 0;
        long grewAt = since;
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(Away))
        {
            never.Wait(TimeSpan.FromMilliseconds(500));
            double now = Written(nodes);
            if (now > before)
            {
                longest = Math.Max(longest, Stopwatch.GetElapsedTime(grewAt).TotalSeconds);
                (before, grewAt) = (now, Stopwatch.GetTimestamp());
            }
            Assert.True(Stopwatch.GetElapsedTime(grewAt) < TimeSpan.FromSeconds(5), $"nothing was written for 5 s\n{nodes.Storage.Log}");
        }
        output.WriteLine($"{Away} s without director: {before - first:#,0} bytes written, longest stand {longest:0.0} s");
    }

    private static void IsWhole(ThreeNodes nodes, long job, string tree)
    {
        Assert.Equal(
            Directory.GetFileSystemEntries(tree, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
            nodes.Director.Documents("list", "files", $"jobid={job}", $"path={tree}").Rows
                .Select(row => row.GetProperty("path").GetString()!).Where(path => path != tree).Order(StringComparer.Ordinal));
        JsonElement[] log = Log(nodes, job);
        string[] times = [.. log.Select(line => line.GetProperty("time").GetString()!)];
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
        Assert.Single(log, line => $"{line.GetProperty("text")}".Contains("the director was started again", StringComparison.Ordinal));
        Assert.Equal("OK", log[^1].GetProperty("text").GetString());
        string target = nodes.Scratch("restored");
        nodes.Director.Documents("restore", $"jobid={job}", $"where={target}", "wait=yes", "yes").JobInState("OK");
        HostileFolder.AreEqual(tree, target + tree);
        ThreeNodes.Eventually(Limit, () => Owed(nodes).Length == 0, () => $"nothing is owed: {string.Join(", ", Owed(nodes))}");
    }

    /// <summary>Files of the storage's outbox; the highest epoch that it has seen is kept there too, for good.</summary>
    private static string[] Owed(ThreeNodes nodes) =>
        [.. Directory.GetFiles(Path.Combine(nodes.Storage.Data, "outbox"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "epoch")];

    private static JsonElement[] Log(ThreeNodes nodes, long job) => [.. nodes.Director.Documents("log", $"jobid={job}").OfKind("log")];

    private static double Written(ThreeNodes nodes) => Figures.Of(nodes.StorageFigures, "backup_storage_written_bytes_total");

    private static string Logs(ThreeNodes nodes) => $"{nodes.Director.Log}\n--\n{nodes.Storage.Log}\n--\n{nodes.Client.Log}";

    /// <summary>Files that do not compress, for as many seconds as the line needs for the absence and what is around it.</summary>
    private static string Tree(string folder)
    {
        var random = new Random(1);
        var content = new byte[FileBytes];
        for (int i = 0; i < (long)LineBytesPerSecond * (Away + SecondsAround) / FileBytes; i++)
        {
            string place = Path.Combine(folder, $"folder-{i % 7}");
            Directory.CreateDirectory(place);
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(place, $"file-{i:000}"), content);
            File.WriteAllText(Path.Combine(place, $"small-{i:000}"), $"{i}");
        }
        return folder;
    }
}
