using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>A volume that is not as it was written: what is lost is named, everything else comes back.</summary>
public sealed class DamagedVolumeTests : NodeTest
{
    private const int Files = 40, FileBytes = 1 << 20, ListedMax = 20;
    private string _folder = "";

    [Fact]
    public void A_flipped_bit_costs_the_file_it_is_in_and_no_other()
    {
        long job = BackUpNoise();
        Node.Stop();
        long middle = new FileInfo(Volume).Length / 2;
        Change(file =>
        {
            file.Position = middle;
            int old = file.ReadByte();
            file.Position = middle;
            file.WriteByte((byte)(old ^ 0x10));
        });
        ProgramRun verify = ProgramRun.Of(BuiltPrograms.VolumeTool, ["verify", Volume]).EndsWith(1);
        Assert.Contains("block", verify.Output, StringComparison.Ordinal);
        Node.Start();
        Assert.InRange(LostOf(job).Count, 1, 2); // a block may hold the end of one file and the beginning of the next
    }

    [Fact]
    public void Files_that_a_truncated_volume_has_lost_are_named()
    {
        long job = BackUpNoise();
        Node.Stop();
        Change(file => file.SetLength(file.Length / 2));
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["verify", Volume]).EndsWith(1);
        Node.Start();
        Assert.InRange(LostOf(job).Count, Files / 2 - 3, Files / 2 + 3); // the only index went with the second half
    }

    [Fact]
    public void A_missing_volume_is_named_and_nothing_is_written()
    {
        long job = BackUpNoise();
        Node.Stop();
        File.Delete(Volume);
        Node.Start();
        string report = ReportOf(RestoreEndsAs(job, "Incomplete", "Failed"));
        Assert.Contains("Quickstart-0001", report, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Scratch("restored"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_of_another_program_under_a_volumes_name_is_left_alone()
    {
        string folder = Folder("tree", ("file", "content"));
        Directory.CreateDirectory(Volumes);
        string stranger = Path.Combine(Volumes, "Quickstart-0001");
        ProgramRun.Of("/bin/tar", ["-cf", stranger, "-C", folder, "."]).EndsWith(0);
        byte[] before = File.ReadAllBytes(stranger);
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["ls", stranger]).IsRefused(1, Volumes, "Quickstart-0001", "no volume");
        Node.Start();
        long job = Backup(folder);
        Assert.Contains(
            "Quickstart-0001 is no volume of this system: it is left alone; the job goes on with volume Quickstart-0002",
            Node.Console("log", $"jobid={job}").EndsWith(0).Output, StringComparison.Ordinal);
        HostileFolder.AreEqual(folder, Restore(job, folder));
        Assert.Equal(before, File.ReadAllBytes(stranger));
    }

    private long BackUpNoise()
    {
        _folder = Folder("tree");
        for (int i = 0; i < Files; i++) WriteNoise(Path.Combine(_folder, $"file-{i:00}"), FileBytes, i);
        Node.Start();
        return Backup(_folder);
    }

    private void Change(Action<FileStream> change)
    {
        using FileStream file = File.Open(Volume, FileMode.Open);
        change(file);
    }

    /// <summary>Restores, checks that each file is either identical or named as lost, and returns the names of the lost.</summary>
    private List<string> LostOf(long job)
    {
        string report = ReportOf(RestoreEndsAs(job, "Incomplete"));
        var lost = new List<string>();
        foreach (string file in Directory.GetFiles(_folder))
        {
            string restored = Scratch("restored") + file;
            if (File.Exists(restored)) Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(restored));
            else lost.Add(restored);
        }
        int named = lost.Count(path => report.Contains(path, StringComparison.Ordinal));
        Assert.Equal(Math.Min(lost.Count, ListedMax), named);
        if (lost.Count > ListedMax) Assert.Contains($"and {lost.Count - ListedMax} more", report, StringComparison.Ordinal);
        return lost;
    }

    private long RestoreEndsAs(long job, params string[] states)
    {
        ConsoleAnswer answer = Node.Documents("restore", $"jobid={job}", $"where={Scratch("restored")}", "wait=yes", "yes");
        Assert.Contains(answer.End.GetProperty("state").GetString(), states);
        return answer.End.GetProperty("jobid").GetInt64();
    }

    private string ReportOf(long job) => Node.Console("report", $"jobid={job}").EndsWith(0).Output;
}
