using System.Text;
using Backup.Actors.Client.Sessions;
using Backup.Filesets.Walk;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.BackupSessions;

public class RetryTests
{
    private static readonly SystemFault Denied = new(SystemFault.PermissionDenied);
    private readonly BackupBench _bench = new();

    private VirtualFileTree Tree => _bench.Tree;

    [Fact]
    [Trait("Req", "FIL-03")]
    public void File_that_could_not_be_opened_is_tried_again_at_the_end_and_saved()
    {
        Tree.File("/data/a/locked", "precious").OpenFault = (Denied, 1);
        Tree.File("/data/a/other");
        Tree.File("/data/z");

        BackupOutcome outcome = _bench.Full();

        Assert.Equal((1L, 1L), (outcome.Retried, outcome.SavedOnRetry));
        Assert.Equal(["d /data", "- /data/z", "d /data/a", "- /data/a/locked", "- /data/a/other"], _bench.Listing());
        Assert.Equal("precious"u8.ToArray(), _bench.ContentOf("/data/a/locked"));
        Assert.Empty(_bench.Storage.Unsaved);
        Assert.Equal((0L, 5L), (_bench.Seal.Totals.Unsaved, _bench.Seal.Totals.Entries));
        Assert.Equal(3, Assert.Single(_bench.Seal.Needs).Files);
    }

    [Fact]
    [Trait("Req", "FIL-04")]
    [Trait("Req", "FIL-05")]
    public void File_that_stays_unreadable_is_listed_with_path_and_reason()
    {
        Tree.File("/data/no").OpenFault = (Denied, -1);
        Tree.File("/data/yes");

        BackupOutcome outcome = _bench.Full();

        UnsavedFile unsaved = Assert.Single(_bench.Storage.Unsaved);
        Assert.Equal("/data/no", Encoding.UTF8.GetString(unsaved.Path));
        Assert.Equal((UnsavedReason.PermissionDenied, "permission denied"), (unsaved.Reason, unsaved.Detail));
        Assert.Equal((1L, 0L), (outcome.Retried, outcome.SavedOnRetry));
        Assert.Equal((1L, 1L), (_bench.Seal.Totals.Unsaved, _bench.Seal.Totals.Warnings));
        Assert.Equal(["d /data", "- /data/yes"], _bench.Listing());
    }

    [Fact]
    public void Unreadable_file_keeps_its_last_saved_version_and_is_read_again_when_it_can_be()
    {
        Tree.File("/data/f", "first");
        _bench.Full();
        Tree["/data/f"].Changed = new Instant(1_500_000, 0);
        Tree["/data/f"].OpenFault = (Denied, 2);

        _bench.Incremental();
        TreeEntry stale = _bench.Entry("/data/f")!;
        Tree["/data/f"].Changed = stale.Changed;
        _bench.Incremental();

        Assert.Equal((EntryFlags.Stale, UnsavedReason.PermissionDenied), (stale.Flags, stale.StaleReason));
        Assert.Equal(BackupBench.Session(1), stale.Reference.Session);
        Assert.Equal(EntryFlags.None, _bench.Entry("/data/f")!.Flags);
        Assert.Equal(BackupBench.Session(1), _bench.Entry("/data/f")!.Reference.Session);
    }

    [Fact]
    public void File_that_changes_while_it_is_read_is_read_again_and_only_the_whole_reading_counts()
    {
        Tree.File("/data/log", new string('a', 400_000)).WhileRead = (n =>
        {
            n.Content = [.. n.Content, (byte)'b'];
            n.Modified = new Instant(n.Modified.Seconds + 1, 0);
        }, 1);

        BackupOutcome outcome = _bench.Full();

        Assert.Equal((1L, 1L), (outcome.Retried, outcome.SavedOnRetry));
        TreeEntry entry = _bench.Entry("/data/log")!;
        Assert.Equal(400_001, entry.Size);
        Assert.Equal(400_001, _bench.ContentOf("/data/log").Length);
        Assert.Contains(_bench.Storage.Files.Values, names => names[0].Trailer?.Status == TrailerStatus.Changed);
    }

    [Fact]
    public void File_that_never_holds_still_is_listed_and_has_no_entry()
    {
        Tree.File("/data/f", new string('a', 400_000)).WhileRead = (n => n.Modified = new Instant(n.Modified.Seconds + 1, 0), -1);

        _bench.Full();

        Assert.Equal(UnsavedReason.ChangedWhileRead, Assert.Single(_bench.Storage.Unsaved).Reason);
        Assert.Null(_bench.Entry("/data/f"));
    }

    [Fact]
    public void File_that_shrinks_while_it_is_read_is_read_again_at_its_new_size()
    {
        Tree.File("/data/f", new string('a', 400_000)).WhileRead = (n => n.Content = n.Content[..10], 1);

        _bench.Full();

        Assert.Equal(10, _bench.Entry("/data/f")!.Size);
        Assert.Equal(10, _bench.ContentOf("/data/f").Length);
    }

    [Fact]
    public void Read_error_abandons_the_file_and_lists_it()
    {
        Tree.File("/data/bad", new string('x', 500_000)).ReadFault = (new SystemFault(SystemFault.InputOutput), -1);

        _bench.Full();

        Assert.Equal(UnsavedReason.ReadError, Assert.Single(_bench.Storage.Unsaved).Reason);
        Assert.All(_bench.Storage.Files.Values.Where(n => n[0].Trailer is not null), n =>
            Assert.Equal(TrailerStatus.Abandoned, n[0].Trailer!.Value.Status));
        Assert.Null(_bench.Entry("/data/bad"));
    }

    [Fact]
    public void Vanished_file_is_listed_and_keeps_its_last_version_once()
    {
        Tree.File("/data/f");
        _bench.Full();
        Tree["/data/f"].StatusFault = (new SystemFault(SystemFault.NoEntry), -1);

        _bench.Incremental();

        Assert.Equal(UnsavedReason.Vanished, Assert.Single(_bench.Storage.Unsaved).Reason);
        Assert.Equal(UnsavedReason.Vanished, _bench.Entry("/data/f")!.StaleReason);
    }

    [Fact]
    public void Unreadable_directory_keeps_everything_below_it_from_the_reference()
    {
        Tree.File("/data/d/deep/f");
        Tree.File("/data/g");
        _bench.Full();
        Tree["/data/d"].OpenFault = (Denied, -1);

        _bench.Incremental();

        Assert.Contains("- /data/d/deep/f", _bench.Listing());
        Assert.Equal((EntryFlags.Stale, UnsavedReason.PermissionDenied),
            (_bench.Entry("/data/d")!.Flags, _bench.Entry("/data/d")!.StaleReason));
        Assert.Equal("/data/d", Encoding.UTF8.GetString(Assert.Single(_bench.Storage.Unsaved).Path));
        Assert.Equal(2, _bench.Seal.Needs.Single(n => n.Session == BackupBench.Session(1)).Files);
    }

    [Fact]
    public void Unreadable_directory_without_an_older_version_is_left_out_and_listed()
    {
        Tree.File("/data/d/f");
        Tree["/data/d"].OpenFault = (Denied, -1);

        _bench.Full();

        Assert.Equal(["d /data"], _bench.Listing());
        Assert.Single(_bench.Storage.Unsaved);
    }
}
