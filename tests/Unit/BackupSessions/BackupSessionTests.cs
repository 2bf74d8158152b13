using System.Security.Cryptography;
using System.Text;
using Backup.Actors.Client.Sessions;
using Backup.Filesets.Walk;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Backup.Transforms;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.BackupSessions;

public class BackupSessionTests
{
    private readonly BackupBench _bench = new();

    private VirtualFileTree Tree => _bench.Tree;

    [Fact]
    [Trait("Req", "MET-06")]
    public void Full_saves_content_digest_and_attributes_of_every_file()
    {
        Tree.File("/data/a", "hello").Attributes.Add(new ExtendedAttribute("user.k"u8.ToArray(), "v"u8.ToArray()));
        Tree.Symlink("/data/link", "a");
        Tree.Special("/data/sub/pipe", EntryKind.Fifo);
        Tree.File("/data/sub/b\xff\n", "");

        BackupOutcome outcome = _bench.Full();

        Assert.Null(outcome.Ended.Failure);
        Assert.Equal(["d /data", "- /data/a", "l /data/link", "d /data/sub", "- /data/sub/b\xff\n", "p /data/sub/pipe"], _bench.Listing());
        TreeEntry a = _bench.Entry("/data/a")!;
        Assert.Equal(new Digest(DigestAlgorithm.Sha256, Hash256.Read(SHA256.HashData("hello"u8))), a.Digest);
        Assert.Equal("hello"u8.ToArray(), _bench.ContentOf("/data/a"));
        Assert.Equal("user.k"u8.ToArray(), Assert.Single(a.ExtendedAttributes).Name);
        Assert.Equal("root", a.UserName);
        Assert.Equal(4, _bench.Seal.Totals.FilesSaved);
        Assert.Equal(6, _bench.Seal.Totals.Entries);
        Assert.Equal(1, Assert.Single(_bench.Seal.Needs).Files);
        Assert.Equal(0, Tree.OpenDirectories);
    }

    [Fact]
    [Trait("Req", "LVL-09")]
    public void Incremental_of_an_unchanged_tree_opens_nothing_and_sends_nothing()
    {
        for (int i = 0; i < 200; i++) Tree.File($"/data/d{i % 7}/f{i}", $"content {i}");
        _bench.Full();
        int opened = Tree.Opened;
        var root = _bench.LastRoot;

        BackupOutcome outcome = _bench.Incremental();

        Assert.Null(outcome.Ended.Failure);
        Assert.Equal(root, _bench.LastRoot);
        Assert.Equal(opened, Tree.Opened);
        Assert.Equal(default, _bench.Seal.Position);
        Assert.Contains(_bench.Seal.Needs, n => n.Session == BackupBench.Session(1) && n.Files == 200 && n.Nodes > 0);
    }

    [Fact]
    [Trait("Req", "LVL-09")]
    public void Incremental_saves_exactly_what_was_touched_and_drops_what_was_deleted()
    {
        for (int i = 0; i < 10; i++) Tree.File($"/data/f{i}", $"content {i}");
        _bench.Full();
        foreach (int i in new[] { 1, 4, 7 })
        {
            Tree[$"/data/f{i}"].Content = Encoding.Latin1.GetBytes($"changed {i}");
            Tree[$"/data/f{i}"].Changed = new Instant(1_500_000, 0);
        }
        Tree.Remove("/data/f9");

        _bench.Incremental();

        Assert.Equal(3, _bench.Seal.Totals.FilesSaved);
        Assert.Equal(["/data/f1", "/data/f4", "/data/f7"], _bench.Storage.Paths);
        Assert.Null(_bench.Entry("/data/f9"));
        Assert.Equal(BackupBench.Session(1), _bench.Entry("/data/f0")!.Reference.Session);
        Assert.Equal(BackupBench.Session(2), _bench.Entry("/data/f1")!.Reference.Session);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(700_000)]
    public void Equal_content_under_a_new_ctime_keeps_its_reference_and_stores_attributes_only(int size)
    {
        Tree.File("/data/f", new string('x', size));
        _bench.Full();
        Tree["/data/f"].Changed = new Instant(1_500_000, 0);

        _bench.Incremental();

        Assert.Equal(BackupBench.Session(1), _bench.Entry("/data/f")!.Reference.Session);
        Assert.Equal(new Instant(1_500_000, 0), _bench.Entry("/data/f")!.Changed);
        Assert.Equal(1, _bench.Seal.Position.Data);
        Assert.Equal(1, _bench.Seal.Totals.FilesSaved);
    }

