using System.Globalization;
using System.Text;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;
using CsCheck;
using ZstdNet;

namespace Backup.Tests.Unit.Volumes;

public class TreeTests
{
    private const int FewIterations = 200;

    [Fact]
    [Trait("Req", "FMT-24")]
    public void Node_with_any_entries_comes_back_the_same_and_encodes_to_the_same_bytes() =>
        Samples.GenEntry.Array[0, 20].Sample(made =>
        {
            TreeEntry[] entries = InOrder(made);
            byte[] encoding = NodeCodec.Encode(new TreeNode(NodeKind.Files, entries, []));
            TreeNode back = NodeCodec.Decode(encoding);
            Assert.Equal(entries.Select(e => Samples.Show(e)), back.Entries.Select(e => Samples.Show(e)));
            Assert.Equal(encoding, NodeCodec.Encode(back));
            Assert.Equal(entries.Where(e => !e.Reference.IsNone).Select(e =>
                e.Reference.Session).Distinct(), NodeCodec.SessionsIn(encoding));
        }, iter: FewIterations);

    [Fact]
    public void Decode_of_any_changed_byte_gives_a_node_or_its_own_exception() =>
        Gen.Select(Samples.GenEntry.Array[1, 6], Gen.Int[0, 100_000], Gen.Byte, Gen.Bool).Sample((made, at, value, cut) =>
        {
            byte[] encoding = NodeCodec.Encode(new TreeNode(NodeKind.Files, InOrder(made), []));
            at %= encoding.Length;
            encoding[at] = value;
            try
            {
                NodeCodec.Decode(cut ? encoding.AsMemory(0, at) : encoding);
                NodeCodec.SessionsIn(encoding);
            }
            catch (VolumeFormatException)
            {
            }
        }, iter: 3000);

