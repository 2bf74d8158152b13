using Backup.TestKit.Processes;
using Backup.TestKit.Trees;
using Microsoft.Data.Sqlite;

namespace Backup.Tests.System.EndToEnd;

/// <summary>What the node finds at its start or on its disk and cannot work with: one line, status 1, and nothing is changed.</summary>
public sealed class BadStateTests : NodeTest
{
    private const int Refused = 1;

    [Fact]
    public void A_catalog_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        RunOnce();
        string catalog = Path.Combine(Node.Data, "catalog/catalog.db");
        using (var connection = new SqliteConnection($"Data Source={catalog};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_version (version) VALUES (999)";
            command.ExecuteNonQuery();
        }
        byte[] before = File.ReadAllBytes(catalog);
        StartIsRefused(catalog, "999");
        Assert.Equal(before, File.ReadAllBytes(catalog));
    }

    [Theory]
    [InlineData("journal/journal.db")]
    [InlineData("catalog/catalog.db")]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is(string name)
    {
        string file = Path.Combine(Node.Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        byte[] garbage = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];
        File.WriteAllBytes(file, garbage);
        StartIsRefused(file);
        Assert.Equal(garbage, File.ReadAllBytes(file));
    }

    [Fact]
    public void Unknown_words_of_the_configuration_are_named_each_with_its_line()
    {
        Configure("level = Incremental", "level = Incrementall\n    pol = quickstart-pool");
        ProgramRun run = Run();
        run.EndsWith(Refused);
        Assert.Contains("node.conf:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Incrementall", run.Errors, StringComparison.Ordinal);
        Assert.Contains("pool", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, run.Errors.TrimEnd('\n').Split('\n').Length);
        Assert.False(Directory.Exists(Path.Combine(Node.Data, "catalog")));
        ProgramRun.Of(BuiltPrograms.Node, ["check", Node.Configuration]).EndsWith(Refused);
    }

    [Fact]
    public void A_socket_whose_path_is_too_long_is_refused()
    {
        string data = Path.Combine(Node.Data, new string('d', 120));
        ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", Node.Configuration, "--data", data]).IsRefused(Refused, "107", "backup.sock");
    }

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using var taken = new global::System.Net.Sockets.TcpListener(global::System.Net.IPAddress.Loopback, 0);
        taken.Start();
        string port = $"127.0.0.1:{((global::System.Net.IPEndPoint)taken.LocalEndpoint).Port}";
        Configure("bulk-listen = \"127.0.0.1:0\"", $"bulk-listen = \"{port}\"");
        StartIsRefused(port);
    }

    [Theory]
    [InlineData("run --config")]
    [InlineData("walk")]
    [InlineData("run --config a.conf --colour red")]
    public void Wrong_words_to_the_node_are_wrong_usage(string words) =>
        ProgramRun.Of(BuiltPrograms.Node, words.Split(' ')).IsRefused(2, "backup-node");

    [Theory]
    [InlineData("list")]
    [InlineData("extract v")]
    [InlineData("verify")]
    public void Wrong_words_to_the_volume_tool_are_wrong_usage(string words) =>
        ProgramRun.Of(BuiltPrograms.VolumeTool, words.Split(' ')).IsRefused(2, "backup-volume");

    [Fact]
    public void A_full_disk_ends_the_job_with_its_reason_and_not_the_node()
    {
        if (!Environment.IsPrivilegedProcess) return; // only root may mount a file system that is small
        Directory.CreateDirectory(Volumes);
        ProgramRun.Of("/bin/mount", ["-t", "tmpfs", "-o", "size=24m", "none", Volumes]).EndsWith(0);
        try
        {
            string big = Folder("big"), small = Folder("small", ("file", "content"));
            for (int i = 0; i < 16; i++) WriteNoise(Path.Combine(big, $"file-{i:00}"), 4 << 20, i);
            Node.Start();
            ConsoleAnswer answer = Node.Documents("run", "job=quickstart", $"root={big}", "wait=yes", "yes");
            Assert.Contains(answer.End.GetProperty("state").GetString(), new[] { "Incomplete", "Failed" });
            long job = answer.End.GetProperty("jobid").GetInt64();
            string report = Node.Console("report", $"jobid={job}").EndsWith(0).Output;
            Assert.Contains("had no room", report, StringComparison.Ordinal);
            Assert.Contains("file system", report, StringComparison.Ordinal);
            ProgramRun.Of("/bin/mount", ["-o", "remount,size=64m", Volumes]).EndsWith(0);
            HostileFolder.AreEqual(small, Restore(Backup(small), small));
            Node.Stop();
        }
        finally
        {
            Node.Kill();
            ProgramRun.Of("/bin/umount", ["-l", Volumes]);
        }
    }

    private void RunOnce()
    {
        Node.Start();
        Node.Stop();
    }

    private ProgramRun Run() =>
        ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", Node.Configuration, "--data", Node.Data], TimeSpan.FromSeconds(60));

    private void StartIsRefused(params string[] words) => Run().IsRefused(Refused, words);
}
