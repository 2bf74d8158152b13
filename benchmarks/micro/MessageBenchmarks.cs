using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>A message between nodes, in CBOR: what a restoring client asks for.</summary>
public class MessageBenchmarks
{
    private readonly Want _want = new(Samples.Session, [.. Enumerable.Range(0, 16).Select(i => new FileIndexRange((i * 10) + 1, (i * 10) + 5))]);
    private readonly byte[] _encoded;

    public MessageBenchmarks() => _encoded = CborMap.Encode(_want);

    [Benchmark(Description = "message of 16 ranges: encode")]
    public byte[] Encode() => CborMap.Encode(_want);

    [Benchmark(Description = "message of 16 ranges: decode")]
    public Want Decode() => CborMap.Decode<Want>(_encoded);
}
