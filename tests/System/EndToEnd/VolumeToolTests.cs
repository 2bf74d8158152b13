using System.Text.Json;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>The volumes alone are enough: no node, no configuration, no catalog.</summary>
public sealed class VolumeToolTests : NodeTest
{
    [Fact]
    [Trait("Req", "RST-25")]
    public void Volumes_alone_give_the_tree_back()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"));
        string[] volumes = BackUpAndStop(tree);
        string target = Scratch("extracted");
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["extract", .. volumes, "--to", target]).EndsWith(0);
        HostileFolder.AreEqual(tree.Folder, target + tree.Folder);
    }

    [Fact]
    public void Verify_finds_a_sound_volume_sound_and_one_flipped_bit()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"), shallow: true);
        string[] volumes = BackUpAndStop(tree);
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["verify", .. volumes]).EndsWith(0);
        string volume = volumes.MaxBy(each => new FileInfo(each).Length)!;
        using (FileStream file = File.Open(volume, FileMode.Open))
        {
            file.Position = file.Length / 2;
            int old = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(old ^ 1));
        }
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["verify", .. volumes]).EndsWith(1);
    }

    [Fact]
    [Trait("Req", "TOL-01")]
    [Trait("Req", "TOL-03")]
    [Trait("Req", "FMT-17")]
    [Trait("Req", "FMT-22")]
    [Trait("Req", "FMT-23")]
    public void A_catalog_scanned_from_volumes_restores_what_the_lost_one_did()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"));
        Node.Start();
        long full = Backup(tree.Folder);
        string[] told = Facts(full);
        File.WriteAllText(Path.Combine(tree.Folder, "written since"), "new");
        string client = ClientFacts();
        string fileSet = FileSetFacts();
        string[] volumes = BackUpAndStop(tree, "Incremental");
        string catalog = Assert.Single(Directory.GetFiles(Node.Data, "catalog*.db", SearchOption.AllDirectories));
        string lost = ProgramRun.Of(BuiltPrograms.VolumeTool, ["dump", "--catalog", catalog]).EndsWith(0).Output;
        foreach (string part in Directory.GetFiles(Path.GetDirectoryName(catalog)!, Path.GetFileName(catalog) + "*")) File.Delete(part);
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["scan", .. volumes, "--catalog", catalog]).EndsWith(0);
        Assert.Equal(lost, ProgramRun.Of(BuiltPrograms.VolumeTool, ["dump", "--catalog", catalog]).EndsWith(0).Output);
        Node.Start();
        long job = Node.Documents("list", "jobs").Rows.Select(row => row.GetProperty("jobid").GetInt64()).Max();
        HostileFolder.AreEqual(tree.Folder, Restore(job, tree.Folder));
        Assert.Equal(told, Facts(full));
        Assert.Equal(client, ClientFacts());
        Assert.Equal(fileSet, FileSetFacts());
        Assert.Contains("127.0.0.1", client, StringComparison.Ordinal);
        Assert.Contains($"root|{tree.Folder}", fileSet, StringComparison.Ordinal);
    }

    /// <summary>What is known of the client but for its runs.</summary>
    private string ClientFacts() => string.Join('|', ((string[])["name", "host", "address", "system", "distribution", "version"])
        .Select(name => Assert.Single(Node.Documents("list", "clients").Rows).GetProperty(name).GetString()));

    /// <summary>The setting and value of each line of the FileSet's text.</summary>
    private string FileSetFacts() => string.Join('\n', Node.Documents("show", "fileset=quickstart").Rows
        .Where(row => row.TryGetProperty("setting", out _))
        .Select(row => $"{row.GetProperty("setting").GetString()}|{row.GetProperty("value").GetString()}"));

    [Fact]
    [Trait("Req", "FMT-14")]
    [Trait("Req", "FMT-15")]
    [Trait("Req", "FMT-16")]
    [Trait("Req", "FMT-17")]
    [Trait("Req", "FMT-19")]
    [Trait("Req", "FMT-20")]
    public void Labels_tell_all_of_the_volume_and_of_the_job_and_nothing_is_left_empty()
    {
        string folder = Folder("tree", ("a", "1"), ("b", "22"));
        Node.Start();
        long job = Backup(folder);
        JsonElement row = Job(job);
        Node.Stop();
        string[] lines = ProgramRun.Of(BuiltPrograms.VolumeTool, ["ls", Volume, "--labels"]).EndsWith(0).Output.Split('\n');
        string version = ProgramRun.Of(BuiltPrograms.Console, ["--version"]).EndsWith(0).Output.Split(' ')[1].Trim();
        Assert.Contains($"  host  {Environment.MachineName}", lines);
        string[] system = [.. "snrvm".Select(part => ProgramRun.Of("uname", [$"-{part}"]).EndsWith(0).Output.Trim())];
        Assert.Contains($"  host system  {string.Join(' ', system)}", lines);
        Assert.Contains("  block size  262144", lines);
        Assert.Contains("  smallest block  88", lines);
        Assert.Contains("  client address  127.0.0.1", lines);
        Assert.Equal(3, lines.Count(line => line is not null && line.EndsWith($"software  {version}", StringComparison.Ordinal)));
        Assert.Contains($"  job  {job} quickstart", lines);
        Assert.Contains($"  started  {row.GetProperty("started").GetString()}", lines);
        Assert.Contains($"  files saved  {row.GetProperty("files").GetInt64()}", lines);
        Assert.Contains($"  bytes sent  {row.GetProperty("bytes").GetInt64()}", lines);
        Assert.Contains("  unsaved  0", lines);
        string[] mayBeEmpty = ["  reference job  -", "  client distribution  -", "  client root  -", "  failure  -"];
        Assert.Empty(lines.Where(line => line.EndsWith("  -", StringComparison.Ordinal)).Except(mayBeEmpty));
        Assert.DoesNotContain(lines, line => line.EndsWith("  00000000-0000-0000-0000-000000000000", StringComparison.Ordinal));
    }

    /// <summary>What the catalog says of a run's end.</summary>
    private string[] Facts(long job)
    {
        JsonElement row = Job(job);
        return [.. ((string[])["job", "type", "level", "client", "started", "elapsed", "files", "bytes", "state"])
            .Select(name => $"{name} {row.GetProperty(name).GetRawText()}")];
    }

    [Fact]
    public void What_is_no_volume_is_refused_in_one_line()
    {
        string folder = Folder("not", ("volume", new string('x', 100_000)));
        foreach (string command in new[] { "ls", "verify" })
            ProgramRun.Of(BuiltPrograms.VolumeTool, [command, $"{folder}/volume"]).IsRefused(1, folder, "volume");
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["ls", $"{folder}/missing"]).IsRefused(1, "missing");
    }

    /// <summary>A backup, and the paths of the volumes it is on.</summary>
    private string[] BackUpAndStop(HostileFolder tree, string level = "Full")
    {
        if (level == "Full") Node.Start();
        long job = Backup(tree.Folder, level);
        string[] names = [.. Node.Documents("list", "volumes", $"jobid={job}").Rows.Select(row => row.GetProperty("volume").GetString()!)];
        Node.Stop();
        Assert.NotEmpty(names);
        return [.. names.Select(name => Assert.Single(Directory.GetFiles(Node.Data, name, SearchOption.AllDirectories)))];
    }
}
