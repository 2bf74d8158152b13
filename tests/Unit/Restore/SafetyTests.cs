using System.Text;
using Backup.Filesets.Restore;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.Restore;

/// <summary>
/// Whatever a tree says and whatever stands in the way, nothing is written outside the target and no directory is removed.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SafetyTests
{
    [Fact]
    public void A_symbolic_link_in_place_of_a_directory_is_not_followed()
    {
        using var fixture = new RestoreFixture();
        using var outside = new TemporaryFolder();
        fixture.Write("etc/passwd", "evil");
        fixture.Write("other", "good");
        Directory.CreateDirectory(fixture.Target);
        File.CreateSymbolicLink(fixture.Target + "/etc", outside.Path);

        TreeRestoreResult result = fixture.Restore(fixture.Capture());

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
        RestoreProblem problem = Assert.Single(result.FirstProblems);
        Assert.Equal(fixture.Target + "/etc", ByteText.Show(problem.Path));
        Assert.Contains("symbolic link", problem.Reason, StringComparison.Ordinal);
        Assert.False(problem.NeedsRoot);
        Assert.Equal("good", File.ReadAllText(fixture.Target + "/other"));
    }

    [Fact]
    public void A_symbolic_link_in_place_of_a_file_is_replaced_and_not_written_through()
    {
        using var fixture = new RestoreFixture();
        using var outside = new TemporaryFolder();
        File.WriteAllText(outside["victim"], "untouched");
        fixture.Write("file", "restored");
        Directory.CreateDirectory(fixture.Target);
        File.CreateSymbolicLink(fixture.Target + "/file", outside["victim"]);

        fixture.Restore(fixture.Capture());

        Assert.Equal("untouched", File.ReadAllText(outside["victim"]));
        Assert.Equal("restored", File.ReadAllText(fixture.Target + "/file"));
        Assert.Null(new FileInfo(fixture.Target + "/file").LinkTarget);
    }

    [Fact]
    public void A_tree_that_names_a_link_and_a_directory_alike_cannot_write_through_the_link()
    {
        using var fixture = new RestoreFixture();
        using var outside = new TemporaryFolder();
        var nodes = new NodeStore();
        NodeId inner = nodes.Add([Entry("planted")]);
        NodeId root = nodes.Add(
            [new TreeEntry { Name = "x"u8.ToArray(), Kind = EntryKind.Symlink, LinkTarget = Encoding.UTF8.GetBytes(outside.Path) }],
            new TreeEntry { Name = "x"u8.ToArray(), Kind = EntryKind.Directory, Mode = 0x1ed, Child = inner });

        TreeRestoreResult result = Restore(fixture, nodes, root);

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
        Assert.Equal(1, result.FailureCount);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../outside")]
    [InlineData("a/b")]
    [InlineData("zero\0byte")]
    [InlineData("")]
    public void An_entry_with_a_name_that_leads_elsewhere_is_refused_by_name(string name)
    {
        using var fixture = new RestoreFixture();
        var nodes = new NodeStore();

        TreeRestoreResult result = Restore(fixture, nodes, nodes.Add([Entry(name)]));

        Assert.Equal(["source", "target"],
            Directory.GetFileSystemEntries(Path.GetDirectoryName(fixture.Target)!).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Target));
        Assert.Equal(1, result.FailureCount);
    }

    [Fact]
    public void A_directory_where_a_file_is_to_be_is_left_with_all_that_is_in_it()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("name", "a file");
        Directory.CreateDirectory(fixture.Target + "/name");
        File.WriteAllText(fixture.Target + "/name/kept", "kept");

        TreeRestoreResult result = fixture.Restore(fixture.Capture());

        Assert.Equal("kept", File.ReadAllText(fixture.Target + "/name/kept"));
        Assert.Contains("directory stands", Assert.Single(result.FirstProblems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_where_a_directory_is_to_be_is_left_and_named_once()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("name/below/file", "content");
        Directory.CreateDirectory(fixture.Target);
        File.WriteAllText(fixture.Target + "/name", "kept");

        TreeRestoreResult result = fixture.Restore(fixture.Capture());

        Assert.Equal("kept", File.ReadAllText(fixture.Target + "/name"));
        Assert.Equal((1, 0), (result.ProblemCount, result.Entries));
    }

    private static TreeEntry Entry(string name) => new() { Name = Encoding.UTF8.GetBytes(name), Kind = EntryKind.File, Mode = 0x1a4 };

    private static TreeRestoreResult Restore(RestoreFixture fixture, NodeStore nodes, NodeId root)
    {
        var target = new RestoreTarget(Encoding.UTF8.GetBytes(fixture.Target), ReplaceRule.Always, false, ".restore-test-");
        var request = new TreeRestoreRequest(root, ["/"u8.ToArray()], target, Path.GetTempPath());
        return new TreeRestore(request, nodes, nodes).Run(_ => { }, default);
    }
}
