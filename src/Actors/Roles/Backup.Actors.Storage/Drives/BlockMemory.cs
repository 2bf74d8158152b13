using Backup.Messages.Drives;
using Backup.Volumes.Blocks;

namespace Backup.Actors.Storage.Drives;

/// <summary>How a block began and how long it was: enough, with its own checksum, to know it again. Costs a copy of its header.</summary>
internal sealed class BlockMemory
{
    /// <summary>The header of any block, and the greeting and the header of a volume's first one.</summary>
    private const int BytesKept = BlockCodec.LabelTextBytes + BlockHeader.Size;

    private readonly byte[] _beginning = new byte[BytesKept];
    private int _length;
    private int _kept;

    public bool IsKept => _length > 0;

    public void Keep(ReadOnlySpan<byte> block)
    {
        bool isFirst = !block.StartsWith(BlockCodec.Magic);
        _length = block.Length;
        _kept = Math.Min(block.Length, isFirst ? BytesKept : BlockHeader.Size);
        block[.._kept].CopyTo(_beginning);
    }

    public void Clear() => _length = 0;

    /// <summary>The drive's next block is this one, whole. Without one kept nothing is known to be.</summary>
    public bool IsNext(IDrive drive, Span<byte> buffer)
    {
        if (!IsKept || drive.Read(buffer) is not { Outcome: ReadOutcome.Block } answer || answer.Length != _length) return false;
        ReadOnlySpan<byte> block = buffer[.._length];
        if (!block[.._kept].SequenceEqual(_beginning.AsSpan(0, _kept))) return false;
        int at = block.StartsWith(BlockCodec.Magic) ? 0 : BlockCodec.LabelTextBytes;
        return BlockCodec.TryOpen(block, at, out _, out _) == BlockState.Good;
    }
}
