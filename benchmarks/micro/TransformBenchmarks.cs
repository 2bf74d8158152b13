using Backup.Messages.Values;
using Backup.Transforms;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>What is done with content: its digest, and Zstandard at level 1.</summary>
public class TransformBenchmarks
{
    private const int RecordBytes = 128 << 10;

    private readonly byte[] _small = Samples.Content(Samples.FileBytes);
    private readonly byte[] _record = Samples.Content(RecordBytes);
    private readonly byte[] _restored = new byte[RecordBytes];
    private readonly byte[] _compressed;

    // For the life of the process, as a session has them for its own.
    private static readonly ContentDigest Digests = new();
    private static readonly RecordCompressor Compressor = new(1);
    private static readonly RecordDecompressor Decompressor = new();

    public TransformBenchmarks()
    {
        if (!Compressor.TryCompress(_record, out ReadOnlySpan<byte> compressed)) throw new InvalidOperationException("it did not shrink");
        _compressed = compressed.ToArray();
    }

    [Benchmark(Description = "SHA-256 of a file of 8 KiB")]
    public Digest DigestSmall() => Digest(_small);

    [Benchmark(Description = "SHA-256 of 128 KiB")]
    public Digest DigestRecord() => Digest(_record);

    [Benchmark(Description = "zstd level 1 of 128 KiB: compress")]
    public int Compress() => Compressor.TryCompress(_record, out ReadOnlySpan<byte> compressed) ? compressed.Length : 0;

    [Benchmark(Description = "zstd level 1 of 128 KiB: decompress")]
    public void Decompress() => Decompressor.Decompress(_compressed, _restored);

    private static Digest Digest(byte[] content)
    {
        Digests.Start(overExtents: false);
        Digests.Append(content);
        return Digests.Finish(content.Length);
    }
}