    [Fact]
    public void File_changed_less_than_3_seconds_before_the_reference_scan_is_read_again()
    {
        Tree.File("/data/f").Changed = new Instant(1_999_998, 0);
        _bench.Full();
        Tree["/data/f"].Content = "CONTENT"u8.ToArray();

        _bench.Incremental();

        Assert.Equal(BackupBench.Session(2), _bench.Entry("/data/f")!.Reference.Session);
    }

    [Fact]
    public void Content_larger_than_a_frame_is_cut_into_whole_records_and_comes_back_equal()
    {
        byte[] content = RandomNumberGenerator.GetBytes(900_000);
        Tree.File("/data/big").Content = content;

        _bench.Full();

        Assert.Equal(content, _bench.ContentOf("/data/big"));
        RecordingStorage.Stored stored = _bench.Storage.Files[_bench.Entry("/data/big")!.Reference.FileIndex][0];
        Assert.True(stored.Data.Count > 3);
        Assert.Equal(TrailerStatus.Complete, stored.Trailer!.Value.Status);
        Assert.Equal(900_000, stored.Trailer.Value.BytesRead);
    }

    [Fact]
    [Trait("Req", "FIL-12")]
    public void Compression_shrinks_what_shrinks_and_keeps_what_does_not()
    {
        _bench.FileSet = _bench.FileSet with { Compression = CompressionKind.Zstd };
        byte[] noise = RandomNumberGenerator.GetBytes(300_000);
        Tree.File("/data/text", new string('t', 300_000));
        Tree.File("/data/noise").Content = noise;

        _bench.Full();

        Assert.Equal(noise, _bench.ContentOf("/data/noise"));
        byte[] stored = _bench.ContentOf("/data/text");
        Assert.True(stored.Length < 1000);
        Assert.All(_bench.Storage.Files[_bench.Entry("/data/text")!.Reference.FileIndex][0].Data, d =>
            Assert.Equal(DataTransform.Zstd, d.Transform));
        using var back = new RecordDecompressor();
        DataHeader first = _bench.Storage.Files[_bench.Entry("/data/text")!.Reference.FileIndex][0].Data[0];
        Assert.Equal(131_072, first.RawLength);
    }

    [Fact]
    [Trait("Req", "FIL-11")]
    public void Sparse_file_stores_its_extents_and_a_digest_over_them()
    {
        VirtualNode node = Tree.File("/data/sparse");
        node.Content = new byte[10_000_000];
        node.Content[5_000_000] = 7;
        node.Extents = [new FileExtent(4_999_680, 4096)];

        _bench.Full();

        TreeEntry entry = _bench.Entry("/data/sparse")!;
        Assert.Equal(EntryFlags.Sparse, entry.Flags);
        Assert.Equal(DigestAlgorithm.Sha256OverExtents, entry.Digest.Algorithm);
        Assert.Equal(10_000_000, entry.Size);
        DataHeader data = Assert.Single(_bench.Storage.Files[entry.Reference.FileIndex][0].Data);
        Assert.Equal((4_999_680L, 4096), (data.Offset, data.RawLength));
        Assert.Equal(4096, _bench.Seal.Totals.BytesRead);
    }

    [Fact]
    public void Hard_links_share_one_content_of_whatever_kind()
    {
        Tree.File("/data/a", "shared");
        Tree.Link("/data/z/b", "/data/a");
        Tree.Symlink("/data/l", "a");
        Tree.Link("/data/m", "/data/l");

        _bench.Full();

        Assert.Equal(_bench.Entry("/data/a")!.Reference, _bench.Entry("/data/z/b")!.Reference);
        Assert.Equal(_bench.Entry("/data/a")!.Digest, _bench.Entry("/data/z/b")!.Digest);
        Assert.Equal(_bench.Entry("/data/l")!.Reference, _bench.Entry("/data/m")!.Reference);
        Assert.All(new[] { "/data/a", "/data/z/b", "/data/l", "/data/m" }, p =>
            Assert.Equal(EntryFlags.HardLinked, _bench.Entry(p)!.Flags));
        Assert.Equal(1, Tree.Opened);
        List<RecordingStorage.Stored> names = _bench.Storage.Files[_bench.Entry("/data/a")!.Reference.FileIndex];
        Assert.Equal([RecordFlags.None, RecordFlags.FurtherName], names.Select(n => n.Flags));
    }

