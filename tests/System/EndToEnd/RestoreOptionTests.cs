using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>What 'restore' is asked for besides a jobid.</summary>
public sealed class RestoreOptionTests : NodeTest
{
    private const string Old = "as it was saved", New = "what stands there now";
    private static readonly DateTime Saved = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("always", Old, Old)]
    [InlineData("never", New, New)]
    [InlineData("ifnewer", New, Old)]
    [InlineData("ifolder", Old, New)]
    public void A_replace_rule_decides_what_becomes_of_files_in_the_way(string rule, string ofOlder, string ofNewer)
    {
        string folder = Folder("tree", ("older", Old), ("newer", Old), ("gone", Old));
        foreach (string file in Directory.GetFiles(folder)) File.SetLastWriteTimeUtc(file, Saved);
        Node.Start();
        long job = Backup(folder);
        File.Delete($"{folder}/gone");
        foreach ((string name, int years) in new[] { ("older", -1), ("newer", 1) })
        {
            File.WriteAllText($"{folder}/{name}", New);
            File.SetLastWriteTimeUtc($"{folder}/{name}", Saved.AddYears(years));
        }
        Restored("restore", $"jobid={job}", $"replace={rule}");
        string Now(string name) => File.ReadAllText($"{folder}/{name}");
        Assert.Equal((ofOlder, ofNewer, Old), (Now("older"), Now("newer"), Now("gone")));
    }

    [Fact]
    public void A_name_and_a_time_choose_the_newest_run_before_it()
    {
        string folder = Folder("tree", ("file", "first"));
        Node.Start();
        Backup(folder);
        string between = DateTime.UtcNow.AddSeconds(1).ToString("s") + "Z";
        while (string.CompareOrdinal(DateTime.UtcNow.ToString("s") + "Z", between) <= 0) Node.Console("status", "director");
        File.WriteAllText($"{folder}/file", "second");
        Backup(folder, "Incremental");
        Restored("restore", "job=quickstart", $"before={between}", $"where={Scratch("then")}");
        Restored("restore", "job=quickstart", $"where={Scratch("now")}");
        Restored("restore", "client=quickstart-client", $"where={Scratch("client")}");
        Assert.Equal("first", File.ReadAllText($"{Scratch("then")}{folder}/file"));
        Assert.Equal("second", File.ReadAllText($"{Scratch("now")}{folder}/file"));
        Assert.Equal("second", File.ReadAllText($"{Scratch("client")}{folder}/file"));
        Node.Console("restore", "job=quickstart", "before=2000-01-01", "yes").IsRefused(1, "quickstart", "2000-01-01");
    }

    [Fact]
    public void Several_paths_are_restored_and_one_that_is_not_there_is_named()
    {
        string folder = Folder("tree", ("a/one", "1"), ("a/two", "2"), ("b/three", "3"), ("c", "4"));
        Node.Start();
        long job = Backup(folder);
        Restored("restore", $"jobid={job}", $"file={folder}/a", $"file={folder}/b/three", $"where={Scratch("some")}");
        string[] files = [.. Directory.GetFiles(Scratch("some"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.Equal(new[] { "a/one", "a/two", "b/three" }.Select(file => $"{Scratch("some")}{folder}/{file}"), files);
        ConsoleAnswer lacking = Node.Documents(
            "restore", $"jobid={job}", $"file={folder}/nowhere", $"where={Scratch("none")}", "wait=yes", "yes");
        string report = Node.Console("report", $"jobid={lacking.JobInState("Incomplete")}").EndsWith(0).Output;
        Assert.Contains("nowhere", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restore_to_the_old_place_brings_the_tree_back_as_it_was()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"), shallow: true);
        using HostileFolder copy = tree.CopyTo(Scratch("copy"));
        Node.Start();
        long job = Backup(tree.Folder);
        HostileFolder.Remove(tree.Folder);
        Restored("restore", $"jobid={job}");
        HostileFolder.AreEqual(copy.Folder, tree.Folder);
    }

    private void Restored(params string[] words) => Node.Documents([.. words, "wait=yes", "yes"]).JobInState("OK");
}
