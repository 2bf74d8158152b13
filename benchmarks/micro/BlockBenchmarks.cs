using Backup.Messages.Values;
using Backup.Volumes.Blocks;
using Backup.Volumes.Records;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>A block of 256 KiB with the records of 31 files of 8 KiB: in, out, and its checksum alone.</summary>
public class BlockBenchmarks
{
    private readonly byte[] _block = Samples.Block();
    private readonly byte[] _packed = new byte[BlockCodec.SizeDefault];
    private readonly byte[] _content = Samples.Content(Samples.FileBytes);

    [Benchmark(Description = "block: pack and seal")]
    public int Pack()
    {
        int at = BlockHeader.Size + RunHeader.Size;
        int record = RecordHeader.Size + _content.Length;
        for (int number = 1; at + FragmentHeader.Size + record <= _packed.Length; number++)
        {
            new FragmentHeader(record, FragmentFlags.First | FragmentFlags.Last, 0).Write(_packed.AsSpan(at));
            var header = new RecordHeader(RecordType.Data, RecordFlags.None, _content.Length, number, number);
            at += FragmentHeader.Size + RecordCodec.Write(_packed.AsSpan(at + FragmentHeader.Size), header, _content);
        }
        new RunHeader(Samples.Session, 1, at - BlockHeader.Size - RunHeader.Size).Write(_packed.AsSpan(BlockHeader.Size));
        BlockCodec.Seal(_packed, 0, new BlockHeader(BlockFlags.None, at, default, 7, 3));
        return at;
    }

    [Benchmark(Description = "block: check and go over its records")]
    public long Unpack()
    {
        if (BlockCodec.TryOpen(_block, 0, out _, out ReadOnlySpan<byte> payload) != BlockState.Good)
            throw new InvalidOperationException("the block is damaged");
        long sequences = 0;
        var fragments = new FragmentCursor(payload);
        while (fragments.Next())
            if (RecordCodec.TryRead(fragments.Bytes, out RecordHeader header)) sequences += header.Sequence;
        return sequences;
    }

    [Benchmark(Description = "CRC32C of 256 KiB")]
    public uint Checksum() => Crc32C.Compute(_block);
}