    [Fact]
    public void Name_added_to_an_inode_shares_the_content_saved_before()
    {
        Tree.File("/data/b", "shared");
        _bench.Full();
        Tree.Link("/data/a", "/data/b").Changed = new Instant(1_500_000, 0);

        _bench.Incremental();
        _bench.Incremental();

        Assert.Equal(_bench.Entry("/data/a")!.Reference, _bench.Entry("/data/b")!.Reference);
        Assert.Equal(default, _bench.Seal.Position);
    }

    [Fact]
    [Trait("Req", "LVL-10")]
    public void Since_saves_only_what_changed_at_or_after_the_time()
    {
        Tree.File("/data/old");
        Tree.File("/data/sub/older");
        Tree.File("/data/new").Changed = new Instant(1_200_000, 0);

        _bench.Since(new Instant(1_200_000, 0));

        Assert.Equal(["d /data", "- /data/new"], _bench.Listing());
    }

    [Fact]
    public void Cut_channel_ends_the_session_and_names_the_last_commit_point()
    {
        for (int i = 0; i < 100; i++) Tree.File($"/data/f{i}", new string('x', 20_000));
        _bench.Storage.CutAfterRecords = 60;

        BackupOutcome outcome = _bench.Full();

        Assert.Contains("was cut", outcome.Ended.Failure, StringComparison.Ordinal);
        Assert.Contains("nothing was committed", outcome.Ended.Failure, StringComparison.Ordinal);
        Assert.Null(outcome.Ended.Stored);
        Assert.Equal(0, Tree.OpenDirectories);
    }

    [Fact]
    public void Lost_cache_is_fetched_again_over_the_tree_channel()
    {
        for (int i = 0; i < 50; i++) Tree.File($"/data/d{i}/f");
        _bench.Full();
        _bench.Cache.Clear();

        _bench.Incremental();

        Assert.True(_bench.Storage.NodesServed > 50);
        Assert.Equal(default, _bench.Seal.Position);
    }

    [Fact]
    public void Node_that_the_director_lacks_fails_the_job_in_one_line()
    {
        Tree.File("/data/f");
        _bench.Full();
        _bench.Cache.Clear();
        _bench.Storage.Nodes.Clear();

        BackupOutcome outcome = _bench.Incremental();

        Assert.Contains("cannot fetch the reference tree", outcome.Ended.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', outcome.Ended.Failure!);
        Assert.Equal(outcome.Ended.Failure, _bench.Seal.Failure);
    }

    [Fact]
    public void Failed_session_is_never_taken_for_a_holder_of_nodes()
    {
        Tree.File("/data/f");
        _bench.Full();
        var root = _bench.LastRoot;
        Tree.File("/data/g", new string('x', 300_000));
        _bench.Storage.CutAfterRecords = 1;
        _bench.Full();
        _bench.Storage.CutAfterRecords = 0;
        Tree.Remove("/data/g");
        _bench.LastRoot = root;

        BackupOutcome outcome = _bench.Incremental();

        Assert.Null(outcome.Ended.Failure);
        Assert.DoesNotContain(_bench.Seal.Needs, n => n.Session == BackupBench.Session(2));
    }

    [Fact]
    public void Canceled_session_is_sealed_with_its_reason()
    {
        Tree.File("/data/f");
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        var order = new BackupOrder(new(1), BackupBench.Session(1), 1, JobLevel.Full, _bench.FileSet, default, default, null,
            new("store", new(Guid.Empty, [], default, default, default)), new("tree", new(Guid.Empty, [], default, default, default)));
        var session = new BackupSession(new SessionSurroundings(Tree, _bench.Cache, _ => _bench.Storage, TimeProvider.System, _ => { }));

        BackupOutcome outcome = session.Run(order, canceled.Token);

        Assert.Equal("canceled", outcome.Ended.Failure);
        Assert.Equal("canceled", _bench.Seal.Failure);
    }
}
