using Backup.Catalog;
using Backup.Catalog.Sqlite;
using Backup.Messages.Ids;
using Backup.TestKit.Trees;
using Backup.Tests.Unit.Restore;
using Backup.VolumeTool.Commands;

namespace Backup.Tests.Unit.VolumeTool;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class VolumeToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public VolumeToolTests()
    {
        Directory.CreateDirectory(Source);
        Directory.CreateDirectory(_folder["volumes"]);
    }

    private string Source => _folder["source"];
    private string Restored => _folder["restored"];
    private string Volume => _folder["volumes/V1"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Req", "RST-25")]
    public void Extract_with_nothing_but_a_volume_gives_the_tree_back_identical()
    {
        OddTree.Make(Source);
        Make();

        (int status, string output, string errors) = Run("extract", Volume, "--to", Restored);

        Assert.Equal("", errors);
        Assert.Equal(0, status);
        Assert.Contains(" 0 problems", output, StringComparison.Ordinal);
        CopyFolderAttributes();
        Assert.Matches(@"^\d+ paths equal\n$", Run("compare", Source, Restored).Output);
    }

    [Fact]
    [Trait("Req", "RST-25")]
    public void A_cartridge_of_a_virtual_tape_is_read_as_a_disk_volume_is()
    {
        OddTree.Make(Source);
        VolumeMaker.Make(Source, _folder["volumes"], "T1", onTape: true);
        string cartridge = _folder["volumes/T1.cartridge"];

        Assert.Equal((0, ""), (Run("ls", cartridge).Status, Run("ls", cartridge).Errors));
        Assert.Equal(0, Run("verify", cartridge).Status);
        (int status, string output, string errors) = Run("extract", cartridge, "--to", Restored);

        Assert.Equal((0, ""), (status, errors));
        Assert.Contains(" 0 problems", output, StringComparison.Ordinal);
        CopyFolderAttributes();
        Assert.Matches(@"^\d+ paths equal\n$", Run("compare", Source, Restored).Output);
    }

    [Fact]
    [Trait("Req", "RST-25")]
    public void Extract_of_one_path_restores_that_and_nothing_else()
    {
        Write("d/a", "1");
        Write("d/b", "2");
        Make();

        Assert.Equal(0, Run("extract", Volume, "--to", Restored, "--path", "/d/b").Status);

        Assert.Equal([Restored + "/d", Restored + "/d/b"],
            Directory.EnumerateFileSystemEntries(Restored, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public void Ls_shows_label_session_and_each_entry_as_ls_does()
    {
        Write("d/a", "12345");
        File.CreateSymbolicLink(Source + "/link", "d/a");
        CapturedTree tree = Make();

        (int status, string output, _) = Run("ls", Volume, "--long");

        Assert.Equal(0, status);
        Assert.Contains("volume V1  pool Default  storage s1", output, StringComparison.Ordinal);
        Assert.Contains($"session {tree.Session}  job 1 nightly  Backup Full  client c1", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^drwxr-xr-x 0 +0 .* /d$", output);
        Assert.Matches(@"(?m)^-rw-r--r-- 0 +0 +5 \S+ /d/a$", output);
        Assert.Matches(@"(?m)^lrwxrwxrwx 0 +0 +3 \S+ /link -> d/a$", output);
    }

    [Fact]
    public void Verify_of_a_whole_volume_finds_nothing_and_checks_every_digest()
    {
        OddTree.Make(Source);
        Make();

        (int status, string output, _) = Run("verify", Volume);

        Assert.Equal(0, status);
        Assert.Contains(" 0 faults", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 digests checked", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_and_extract_of_a_damaged_volume_name_the_fault_and_the_rest_comes_back()
    {
        Write("a", new string('a', 300_000));
        Write("b", new string('b', 300_000));
        Make();
        Damage("bbbbbbbb"u8);

        (int status, string output, _) = Run("verify", Volume);

        Assert.Equal(1, status);
        Assert.Contains("block", output, StringComparison.Ordinal);
        (status, _, string errors) = Run("extract", Volume, "--to", Restored);
        Assert.Equal(1, status);
        Assert.StartsWith(Restored + "/b: ", errors, StringComparison.Ordinal);
        Assert.Equal(300_000, new FileInfo(Restored + "/a").Length);
        Assert.False(File.Exists(Restored + "/b"));
    }

    [Fact]
    public void Extract_of_a_session_without_an_end_gives_what_was_committed_and_says_where_its_names_are_from()
    {
        OddTree.Make(Source);
        VolumeMaker.Make(Source, _folder["volumes"], "V1", ended: false);

        (int status, string output, string errors) = Run("extract", Volume, "--to", Restored);

        Assert.Contains("from its Attributes records", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(1, status);
        Assert.Contains(" 0 problems", output, StringComparison.Ordinal);
        CopyFolderAttributes();
        Assert.Matches(@"^\d+ paths equal\n$", Run("compare", Source, Restored).Output);
    }

    [Fact]
    public void Verify_and_extract_of_a_volume_cut_in_the_middle_give_every_file_before_the_cut()
    {
        for (int i = 0; i < 20; i++) WriteNoise($"d/{i:00}", 100_000, i);
        Make();
        using (FileStream file = File.Open(Volume, FileMode.Open)) file.SetLength(file.Length / 2);

        Assert.Equal(1, Run("verify", Volume).Status);
        (int status, _, string errors) = Run("extract", Volume, "--to", Restored);

        Assert.Equal(1, status);
        string[] restored = Directory.GetFiles(Restored + "/d");
        Assert.InRange(restored.Length, 8, 12);
        Assert.All(restored, path =>
            Assert.Equal(File.ReadAllBytes(Source + "/d/" + Path.GetFileName(path)), File.ReadAllBytes(path)));
        Assert.Contains("from its Attributes records", errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "FMT-26")]
    public void Of_a_volume_whose_index_is_cut_off_a_file_with_a_block_missing_in_its_middle_is_named_and_not_given_with_a_hole()
    {
        WriteNoise("a", 100_000, 1);
        WriteNoise("b", 3 << 20, 2);
        WriteNoise("c", 2 << 20, 3);
        Make();
        using (FileStream file = File.Open(Volume, FileMode.Open))
        {
            file.SetLength(4 << 20); // within c
            file.Position = 3 << 19; // within b
            file.WriteByte((byte)~file.ReadByte());
        }

        (int status, _, string errors) = Run("extract", Volume, "--to", Restored);

        Assert.Equal(1, status);
        Assert.Equal(["a"], Directory.GetFiles(Restored).Select(Path.GetFileName));
        Assert.Contains(Restored + "/b: its content is not what was saved", errors, StringComparison.Ordinal);
        Assert.Contains(Restored + "/c: its content did not come (volume V1: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_makes_a_catalog_that_knows_volume_session_and_tree()
    {
        Write("d/a", "1");
        CapturedTree tree = Make();

        (int status, string output, string errors) = Run("scan", Volume, "--catalog", _folder["catalog.db"]);

        Assert.Equal("", errors);
        Assert.Equal(0, status);
        Assert.Contains("\n1 volumes, 1 sessions, 1 of them ended, 1 commit points, ", output, StringComparison.Ordinal);
        using ICatalog catalog = SqliteCatalog.Open(_folder["catalog.db"]);
        Assert.Equal(tree.Root, catalog.Sessions.Find(tree.Session)?.Root);
        Assert.Contains("\n1 volumes, 1 sessions, 1 of them ended, 0 commit points, 0 ",
            Run("scan", Volume, "--catalog", _folder["catalog.db"]).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_of_trees_that_differ_names_the_path_and_exits_with_1()
    {
        Write("a", "1");
        Directory.CreateDirectory(Restored);

        (int status, string output, _) = Run("compare", Source, Restored, "--ignore", "mtime,owner");

        Assert.Equal(1, status);
        Assert.Contains("/a: missing", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "there is no volume /nowhere/V9", "ls", "/nowhere/V9")]
    [InlineData(2, "", "extract")]
    [InlineData(2, "", "nonsense")]
    [InlineData(1, "'smell' cannot be ignored", "compare", "/", "/", "--ignore", "smell")]
    public void Wrong_use_is_one_line_and_a_status(int expected, string words, params string[] arguments)
    {
        (int status, _, string errors) = Run(arguments);

        Assert.Equal(expected, status);
        Assert.StartsWith("backup-volume: " + words, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_file_that_is_no_volume_is_refused_in_one_line()
    {
        File.WriteAllText(Volume, "something else");

        (int status, _, string errors) = Run("ls", Volume);

        Assert.Equal(1, status);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private CapturedTree Make() => VolumeMaker.Make(Source, _folder["volumes"], "V1");

    private void WriteNoise(string path, int bytes, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Source, path))!);
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        File.WriteAllBytes(Path.Combine(Source, path), noise);
    }

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Source, path))!);
        File.WriteAllText(Path.Combine(Source, path), content);
    }

    private void Damage(ReadOnlySpan<byte> where)
    {
        byte[] bytes = File.ReadAllBytes(Volume);
        bytes[bytes.AsSpan().LastIndexOf(where) + 3] ^= 0x10;
        File.WriteAllBytes(Volume, bytes);
    }

    /// <summary>The root of a tree is no entry of it: its attributes are not restored.</summary>
    private void CopyFolderAttributes()
    {
        File.SetUnixFileMode(Restored, File.GetUnixFileMode(Source));
        System.Diagnostics.Process.Start("touch", ["-r", Source, Restored]).WaitForExit();
    }

    private static (int Status, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        int status = ToolCommands.Run(arguments, output, errors);
        return (status, output.ToString(), errors.ToString());
    }
}
