using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Volumes.Writer;

/// <summary>
/// The block in hand and its way to the medium: numbering, addresses of indexes, outcomes. Keeps the beginning of a record that was cut
/// at the last block's end, so that a refused block gives whole records back. One thread.
/// </summary>
internal sealed class BlockSink(IDrive drive, VolumeLabel label, long next, long lastSegment, TimeProvider clock) : IDisposable
{
    private const int IndexTries = 3; // at the end of a tape refusals and writes alternate (measured with the Linux driver)

    private readonly BlockBuilder _builder = new(label.BlockSize);
    private readonly ColumnBytes _cut = new();
    private long _segmentStart;

    /// <summary>The number of the block in hand.</summary>
    public long Next { get; private set; } = next;
    public long LastSegment { get; private set; } = lastSegment;
    public bool IsEmpty => _builder.IsEmpty;
    public long Bytes { get; private set; }
    public long Blocks { get; private set; }

    /// <summary>What the drive has taken for blocks of data so far.</summary>
    public TimeSpan Writing { get; private set; }

    public int Put(SessionId session, int attempt, ReadOnlySpan<byte> record, int from, ushort part) =>
        _builder.Put(session, attempt, record, from, part);

    /// <summary>
    /// The block in hand to the medium; <paramref name="cut"/> is what it and the blocks before have of a record that goes on in the
    /// next.
    /// </summary>
    public bool Write(BlockFlags flags, ReadOnlySpan<byte> cut)
    {
        ReadOnlySpan<byte> block = _builder.Seal(flags, label.Life, Next, LastSegment);
        long began = clock.GetTimestamp();
        WriteAnswer answer = drive.Write(block);
        Writing += clock.GetElapsedTime(began);
        if (answer.Outcome == WriteOutcome.EndOfMedium) return false;
        Expect(answer, "writing block");
        Written();
        _cut.Clear();
        _cut.Append(cut);
        return true;
    }

    private void Written()
    {
        Bytes += _builder.Length;
        Blocks++;
        Next++;
        _builder.Clear();
    }

    /// <summary>The length of the block in hand with a whole record of the volume's own in it, and whether it goes in.</summary>
    public int LengthWith(int record) => _builder.LengthWith(default, 0, record);
    public bool Fits(int record) => _builder.Fits(default, 0, record);

    public void StartSegment() => _segmentStart = Next;

    /// <summary>A block of an index segment. True where the end of the medium showed and the block went on it all the same.</summary>
    public bool WriteIndex(bool last)
    {
        bool first = Next == _segmentStart;
        BlockFlags flags = BlockFlags.Index | (first ? BlockFlags.SegmentStart : 0) | (last ? BlockFlags.SegmentEnd : 0);
        ReadOnlySpan<byte> block = _builder.Seal(flags, label.Life, Next, first ? LastSegment : _segmentStart);
        for (int i = 0; i < IndexTries; i++)
        {
            WriteAnswer answer = drive.Write(block);
            if (answer.Outcome == WriteOutcome.EndOfMedium) continue;
            Expect(answer, "writing index block");
            Written();
            return i > 0;
        }
        throw new VolumeException($"volume {label.Name}: the medium has no room for the index at block {Next}: "
            + "its sessions go on from their last commit point on another volume");
    }

    /// <summary>The filemark behind a segment, waited for: what is before it is durable when this returns.</summary>
    public void EndSegment()
    {
        Expect(drive.WriteFilemarks(1), "writing the filemark behind block");
        Next++;
        LastSegment = _segmentStart;
    }

    private void Expect(WriteAnswer answer, string doing)
    {
        if (answer.Outcome != WriteOutcome.Written)
            throw new VolumeException($"volume {label.Name}, {drive.Name}: {doing} {Next}: {answer.Reason ?? "the medium is full"}");
    }

    /// <summary>
    /// After a refusal: the whole data records of the block in hand into the remainder. A record at its end that is not whole is left
    /// out: its caller has it.
    /// </summary>
    public void Surrender(Remainder remainder)
    {
        var fragments = new FragmentCursor(_builder.Payload);
        while (fragments.Next())
        {
            if (fragments.Fragment.Flags.HasFlag(FragmentFlags.First)) _cut.Clear();
            _cut.Append(fragments.Bytes);
            if (!fragments.Fragment.Flags.HasFlag(FragmentFlags.Last)) continue;
            if (RecordCodec.TryRead(_cut.Span, out RecordHeader header)
                && Lanes.Of(header.Type) == Lane.Data) remainder.Add(fragments.Run.Session, _cut.Span);
            _cut.Clear();
        }
        _cut.Clear();
        _builder.Clear();
    }

    public void Dispose() => _builder.Dispose();
}
