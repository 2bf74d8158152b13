using System.Text;
using Backup.Actors.Client.Sessions;
using Backup.Filesets.Compare;
using Backup.Filesets.Walk;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Backup.Tests.Unit.BackupSessions;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.Walk;

public class WalkRuleTests
{
    private readonly BackupBench _bench = new();

    private VirtualFileTree Tree => _bench.Tree;

    private List<string> Saved(params string[] roots)
    {
        _bench.FileSet = _bench.FileSet with { Roots = roots.Length > 0 ? roots : _bench.FileSet.Roots };
        Assert.Null(_bench.Full().Ended.Failure);
        return _bench.Listing();
    }

    [Fact]
    public void Order_is_files_then_directories_by_name_bytes_whatever_the_listing_says()
    {
        foreach (string name in new[] { "b", "\xff", "a-", "a", "A" }) Tree.File($"/data/{name}");
        Tree.File("/data/a.d/x");
        Tree.File("/data/B/x");

        Assert.Equal(["d /data", "- /data/A", "- /data/a", "- /data/a-", "- /data/b", "- /data/\xff", "d /data/B", "- /data/B/x",
            "d /data/a.d", "- /data/a.d/x"], Saved());
    }

    [Fact]
    [Trait("Req", "FIL-01")]
    public void Trailing_slash_of_a_root_makes_no_difference()
    {
        Tree.File("/data/f");

        Assert.Equal(Saved("/data"), Saved("/data//"));
        Assert.Contains("- /data/f", Saved("/"));
    }

    [Fact]
    public void Several_roots_hang_in_one_tree_and_the_way_to_them_is_marked()
    {
        Tree.File("/srv/x/a");
        Tree.File("/srv/y/no");
        Tree.File("/etc/hosts");
        Tree.Special("/dev/null", EntryKind.CharacterDevice);

        List<string> saved = Saved("/srv/x", "/dev/null", "/etc/hosts");

        Assert.Equal(["d /dev", "c /dev/null", "d /etc", "- /etc/hosts", "d /srv", "d /srv/x", "- /srv/x/a"], saved);
        Assert.Equal(EntryFlags.Passage, _bench.Entry("/srv")!.Flags);
        Assert.Equal(EntryFlags.None, _bench.Entry("/srv/x")!.Flags);
    }

    [Theory]
    [InlineData("/gone", "no such file or directory")]
    [InlineData("/link/below", "is a symbolic link")]
    public void Root_that_cannot_be_reached_fails_the_job_in_one_line(string root, string words)
    {
        Tree.Symlink("/link", "/data");
        Tree.File("/data/below");
        _bench.FileSet = _bench.FileSet with { Roots = [root] };

        string failure = _bench.Full().Ended.Failure!;

        Assert.Contains(words, failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure);
    }

    [Fact]
    public void Root_that_was_full_and_is_empty_now_fails_unless_the_fileset_allows_it()
    {
        Tree.File("/data/f");
        _bench.Full();
        Tree.Remove("/data/f");

        Assert.Contains("is empty", _bench.Incremental().Ended.Failure, StringComparison.Ordinal);

        _bench.FileSet = _bench.FileSet with { AllowEmptyRoots = true };
        Assert.Null(_bench.Incremental().Ended.Failure);
        Assert.Equal(["d /data"], _bench.Listing());
    }

    [Fact]
    [Trait("Req", "FIL-02")]
    public void Mount_point_is_kept_as_an_entry_and_listed_and_crossed_only_where_asked()
    {
        Tree.File("/data/m/inside");
        Tree.Mount("/data/m", "tmpfs");

        Assert.Equal(["d /data", "d /data/m"], Saved());
        Assert.Equal(EntryFlags.NotCrossed, _bench.Entry("/data/m")!.Flags);
        UnsavedFile listed = Assert.Single(_bench.Storage.Unsaved);
        Assert.Equal((UnsavedReason.MountPointNotCrossed, "tmpfs", true), (listed.Reason, listed.Detail, listed.IsByRule));
        Assert.Equal((0L, 0L), (_bench.Seal.Totals.Unsaved, _bench.Seal.Totals.Warnings));

        _bench.FileSet = _bench.FileSet with { OneFileSystem = false };
        Assert.Equal(["d /data", "d /data/m", "- /data/m/inside"], Saved());
    }

    [Fact]
    [Trait("Req", "FIL-10")]
    public void File_system_type_decides_what_is_entered()
    {
        Tree.File("/data/m/inside");
        Tree.Mount("/data/m", "tmpfs");
        _bench.FileSet = _bench.FileSet with { OneFileSystem = false, OnlyFileSystemTypes = ["ext4"] };

        Assert.Equal(["d /data", "d /data/m"], Saved());
        Assert.Equal((UnsavedReason.FileSystemTypeExcluded, "tmpfs"), (_bench.Storage.Unsaved[0].Reason, _bench.Storage.Unsaved[0].Detail));
    }

