using System.Text.Json;
using Backup.TestKit.Processes;

namespace Backup.Tests.System.EndToEnd;

/// <summary>The commands that show: each for people and, with --json, for programs.</summary>
public sealed class ConsoleCommandTests : NodeTest
{
    private const string Text = "hello, volume";

    [Fact]
    public void Every_list_has_its_rows()
    {
        string folder = Folder("tree", ("a", Text), ("b/c", Text));
        Node.Start();
        long job = Backup(folder);

        JsonElement run = Assert.Single(Shown("list", "jobs", $"jobid={job}").Rows);
        Assert.Equal(("quickstart", "Full", "OK", 2), (
            run.GetProperty("job").GetString(), run.GetProperty("level").GetString(), run.GetProperty("state").GetString(),
            run.GetProperty("files").GetInt32()));
        Assert.True(run.GetProperty("bytes").GetInt32() >= 2 * Text.Length);
        Assert.Equal([$"{folder}/a", $"{folder}/b", $"{folder}/b/c"], Paths("list", "files", $"jobid={job}", $"path={folder}").Skip(1));
        Assert.Single(Paths("list", "files", $"jobid={job}", $"path={folder}", "limit=1"));
        Assert.Empty(Shown("list", "unsaved", $"jobid={job}").Rows);
        JsonElement volume = Assert.Single(Shown("list", "volumes", $"jobid={job}").Rows);
        Assert.Equal(("Quickstart-0001", 1), (volume.GetProperty("volume").GetString(), volume.GetProperty("jobs").GetInt32()));
        Assert.Equal("quickstart-client", Assert.Single(Shown("list", "clients").Rows).GetProperty("name").GetString());
        Assert.Equal("quickstart", Assert.Single(Shown("list", "filesets").Rows).GetProperty("name").GetString());
        Assert.Equal("quickstart-pool", Assert.Single(Shown("list", "pools").Rows).GetProperty("name").GetString());
        Assert.NotEmpty(Shown("log", $"jobid={job}").OfKind("log"));
    }

    [Fact]
    public void Every_status_shows_the_part_it_is_about()
    {
        string folder = Folder("tree", ("a", Text));
        Node.Start();
        long job = Backup(folder);
        Assert.Contains("quickstart-node", Said("status", "director"), StringComparison.Ordinal);
        JsonElement storage = Assert.Single(Shown("status", "storage").Rows);
        Assert.Equal(("quickstart-storage", "idle"),
            (storage.GetProperty("storage").GetString(), storage.GetProperty("state").GetString()));
        JsonElement client = Assert.Single(Shown("status", "client").Rows);
        Assert.Equal(("quickstart-client", "attached"),
            (client.GetProperty("client").GetString(), client.GetProperty("state").GetString()));
        Assert.Contains(Shown("status", "job", $"jobid={job}").Rows, row =>
            row.GetProperty("what").GetString() == "state" && row.GetProperty("value").GetString() == "OK");
        Assert.Contains("backup-node", Said("version"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_has_the_figures_of_its_run()
    {
        string folder = Folder("tree", ("a", Text), ("b", Text));
        Node.Start();
        string report = Said("report", $"jobid={Backup(folder)}");
        foreach (string word in new[] { "quickstart-client", "Quickstart-0001", "Full", "OK", $"{2 * Text.Length}" })
            Assert.Contains(word, report, StringComparison.Ordinal);
    }

    [Fact]
    public void An_estimate_counts_what_a_run_would_save_and_saves_nothing()
    {
        string folder = Folder("tree", ("a", Text), ("b", Text));
        Node.Start();
        JsonElement full = Assert.Single(Shown("estimate", "job=quickstart", "level=Full", $"root={folder}").Rows);
        Assert.Equal((2, 2 * Text.Length), (full.GetProperty("files_to_save").GetInt32(), full.GetProperty("bytes_to_save").GetInt32()));
        Assert.Empty(Shown("list", "jobs").Rows);
        Backup(folder);
        File.WriteAllText(Path.Combine(folder, "new"), Text);
        JsonElement next = Assert.Single(Shown("estimate", "job=quickstart", "level=Incremental", $"root={folder}").Rows);
        Assert.Equal(3, next.GetProperty("files").GetInt32());
        Assert.InRange(next.GetProperty("files_to_save").GetInt32(), 1, 3); // what is younger than the last scan may be counted too
    }

    [Fact]
    public void Waiting_for_a_run_that_has_ended_tells_how()
    {
        string folder = Folder("tree", ("a", Text));
        Node.Start();
        long job = Node.Documents("run", "job=quickstart", $"root={folder}", "yes").End.GetProperty("jobid").GetInt64();
        Assert.Equal(job, Node.Documents("wait", $"jobid={job}").JobInState("OK"));
        Assert.Equal(job, Node.Documents("wait", $"jobid={job}").JobInState("OK"));
        ProgramRun cancel = Node.Console("cancel", $"jobid={job}");
        Assert.Equal(1, cancel.Status);
        Assert.Contains("has ended", cancel.Output, StringComparison.Ordinal);
        Assert.Equal("OK", Job(job).GetProperty("state").GetString());
    }

    [Fact]
    public void What_cannot_be_read_is_listed_with_its_reason()
    {
        string folder = Folder("tree", ("a", Text), ("secret", Text));
        ProgramRun.Of("/bin/chmod", ["0", Path.Combine(folder, "secret")]).EndsWith(0);
        Node.Start("/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search");
        long job = Backup(folder, state: "OK with warnings");
        JsonElement unsaved = Assert.Single(Shown("list", "unsaved", $"jobid={job}").Rows);
        Assert.Equal($"{folder}/secret", unsaved.GetProperty("path").GetString());
    }

    /// <summary>The answer's documents; the same command for people ends well too, and both say where a table is empty.</summary>
    private ConsoleAnswer Shown(params string[] words)
    {
        Node.Console(words).EndsWith(0);
        ConsoleAnswer answer = Node.Documents(words);
        answer.Run.EndsWith(0);
        Assert.Equal(0, answer.End.GetProperty("status").GetInt32());
        return answer;
    }

    private string Said(params string[] words) => Node.Console(words).EndsWith(0).Output;

    private IEnumerable<string> Paths(params string[] words) => Shown(words).Rows.Select(row => row.GetProperty("path").GetString()!);
}
