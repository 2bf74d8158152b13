using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>What an operator sees of drives and media that are in the way, and what becomes of the jobs.</summary>
public sealed class DriveTroubleTests : NodeTest
{
    private const string Disk = "folder = volumes, volume-size = 10 GiB", Tape = "library = library, slots = 4, cartridge-size = 4 MiB";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string Cartridges => Path.Combine(Node.Data, "library", "cartridges");

    [Fact]
    [Trait("Req", "DEV-24")]
    public void A_job_passes_over_a_cartridge_that_was_write_protected_and_what_is_on_it_comes_back()
    {
        Configure(Disk, Tape);
        string folder = Folder("tree", ("a", "small"));
        Node.Start();
        long first = Backup(folder);
        File.WriteAllBytes(Path.Combine(Cartridges, "TAPE00001.protected"), []);
        long second = Backup(folder);

        string log = Node.Console("log", $"jobid={second}").Output;
        Assert.Contains("volume TAPE00001 is write protected", log, StringComparison.Ordinal);
        Assert.Contains("the job goes on with volume TAPE00002", log, StringComparison.Ordinal);
        Assert.Contains("ReadOnly", Node.Console("list", "volumes").Output, StringComparison.Ordinal);
        HostileFolder.AreEqual(folder, Restore(first, folder));
    }

    [Fact]
    [Trait("Req", "DEV-12")]
    public void How_full_cartridges_are_is_listed_and_a_job_says_when_one_is_nearly_full()
    {
        Configure(Disk, Tape.Replace("4 MiB", "8 MiB", StringComparison.Ordinal) + ", commit-interval = 0.1 s, block-size = 64 KiB");
        string folder = Folder("tree");
        WriteNoise(Path.Combine(folder, "noise"), 7_900_000, seed: 1);
        Node.Start();
        long job = Backup(folder);

        var row = Assert.Single(Node.Documents("list", "volumes").Rows);
        Assert.Equal((8L << 20, "9"), (row.GetProperty("capacity").GetInt64(), row.GetProperty("used").GetString()![..1]));
        Assert.Matches("volume TAPE00001 is 9[0-9] % full: 0 MiB of 8 MiB are left", Node.Console("log", $"jobid={job}").Output);
    }

    [Fact]
    [Trait("Req", "DEV-13")]
    public void A_volume_that_has_rotted_is_not_written_on_where_it_is_read_first_and_the_job_takes_another()
    {
        Configure("folder = volumes,", "folder = volumes, append-check = whole,");
        string folder = Folder("tree");
        WriteNoise(Path.Combine(folder, "noise"), 4_000_000, seed: 1);
        Node.Start();
        Backup(folder);
        long sound = Backup(folder);
        Assert.DoesNotContain("cannot be", Node.Console("log", $"jobid={sound}").Output, StringComparison.Ordinal);
        string volume = Assert.Single(Directory.GetFiles(Volumes, "*-0001*"));
        using (var file = new FileStream(volume, FileMode.Open))
        {
            file.Position = 2_000_000;
            int was = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(was ^ 4));
        }
        long job = Backup(folder);

        Assert.Matches("volume [A-Za-z]+-0001: block [0-9]+ has a wrong checksum: the volume is not written on",
            Node.Console("log", $"jobid={job}").Output);
        Assert.Equal(["Error", "Append"], Node.Documents("list", "volumes").Rows.Select(row => row.GetProperty("state").GetString()));
        HostileFolder.AreEqual(folder, Restore(job, folder));
    }

    [Fact]
    [Trait("Req", "DEV-10")]
    [Trait("Req", "DEV-42")]
    [Trait("Req", "DEV-43")]
    public void Drives_that_are_kept_from_reads_or_writes_are_so_over_a_restart_and_one_must_be_left()
    {
        Configure(Disk, Tape
            + ", drives = 2, drives-not-written = 0, drives-not-read = [1], block-limits = 1-245760, block-size = 128 KiB");
        string folder = Folder("tree", ("a", "small"));
        Node.Start();
        long job = Backup(folder);
        HostileFolder.AreEqual(folder, Restore(job, folder));
        Node.Stop();
        Node.Start();
        var drives = Node.Documents("status", "storage").Rows.Where(row => row.TryGetProperty("drive", out _)).ToList();
        Assert.Equal([("yes", "no"), ("no", "yes")],
            drives.Select(row => (row.GetProperty("read").GetString(), row.GetProperty("write").GetString())));
        Assert.Equal(2, Node.Console("status", "storage").Output.Split("1-245760").Length - 1);
        Backup(folder);
        Node.Stop();
        Configure("drives-not-written = 0", "drives-not-written = [0, 1]");
        ProgramRun refused = ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", Node.Configuration, "--data", Node.Data]);
        Assert.Contains("no drive is left: leave one out", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "DEV-26")]
    public void A_cartridge_whose_first_mount_failed_is_taken_by_the_next_job()
    {
        Configure(Disk, Tape + ", open-retries = 1");
        string folder = Folder("tree", ("a", "small"));
        Node.Start();
        using (new FileStream(
            Path.Combine(Cartridges, "TAPE00001.cartridge"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            long failed = Backup(folder, state: "Failed");
            Assert.Contains(
                "is open in another drive or program; given up after 1 try", Node.Console("log", $"jobid={failed}").Output,
                StringComparison.Ordinal);
        }
        Backup(folder);
        Assert.Equal(["TAPE00001"], Node.Documents("list", "volumes").Rows.Select(row => row.GetProperty("volume").GetString()));
    }

    [Fact]
    [Trait("Req", "DEV-09")]
    public void A_job_whose_folder_is_not_mounted_waits_for_all_to_see_and_goes_on_by_itself()
    {
        Configure("folder = volumes,", "folder = volumes, open-interval = 1 s,");
        string folder = Folder("tree", ("a", "small")), away = Scratch("away");
        Node.Start();
        Directory.Move(Volumes, away);
        long job = Node.Documents("run", "job=quickstart", "level=Full", $"root={folder}", "yes").End.GetProperty("jobid").GetInt64();
        ProgramRun why = Node.Console("explain", $"jobid={job}");
        long since = Environment.TickCount64;
        while (!why.Output.Contains("the drive opens", StringComparison.Ordinal)
            && Environment.TickCount64 - since < Patience.TotalMilliseconds) why = Node.Console("explain", $"jobid={job}");

        Assert.Contains($"the folder {Volumes} is not there", why.Output, StringComparison.Ordinal);
        Assert.Contains("it is tried again at", why.Output, StringComparison.Ordinal);
        Assert.Contains("is not there", Node.Console("status", "storage").Output, StringComparison.Ordinal);
        Directory.Move(away, Volumes);
        Node.Documents("wait", $"jobid={job}").JobInState("OK");
    }
}
