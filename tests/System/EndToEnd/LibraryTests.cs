using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>A virtual tape library of two drives, with cartridges so small that everything spans.</summary>
public sealed class LibraryTests : NodeTest
{
    private const int Slots = 40;

    /// <summary>More than ten cartridges of 1 MiB.</summary>
    private const int LargeFile = 12_000_000;

    public LibraryTests()
    {
        Configure("folder = volumes, volume-size = 10 GiB",
            $"library = library, drives = 2, slots = {Slots}, cartridge-size = 1 MiB, block-size = 64 KiB, "
            + "jobs-per-volume = 2, jobs-at-once = 8, commit-interval = 1 s");
        Configure("quickstart-client { node = quickstart-node }", "quickstart-client { node = quickstart-node, jobs-at-once = 8 }");
        const string pool = "label-format = \"Quickstart-{0001}\" }";
        Configure(pool, pool + "\n  other { label-format = \"Other-{0001}\" }");
    }

    [Fact]
    [Trait("Req", "CHG-01")]
    [Trait("Req", "CHG-02")]
    public void A_file_that_spans_many_cartridges_comes_back_and_the_library_shows_where_they_are()
    {
        string folder = Folder("tree", ("a", "small"), ("z/last", "the last one"));
        WriteNoise(Path.Combine(folder, "middle"), LargeFile, seed: 1);
        Node.Start();
        long job = Backup(folder);
        HostileFolder.AreEqual(folder, Restore(job, folder));

        string[] volumes = [.. Node.Documents("list", "volumes").Rows.Select(row => row.GetProperty("volume").GetString()!)];
        Assert.InRange(volumes.Length, 11, Slots);
        Assert.All(volumes, volume => Assert.StartsWith("TAPE", volume, StringComparison.Ordinal));
        var status = Node.Documents("status", "storage", "full").Rows;
        Assert.Equal(2, status.Count(row => row.TryGetProperty("drive", out _)));
        Assert.Equal(Slots, status.Count(row => row.TryGetProperty("slot", out _)));
    }

    [Fact]
    [Trait("Req", "CHG-01")]
    [Trait("Req", "RST-04")]
    [Trait("Req", "RST-07")]
    public void A_job_over_hundreds_of_cartridges_comes_back_and_one_file_of_it_at_once()
    {
        Configure($"slots = {Slots}", "slots = 300");
        string folder = Folder("tree", ("a", "small"), ("z/last", "the last one"));
        for (int i = 0; i < 8; i++) WriteNoise(Path.Combine(folder, $"middle-{i}"), 22_000_000, seed: i);
        Node.Start();
        long job = Backup(folder);
        string[] volumes = [.. Node.Documents("list", "volumes").Rows.Select(row => row.GetProperty("volume").GetString()!).Order()];
        Assert.InRange(volumes.Length, 200, 300);
        HostileFolder.AreEqual(folder, Restore(job, folder));

        string where = Scratch("one");
        foreach (string volume in volumes[..^3]) File.WriteAllBytes(Path.Combine(Node.Data, "library", "cartridges", volume), []);
        Node.Documents("restore", $"jobid={job}", $"where={where}", $"file={folder}/z/last", "wait=yes", "yes").JobInState("OK");
        Assert.Equal("the last one", File.ReadAllText(where + folder + "/z/last"));
    }

    [Fact]
    [Trait("Req", "JOB-02")]
    [Trait("Req", "DEV-01")]
    public void Jobs_at_once_in_two_pools_share_drives_and_cartridges_and_each_comes_back_alone()
    {
        string[] folders = [.. Enumerable.Range(0, 6).Select(Noisy)];
        Node.Start();
        long[] jobs = [.. folders.Index().Select(one => Begin(one.Item, one.Index % 2 == 0 ? "quickstart-pool" : "other"))];
        foreach (long job in jobs) Node.Documents("wait", $"jobid={job}").JobInState("OK");
        foreach ((int index, string folder) in folders.Index()) HostileFolder.AreEqual(folder, Restore(jobs[index], folder));
    }

    [Fact]
    [Trait("Req", "RST-04")]
    public void Appending_to_cartridges_in_crossed_orders_never_yields_a_wrong_restore()
    {
        string[] folders = [Noisy(1), Noisy(2)];
        Node.Start();
        var runs = new List<(long Job, string Folder, string Then)>();
        for (int round = 0; round < 4; round++)
            foreach ((int index, string folder) in folders.Index())
            {
                WriteNoise(Path.Combine(folder, $"round-{round}"), 300_000, seed: 100 + (2 * round) + index);
                string pool = (round + index) % 2 == 0 ? "quickstart-pool" : "other";
                long job = Node.Documents("run", "job=quickstart", $"level={(round == 0 ? "Full" : "Incremental")}", $"root={folder}",
                    $"pool={pool}", "wait=yes", "yes").JobInState("OK");
                string then = Scratch($"then-{runs.Count}");
                ProgramRun.Of("cp", ["-a", folder, then]).EndsWith(0);
                runs.Add((job, folder, then));
            }
        foreach ((long job, string folder, string then) in runs) HostileFolder.AreEqual(then, Restore(job, folder));
    }

    [Fact]
    public void Where_no_cartridge_is_left_the_job_ends_at_its_last_commit_point_and_says_what_is_missing()
    {
        Configure($"slots = {Slots}", "slots = 2");
        string folder = Folder("tree");
        WriteNoise(Path.Combine(folder, "large"), LargeFile, seed: 3);
        Node.Start();
        long job = Backup(folder, state: "Incomplete");
        Assert.Contains("none of the 2 cartridges in the library can be written to", Node.Console("log", $"jobid={job}").Output,
            StringComparison.Ordinal);
    }

    /// <summary>Starts a run and does not wait for it.</summary>
    private long Begin(string folder, string pool) =>
        Node.Documents("run", "job=quickstart", "level=Full", $"root={folder}", $"pool={pool}", "yes").End.GetProperty("jobid").GetInt64();

    private string Noisy(int number)
    {
        string folder = Folder($"tree-{number}", ("a/small", $"small {number}"));
        WriteNoise(Path.Combine(folder, "noise"), 2_500_000, seed: number);
        return folder;
    }
}
