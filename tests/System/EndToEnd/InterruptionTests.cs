using System.Diagnostics;
using System.Text.Json;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>A job that is ended from outside, by its operator or by the death of its node.</summary>
public sealed class InterruptionTests : NodeTest
{
    private const int Files = 48, FileBytes = 32 << 20, CanceledStatus = 4, IncompleteStatus = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public void A_node_killed_in_the_middle_of_a_job_ends_it_at_its_last_commit_point()
    {
        string folder = BigFolder(), small = Folder("small", ("file", "content"));
        CommitOften();
        Node.Start();
        long killed = Begin(folder);
        AwaitCommit(killed);
        Node.Kill();
        Node.Start();
        ConsoleAnswer wait = Node.Documents("wait", $"jobid={killed}");
        wait.JobInState("Incomplete");
        wait.Run.EndsWith(IncompleteStatus);
        string report = Node.Console("report", $"jobid={killed}").EndsWith(0).Output;
        Assert.Contains(folder, report, StringComparison.Ordinal);           // the path of the last commit point
        Assert.Contains("Quickstart-0001", report, StringComparison.Ordinal); // and its volume
        Node.Console("restore", $"jobid={killed}", $"where={Scratch("r")}", "yes").IsRefused(1, "Incomplete");
        HostileFolder.AreEqual(small, Restore(Backup(small), small));
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["verify", Volume]).EndsWith(0); // a session that was cut off is no fault of its volume
    }

    [Fact]
    public void A_node_killed_before_the_first_commit_point_leaves_no_name_behind_that_blocks_the_next_job()
    {
        string folder = Folder("tree", ("file", "content"));
        Node.Start();
        long failed = Begin(BigFolder());
        Await(() => Directory.Exists(Volumes) && Directory.GetFiles(Volumes).Length > 0);
        Node.Kill();
        Node.Start();
        Node.Documents("wait", $"jobid={failed}").Run.EndsWith(State(failed) == "Failed" ? 1 : IncompleteStatus);
        HostileFolder.AreEqual(folder, Restore(Backup(folder), folder));
    }

    [Fact]
    public void A_job_canceled_in_the_middle_ends_as_canceled_and_the_next_one_runs()
    {
        string folder = BigFolder(), small = Folder("small", ("file", "content"));
        CommitOften();
        Node.Start();
        long job = Begin(folder);
        AwaitCommit(job);
        Node.Console("cancel", $"jobid={job}").EndsWith(0);
        ConsoleAnswer wait = Node.Documents("wait", $"jobid={job}");
        wait.JobInState("Canceled");
        wait.Run.EndsWith(CanceledStatus);
        Assert.Equal("Canceled", State(job));
        HostileFolder.AreEqual(small, Restore(Backup(small), small));
    }

    private string BigFolder()
    {
        string folder = Folder("big");
        WriteNoise(Path.Combine(folder, "file-00"), FileBytes, 0);
        for (int i = 1; i < Files; i++) File.Copy(Path.Combine(folder, "file-00"), Path.Combine(folder, $"file-{i:00}"));
        return folder;
    }

    private long Begin(string folder) =>
        Node.Documents("run", "job=quickstart", "level=Full", $"root={folder}", "yes").End.GetProperty("jobid").GetInt64();

    /// <summary>A machine is faster than the default interval: the job would be over before its first commit point.</summary>
    private void CommitOften() => Configure("folder = volumes,", "folder = volumes, commit-interval = 0.1 s,");

    private void AwaitCommit(long job) => Await(() =>
    {
        IReadOnlyList<JsonElement> rows = Node.Documents("status", "job", $"jobid={job}").Rows;
        Assert.DoesNotContain(rows, row => row.GetProperty("what").GetString() == "ended");
        return rows.Any(row => row.GetProperty("what").GetString() == "committed");
    });

    private string? State(long job) => Job(job).GetProperty("state").GetString();

    private static void Await(Func<bool> isSo)
    {
        long since = Stopwatch.GetTimestamp();
        while (!isSo()) Assert.True(Stopwatch.GetElapsedTime(since) < Limit, "what was waited for did not come");
    }
}
