using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>Is called for each record of a segment; the payload is good until it returns.</summary>
internal delegate void SegmentRecord(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload);

/// <summary>One index segment as it was read: whole from its first block to its filemark, and where it leads.</summary>
internal readonly record struct SegmentState(bool IsWhole, long Previous, long Behind);

/// <summary>
/// The index segments behind one up to another, both named by their first blocks (0: the beginning), and the first and last of a
/// session's file indexes of which they tell, inclusive.
/// </summary>
public readonly record struct SegmentSpan(long Behind, long Segment, long FirstFileIndex, long LastFileIndex)
{
    /// <summary>Something of these ranges may be there.</summary>
    public bool Has(IReadOnlyList<FileIndexRange> ranges) => ranges.IsWanted(FirstFileIndex, LastFileIndex);
}

/// <summary>Goes from index segment to index segment by their addresses, without reading data. One thread.</summary>
internal sealed class IndexChain(BlockSource source)
{
    private static readonly SegmentState Broken = new(false, -1, -1);
    private readonly RecordAssembler _assembler = new();

    /// <summary>
    /// The first blocks of all whole segments from the oldest to the newest; null where the chain is broken and only reading
    /// everything helps.
    /// Tail is the place from which on no whole segment tells of what lies there; -1 where there is nothing.
    /// </summary>
    public IReadOnlyList<long>? Find(out long tail)
    {
        tail = -1;
        long end = source.FindEnd();
        long last = FindNewest(end, out _);
        if (last < 0) return null;
        var starts = new List<long>();
        for (long at = last; at > 0;)
        {
            SegmentState state = ReadSegment(at, null);
            if (!state.IsWhole || state.Previous >= at) return null;
            if (starts.Count == 0 && state.Behind < end) tail = state.Behind;
            starts.Add(at);
            at = state.Previous;
        }
        if (starts.Count == 0 && BehindLabel() < end) tail = 1;
        starts.Reverse();
        return starts;
    }

    /// <summary>The place behind the label, the format text and their filemark; -1 where there is no mark.</summary>
    public long BehindLabel()
    {
        if (!source.Seek(0)) return -1;
        while (source.Read() is not Found.EndOfData and var found)
            if (found == Found.Filemark) return source.Next;
        return -1;
    }

    /// <summary>
    /// From the last good block backwards: the newest segment that is whole; 0 for none yet, -1 where that cannot be told.
    /// </summary>
    public long FindNewest(long end, out bool torn)
    {
        torn = false;
        for (long place = end - 1; place >= 0; place--)
        {
            if (!source.Seek(place)) return -1;
            Found found = source.Read();
            if (found == Found.Filemark) continue;
            if (found != Found.Block)
            {
                torn = true;
                continue;
            }
            BlockHeader header = source.Header;
            bool inSegment = header.Flags.HasFlag(BlockFlags.Index);
            long start = inSegment && header.Flags.HasFlag(BlockFlags.SegmentStart) ? header.Number : header.LastIndex;
            torn |= !header.Flags.HasFlag(BlockFlags.SegmentEnd) && header.Number > 0 && (inSegment || header.LastIndex > 0);
            return Settle(start, ref torn);
        }
        return -1;
    }

    private long Settle(long start, ref bool torn)
    {
        while (start > 0)
        {
            SegmentState state = ReadSegment(start, null);
            if (state.IsWhole) return start;
            torn = true;
            if (state.Previous < 0 || state.Previous >= start) return -1;
            start = state.Previous;
        }
        return 0;
    }

    /// <summary>Reads one segment, checking each of its blocks, and gives its records to <paramref name="take"/>.</summary>
    public SegmentState ReadSegment(long start, SegmentRecord? take)
    {
        _assembler.Clear();
        long previous = -1;
        if (!source.Seek(start)) return Broken;
        while (true)
        {
            if (source.Read() != Found.Block) return Broken with { Previous = previous };
            BlockHeader header = source.Header;
            bool first = source.Number == start;
            bool belongs = header.Flags.HasFlag(BlockFlags.Index) && header.Flags.HasFlag(BlockFlags.SegmentStart) == first && (first
                || header.LastIndex == start);
            if (!belongs) return Broken with { Previous = previous };
            if (first) previous = header.LastIndex;
            if (take is not null) Give(source.Number, take);
            if (!header.Flags.HasFlag(BlockFlags.SegmentEnd)) continue;
            bool closed = source.Read() == Found.Filemark;
            return new SegmentState(closed, previous, source.Next);
        }
    }

    /// <summary>
    /// The session's block tables in the segments of that span, in the order they lie; null where one of them is not whole or they do not
    /// tell of what the span says.
    /// </summary>
    public List<BlockTable>? TablesIn(SessionId session, SegmentSpan span)
    {
        var tables = new List<BlockTable>();
        try
        {
            for (long at = span.Segment; at > span.Behind;)
            {
                var found = new List<BlockTable>();
                SegmentState state = ReadSegment(at, (in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) =>
                {
                    if (header.Type == RecordType.BlockTable && place.Session == session)
                        found.Add(CborMap.Decode<BlockTable>(payload.ToArray()));
                });
                if (!state.IsWhole || state.Previous >= at) return null;
                tables.InsertRange(0, found);
                at = state.Previous;
            }
        }
        catch (FormatException)
        {
            return null;
        }
        return tables is [.., { } last] && last.LastFileIndex == span.LastFileIndex ? tables : null;
    }

    private void Give(long block, SegmentRecord take)
    {
        var fragments = new FragmentCursor(source.Payload);
        while (fragments.Next())
        {
            if (!_assembler.Take(fragments.Run, fragments.Fragment, fragments.Bytes, out ReadOnlySpan<byte> record)) continue;
            if (!RecordCodec.TryRead(record, out RecordHeader header) || header.Length != record.Length - RecordHeader.Size)
                throw new VolumeFormatException($"block {block} of the index has a record that cannot be read");
            take(new RecordPlace(fragments.Run.Session, fragments.Run.Attempt, block), header, record[RecordHeader.Size..]);
        }
    }

    /// <summary>The volume's counts as the segment has them.</summary>
    public VolumeIndex? ReadVolumeIndex(long start)
    {
        VolumeIndex? index = null;
        ReadSegment(start, (in RecordPlace _, in RecordHeader header, ReadOnlySpan<byte> payload) =>
        {
            if (header.Type == RecordType.VolumeIndex) index = CborMap.Decode<VolumeIndex>(payload.ToArray());
        });
        return index;
    }
}
