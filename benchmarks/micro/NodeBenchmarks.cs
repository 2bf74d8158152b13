using Backup.Messages.Ids;
using Backup.Volumes.Trees;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>A tree node of 50 files.</summary>
public class NodeBenchmarks
{
    private const int Files = 50;

    private readonly TreeNode _node = new(NodeKind.Files, [.. Enumerable.Range(0, Files).Select(Samples.File)], []);
    private readonly byte[] _encoding;

    public NodeBenchmarks() => _encoding = NodeCodec.Encode(_node);

    [Benchmark(Description = "node of 50 files: encode")]
    public byte[] Encode() => NodeCodec.Encode(_node);

    [Benchmark(Description = "node of 50 files: decode")]
    public TreeNode Decode() => NodeCodec.Decode(_encoding);

    [Benchmark(Description = "node of 50 files: its id")]
    public NodeId Identify() => NodeCodec.IdOf(_encoding);
}
