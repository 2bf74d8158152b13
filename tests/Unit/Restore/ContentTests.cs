using Backup.Filesets.Restore;
using Backup.Messages.Clients;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Mono.Unix.Native;

namespace Backup.Tests.Unit.Restore;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ContentTests
{
    [Fact]
    [Trait("Req", "RST-10")]
    public void Content_with_one_wrong_bit_is_named_and_leaves_no_file()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("a", "first");
        fixture.Write("b", "second");
        fixture.Write("c", "third");
        CapturedTree tree = fixture.Capture();
        tree.Spoil = (index, bytes) => bytes[0] ^= (byte)(index == 2 ? 1 : 0);

        TreeRestoreResult result = fixture.Restore(tree);

        RestoreProblem problem = Assert.Single(result.FirstProblems);
        Assert.Equal(fixture.Target + "/b", ByteText.Show(problem.Path));
        Assert.Contains("digest differs", problem.Reason, StringComparison.Ordinal);
        Assert.Equal((2, 2, 1), (result.Files, result.Verified, result.FailureCount));
        Assert.Equal(["a", "c"], Names(fixture.Target));
    }

    [Fact]
    public void Spoilt_content_leaves_what_stood_there_before()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("a", "saved");
        CapturedTree tree = fixture.Capture();
        tree.Spoil = (_, bytes) => bytes[0] ^= 0x80;
        Directory.CreateDirectory(fixture.Target);
        File.WriteAllText(fixture.Target + "/a", "before");

        fixture.Restore(tree);

        Assert.Equal("before", File.ReadAllText(fixture.Target + "/a"));
        Assert.Equal(["a"], Names(fixture.Target));
    }

    [Fact]
    public void A_wrong_bit_in_a_sparse_file_is_found()
    {
        using var fixture = new RestoreFixture();
        using (FileStream file = File.Create(Path.Combine(fixture.Source, "sparse")))
        {
            file.Position = 10 << 20;
            file.Write(new byte[100_000].Select((_, i) => (byte)i).ToArray());
            file.SetLength(30 << 20);
        }
        CapturedTree tree = fixture.Capture();
        Assert.Equal(1, fixture.Restore(tree).Verified);
        tree.Spoil = (_, bytes) => bytes[^1] ^= 1;

        Assert.Equal(1, fixture.Restore(tree).FailureCount);
    }

    [Fact]
    [Trait("Req", "FIL-04")]
    public void A_group_of_links_has_the_attributes_of_a_name_that_was_read_not_of_one_that_kept_its_last_version()
    {
        using var fixture = new RestoreFixture();
        string first = fixture.Write("a", "shared");
        Assert.Equal(0, Syscall.link(first, Path.Combine(fixture.Source, "z")));
        File.SetUnixFileMode(first, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        CapturedTree tree = fixture.Capture();
        tree.Outdate("a", mode: 0x1ff);

        Assert.Equal(0, fixture.Restore(tree).FailureCount);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(fixture.Target + "/a"));
        Assert.Empty(fixture.Differences());
    }

    [Fact]
    [Trait("Req", "RST-10")]
    public void Lost_content_names_every_name_of_the_file_and_the_rest_is_restored()
    {
        using var fixture = new RestoreFixture();
        string first = fixture.Write("a", "shared");
        Assert.Equal(0, Syscall.link(first, Path.Combine(fixture.Source, "z")));
        fixture.Write("b", "other");
        CapturedTree tree = fixture.Capture();
        tree.Lost.Add(1);

        TreeRestoreResult result = fixture.Restore(tree);

        Assert.Equal([fixture.Target + "/a", fixture.Target + "/z"], result.FirstProblems.Select(problem => ByteText.Show(problem.Path)));
        Assert.All(result.FirstProblems, problem => Assert.Contains("block 7 is damaged", problem.Reason, StringComparison.Ordinal));
        Assert.Equal("other", File.ReadAllText(fixture.Target + "/b"));
    }

    [Fact]
    public void A_source_that_breaks_off_names_what_did_not_come_and_finishes_the_directories()
    {
        using var fixture = new RestoreFixture();
        File.SetUnixFileMode(Path.GetDirectoryName(fixture.Write("d/a", "1"))!, (UnixFileMode)0b101_101_101);
        fixture.Write("d/b", "2");
        CapturedTree tree = fixture.Capture();
        tree.BreaksAfter = 1;

        TreeRestoreResult result = fixture.Restore(tree);

        Assert.Equal("the source broke off", result.Broken);
        Assert.Equal(fixture.Target + "/d/b", ByteText.Show(Assert.Single(result.FirstProblems).Path));
        Assert.Equal((UnixFileMode)0b101_101_101, File.GetUnixFileMode(fixture.Target + "/d"));
    }

    [Fact]
    [Trait("Req", "RST-10")]
    public void A_source_that_breaks_off_names_also_what_would_have_been_asked_for_once_more()
    {
        using var fixture = new RestoreFixture();
        string first = fixture.Write("a", "shared");
        Assert.Equal(0, Syscall.link(first, Path.Combine(fixture.Source, "b")));
        fixture.Write("c", "other");
        CapturedTree tree = fixture.Capture();
        tree.Separate();
        tree.BreaksAfter = 1;

        TreeRestoreResult result = fixture.Restore(tree);

        Assert.Equal("the source broke off", result.Broken);
        Assert.Equal(["a"], Names(fixture.Target));
        Assert.Equal([fixture.Target + "/b", fixture.Target + "/c"],
            result.FirstProblems.Select(problem => ByteText.Show(problem.Path)).Order());
    }

    [Fact]
    [Trait("Req", "RST-10")]
    public void A_file_that_does_not_come_is_named_where_nothing_was_said_of_it_with_what_is_known_of_its_session()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("a", "1");
        fixture.Write("b", "2");
        CapturedTree tree = fixture.Capture();
        tree.Silent.Add(1);

        TreeRestoreResult result = fixture.Restore(tree);

        RestoreProblem problem = Assert.Single(result.FirstProblems);
        Assert.Equal(fixture.Target + "/a", ByteText.Show(problem.Path));
        Assert.Equal("its content did not come (volume V1 ends too early); it was left out", problem.Reason);
        Assert.Equal(["b"], Names(fixture.Target));
    }

    [Fact]
    [Trait("Req", "RST-01")]
    public void The_second_name_of_a_hard_link_alone_brings_its_content()
    {
        using var fixture = new RestoreFixture();
        string first = fixture.Write("d/first", "shared");
        Assert.Equal(0, Syscall.link(first, Path.Combine(fixture.Source, "d/second")));

        TreeRestoreResult result = fixture.Restore(fixture.Capture(), selections: "/d/second");

        Assert.Equal("shared", File.ReadAllText(fixture.Target + "/d/second"));
        Assert.Equal(["second"], Names(fixture.Target + "/d"));
        Assert.Equal((1, 0), (result.Entries, result.ProblemCount));
    }

    [Fact]
    public void Files_that_share_content_without_being_links_each_get_their_own()
    {
        using var fixture = new RestoreFixture();
        string first = fixture.Write("a", "shared");
        foreach (string name in (string[])["b", "c"]) Assert.Equal(0, Syscall.link(first, Path.Combine(fixture.Source, name)));
        CapturedTree tree = fixture.Capture();
        tree.Separate();

        TreeRestoreResult result = fixture.Restore(tree);

        Assert.Equal((3, 3, 0), (result.Files, result.Verified, result.ProblemCount));
        Assert.Equal(0, Syscall.stat(fixture.Target + "/b", out Stat status));
        Assert.Equal(1UL, status.st_nlink);
    }

    [Fact]
    public void A_selection_that_is_not_in_the_tree_is_named_and_the_others_are_restored()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("d/a", "1");
        fixture.Write("d/b", "2");

        TreeRestoreResult result = fixture.Restore(fixture.Capture(), selections: ["/d/a", "/d/nothing", "/e"]);

        Assert.Equal(["/d/nothing", "/e"], result.FirstProblems.Select(problem => ByteText.Show(problem.Path)).Order());
        Assert.Equal(["a"], Names(fixture.Target + "/d"));
    }

    [Fact]
    public void A_lost_tree_node_is_named_and_the_rest_is_restored()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("a/file", "1");
        fixture.Write("b/file", "2");
        CapturedTree tree = fixture.Capture();
        var reader = new Backup.Volumes.Trees.TreeReader(tree);
        tree.Forget(reader.Find(tree.Root, "/a"u8)!.Child);

        TreeRestoreResult result = fixture.Restore(tree);

        Assert.Equal(fixture.Target + "/a", ByteText.Show(Assert.Single(result.FirstProblems).Path));
        Assert.Equal("2", File.ReadAllText(fixture.Target + "/b/file"));
    }

    [Fact]
    public void A_directory_on_the_way_to_a_selection_is_left_as_it_is_where_it_was_there()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("d/e/a", "1");
        Directory.CreateDirectory(fixture.Target + "/d");
        File.SetUnixFileMode(fixture.Target + "/d", (UnixFileMode)0b111_000_111);

        fixture.Restore(fixture.Capture(), selections: "/d/e");

        Assert.Equal((UnixFileMode)0b111_000_111, File.GetUnixFileMode(fixture.Target + "/d"));
        Assert.Equal(File.GetUnixFileMode(fixture.Source + "/d/e"), File.GetUnixFileMode(fixture.Target + "/d/e"));
    }

    [Fact]
    public void An_unusable_target_is_one_line()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("a", "1");
        File.WriteAllText(fixture.Target, "a file");

        IOException refusal = Assert.Throws<IOException>(() => fixture.Restore(fixture.Capture()));

        Assert.Equal($"the folder {fixture.Target} cannot be opened: Not a directory", refusal.Message);
    }

    private static IEnumerable<string?> Names(string folder) =>
        Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    [Fact]
    public void Files_are_all_entries_but_directories_as_a_backup_counts_them()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("d/a", "content");
        File.CreateSymbolicLink(Path.Combine(fixture.Source, "d/link"), "a");

        TreeRestoreResult result = fixture.Restore(fixture.Capture());

        Assert.Equal((3, 2), (result.Entries, result.Files));
    }
}