    [Fact]
    [Trait("Req", "FMT-04")]
    public void Decode_skips_a_column_it_does_not_know()
    {
        byte[] encoding = NodeCodec.Encode(new TreeNode(NodeKind.Files, [Samples.File("a", 1, new Random(1))], []));
        byte[] more = [(byte)(encoding[0] + 1), 0x65, .. "zebra"u8, 0x82, 0x01, 0x41, 0x00, .. encoding.AsSpan(1)];
        if (encoding[0] == 0xb7) more = [0xb8, 24, 0x65, .. "zebra"u8, 0x82, 0x01, 0x41, 0x00, .. encoding.AsSpan(1)];
        Assert.Equal(Samples.Show(NodeCodec.Decode(encoding).Entries[0]), Samples.Show(NodeCodec.Decode(more).Entries[0]));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void Decode_refuses_names_that_are_none(string name)
    {
        byte[] encoding = NodeCodec.Encode(new TreeNode(NodeKind.Files, [Samples.File(name, 1, new Random(1))], []));
        Assert.Contains("is no name", Assert.Throws<VolumeFormatException>(() =>
            NodeCodec.Decode(encoding)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_of_a_large_tree_take_at_most_80_bytes_a_file_compressed()
    {
        var random = new Random(7);
        using var compressor = new Compressor(new CompressionOptions(3));
        long bytes = 0;
        var builder = new DirectoryBuilder((_, encoding) => bytes += compressor.Wrap(encoding).Length);
        int number = 0;
        for (int directory = 0; directory < 20; directory++)
        {
            foreach (string name in Enumerable.Range(0, 50).Select(i =>
                $"report-{random.Next(100_000):x}-{i}.data").Order(StringComparer.Ordinal))
                builder.AddFile(Samples.File(name, ++number, random));
            builder.Complete();
        }
        Assert.InRange(bytes / (double)number, 33, 80);
    }

    [Fact]
    public void Complete_of_an_empty_directory_is_the_empty_node() =>
        Assert.Equal(NodeId.Empty, new DirectoryBuilder((_, _) => Assert.Fail("nothing to emit")).Complete());

    [Fact]
    public void AddFile_out_of_order_is_refused()
    {
        var builder = new DirectoryBuilder((_, _) => { });
        builder.AddFile(Samples.File("b", 1, new Random(1)));
        Assert.Throws<ArgumentException>(() => builder.AddFile(Samples.File("a", 2, new Random(1))));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 3)]
    [InlineData(40, 40)]
    [InlineData(5000, 1200)]
    public void Entries_of_a_directory_of_any_size_come_back_in_order(int files, int directories)
    {
        (NodeShelf shelf, NodeId root) = Build(Names(files, "f"), Names(directories, "d"), changed: -1);
        string[] names = [.. new TreeReader(shelf).Entries(root).Select(e => Encoding.UTF8.GetString(e.Name))];
        Assert.Equal([.. Names(files, "f"), .. Names(directories, "d")], names);
    }

    [Fact]
    public void A_changed_entry_of_100000_changes_one_segment_and_the_nodes_above_it()
    {
        string[] names = Names(100_000, "file");
        (NodeShelf before, NodeId first) = Build(names, [], changed: -1);
        (NodeShelf after, NodeId second) = Build(names, [], changed: 43_210);
        NodeId[] made = [.. after.Nodes.Keys.Except(before.Nodes.Keys)];
        Assert.NotEqual(first, second);
        Assert.Single(made, id => NodeCodec.Decode(after.Nodes[id]).Kind == NodeKind.Files);
        Assert.InRange(made.Length, 2, 4);
    }

    [Fact]
    public void An_added_and_a_deleted_name_change_few_segments()
    {
        string[] names = Names(100_000, "file");
        (NodeShelf before, _) = Build(names, [], changed: -1);
        string[] others = [.. names.Where((_, i) => i != 70_001).Append("file0050000b").Order(StringComparer.Ordinal)];
        (NodeShelf after, _) = Build(others, [], changed: -1);
        Assert.InRange(after.Nodes.Keys.Except(before.Nodes.Keys).Count(), 2, 10);
    }

    [Fact]
    [Trait("Req", "FMT-24")]
    public void A_run_of_the_very_entries_that_were_read_keeps_its_node_and_is_not_made_again()
    {
        (NodeShelf shelf, NodeId root) = Build(Names(5000, "f"), Names(40, "d"), changed: -1);
        var read = new Dictionary<NodeId, TreeNode>();
        TreeEntry[] entries = [.. new TreeReader(shelf).Entries(root, read.Add)];
        int runs = read.Values.Count(node => node.Kind != NodeKind.Links);
        var made = new List<NodeId>();
        var builder = new DirectoryBuilder((id, _) => made.Add(id), (kind, run) => read
            .Where(node => node.Value.Kind == kind && node.Value.Entries.SequenceEqual(run, ReferenceEqualityComparer.Instance))
            .Select(node => (NodeId?)node.Key).SingleOrDefault());
        foreach (TreeEntry entry in entries)
            if (entry.Kind == EntryKind.Directory) builder.AddDirectory(entry);
            else builder.AddFile(entry);
        Assert.Equal(root, builder.Complete());
        Assert.True(runs > 2, $"{runs} runs are too few to tell");
        Assert.All(made, id => Assert.Equal(NodeKind.Links, read[id].Kind));
    }

    [Fact]
    public void Find_reads_one_path_of_nodes()
    {
        (NodeShelf shelf, NodeId large) = Build(Names(100_000, "f"), Names(300, "d"), changed: -1);
        var builder = new DirectoryBuilder(shelf.Add);
        builder.AddDirectory(Samples.Directory("large", large));
        NodeId root = builder.Complete();
        var reader = new TreeReader(shelf);
        Assert.Equal("f0077777", Encoding.UTF8.GetString(reader.Find(root, "/large/f0077777"u8)!.Name));
        Assert.InRange(shelf.Reads, 2, 6);
        Assert.Equal(EntryKind.Directory, reader.Find(root, "/large/d0000299"u8)!.Kind);
        Assert.Null(reader.Find(root, "/large/nothing"u8));
        Assert.Null(reader.Find(root, "/large/f0000001/below"u8));
        Assert.Equal(root, reader.Find(root, "/"u8)!.Child);
    }

    [Fact]
    public void Walk_gives_every_path_a_directory_before_its_content_and_at_any_depth()
    {
        var shelf = new NodeShelf();
        var builder = new DirectoryBuilder(shelf.Add);
        builder.AddFile(Samples.File("leaf", 1, new Random(1)));
        NodeId node = builder.Complete();
        for (int depth = 0; depth < 3000; depth++)
        {
            builder.AddFile(Samples.File("a", depth + 2, new Random(depth)));
            builder.AddDirectory(Samples.Directory("s", node));
            node = builder.Complete();
        }
        string[] paths = [.. new TreeReader(shelf).Walk(node).Select(p => ByteText.Show(p.Path))];
        Assert.Equal(6001, paths.Length);
        Assert.Equal(["/a", "/s", "/s/a", "/s/s"], paths[..4]);
        Assert.EndsWith("/s/s/leaf", paths[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_of_a_node_that_is_missing_or_damaged_name_the_node()
    {
        (NodeShelf shelf, NodeId root) = Build(Names(10, "f"), [], changed: -1);
        shelf.Nodes[root][^1] ^= 1;
        Assert.Equal(root, Assert.Throws<MissingNodeException>(() => new TreeReader(shelf).Entries(root).Count()).Node);
        shelf.Nodes.Clear();
        Assert.Equal(root, Assert.Throws<MissingNodeException>(() => new TreeReader(shelf).Entries(root).Count()).Node);
    }

    private static string[] Names(int count, string stem) =>
        [.. Enumerable.Range(0, count).Select(i => stem + i.ToString("d7", CultureInfo.InvariantCulture))];

    private static (NodeShelf Shelf, NodeId Root) Build(string[] files, string[] directories, int changed)
    {
        var shelf = new NodeShelf();
        var builder = new DirectoryBuilder(shelf.Add);
        for (int i = 0; i < files.Length; i++)
            builder.AddFile(Samples.File(files[i], 1, new Random(files[i].Sum(c => c)), size: i == changed ? 1 : 2));
        foreach (string name in directories) builder.AddDirectory(Samples.Directory(name, NodeId.Empty));
        return (shelf, builder.Complete());
    }

    private static TreeEntry[] InOrder(TreeEntry[] made) =>
        [.. made.DistinctBy(e => Convert.ToHexString(e.Name)).OrderBy(e => Convert.ToHexString(e.Name), StringComparer.Ordinal)];
}