    [Fact]
    public void Mount_that_leads_back_above_itself_is_not_entered()
    {
        VirtualNode data = Tree.Mount("/data", "ext4");
        VirtualNode between = Tree.Mount("/data/between", "xfs");
        between.Inode = 500;
        between.Children["loop"] = data;
        _bench.FileSet = _bench.FileSet with { OneFileSystem = false };

        Assert.Equal(["d /data", "d /data/between", "d /data/between/loop"], Saved());
        Assert.Equal("the same directory as one above it", Assert.Single(_bench.Storage.Unsaved).Detail);
    }

    [Fact]
    public void Vanished_mount_point_keeps_its_last_content_as_stale()
    {
        Tree.File("/data/m/inside");
        Tree.File("/data/f");
        VirtualNode mounted = Tree.Mount("/data/m", "ext4");
        _bench.FileSet = _bench.FileSet with { OneFileSystem = false };
        _bench.Full();
        Tree.Remove("/data/m");
        Tree.Directory("/data/m");

        _bench.Incremental();
        _bench.Incremental();

        Assert.Contains("- /data/m/inside", _bench.Listing());
        Assert.Equal((EntryFlags.Stale, UnsavedReason.MountPointVanished),
            (_bench.Entry("/data/m")!.Flags, _bench.Entry("/data/m")!.StaleReason));
        Assert.Equal(UnsavedReason.MountPointVanished, Assert.Single(_bench.Storage.Unsaved).Reason);
        Assert.Equal(1, _bench.Seal.Totals.Warnings);
        Assert.Equal(mounted.Inode, _bench.Entry("/data/m")!.Inode);
    }

    [Fact]
    public void Directory_that_was_emptied_is_empty()
    {
        Tree.File("/data/d/f");
        Tree.File("/data/g");
        _bench.Full();
        Tree.Remove("/data/d/f");
        Tree["/data/d"].Changed = new Instant(1_500_000, 0);

        _bench.Incremental();

        Assert.Equal(["d /data", "- /data/g", "d /data/d"], _bench.Listing());
    }

    [Fact]
    public void Cache_tag_counts_only_with_its_signature_and_markers_keep_the_whole_directory_out()
    {
        Tree.File("/data/c/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# tag");
        Tree.File("/data/c/cached");
        Tree.File("/data/c/sub/cached");
        Tree.File("/data/n/CACHEDIR.TAG", "no signature");
        Tree.File("/data/n/kept");
        Tree.File("/data/x/.nobackup");
        Tree.File("/data/x/y");
        Tree.File("/data/dump").NoDump = true;
        _bench.FileSet = _bench.FileSet with { HonourCacheDirTag = true, ExcludeDirectoriesContaining = [".nobackup"],
            HonourNoDump = true };

        Assert.Equal(["d /data", "d /data/c", "- /data/c/CACHEDIR.TAG", "d /data/n", "- /data/n/CACHEDIR.TAG", "- /data/n/kept"], Saved());
    }

    [Fact]
    public void Excluded_directory_is_entered_only_for_what_a_later_rule_brings_back()
    {
        Tree.File("/data/var/log/keep.log");
        Tree.File("/data/var/log/drop.txt");
        Tree.File("/data/var/empty/drop");
        Tree.File("/data/tmp/drop.log").OpenFault = (new SystemFault(SystemFault.InputOutput), -1);
        _bench.FileSet = _bench.FileSet with
        {
            Rules = [new(false, PatternKind.Path, "/data/var"), new(true, PatternKind.Wildcard, "*.log"),
                new(false, PatternKind.Path, "/data/tmp/")],
        };

        Assert.Equal(["d /data", "d /data/var", "d /data/var/log", "- /data/var/log/keep.log"], Saved());
        Assert.Empty(_bench.Storage.Unsaved);
    }

    [Fact]
    public void Depth_of_10_000_is_no_matter()
    {
        VirtualNode at = Tree.Directory("/data");
        for (int i = 0; i < 10_000; i++) at = at.Children["d"] = new VirtualNode { Kind = EntryKind.Directory, Inode = (ulong)i + 1000 };
        at.Children["f"] = new VirtualNode { Kind = EntryKind.File, Inode = 7, Content = [1] };

        Assert.Null(_bench.Full().Ended.Failure);
        Assert.Equal((1L, 10_002L), (_bench.Seal.Totals.FilesSaved, _bench.Seal.Totals.Entries));
    }

    [Fact]
    public void Estimate_counts_what_an_incremental_would_save_and_reads_nothing()
    {
        for (int i = 0; i < 20; i++) Tree.File($"/data/f{i}", "12345");
        _bench.Full();
        int opened = Tree.Opened;
        Tree["/data/f3"].Changed = new Instant(1_500_000, 0);
        Tree.File("/data/new", "1234567");
        var listing = new List<string>();

        EstimateOutcome ended = new EstimateSession(Tree, _bench.Cache).Run(
            new ScanOrder(_bench.FileSet, default, _bench.LastRoot, new Instant(2_000_000, 0), null),
            (path, size) => listing.Add($"{Encoding.Latin1.GetString(path)} {size}"), CancellationToken.None);

        Assert.Equal((2L, 12L), (ended.FilesToSave, ended.BytesToSave));
        Assert.Equal((22L, 21L, 107L), (ended.Entries, ended.Files, ended.Bytes));
        Assert.Equal(["/data/f3 5", "/data/new 7"], listing);
        Assert.Equal(opened + 2, Tree.Opened);
    }
}
