using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Volumes.Writer;

/// <summary>
/// One index segment: for each session its marks, nodes and notes, block table and commit; at the end the volume's counts. One use
/// each.
/// </summary>
internal sealed class SegmentWriter
{
    private readonly BlockSink _sink;
    private readonly bool _full;
    private bool _nearEnd;

    /// <summary>Bytes by which two counts may grow on the way into their block: two integers of CBOR.</summary>
    private const int CountGrowth = 18;

    public SegmentWriter(BlockSink sink, bool full)
    {
        (_sink, _full) = (sink, full);
        _sink.StartSegment();
    }

    public void Add(OpenSession session, Instant now)
    {
        PutAll(session, session.Control.Span);
        PutAll(session, session.Index.Span);
        if (session.TableBlocks.Length > 0)
        {
            var table = new BlockTable(session.Id, session.LastFileIndex,
                session.TableBlocks.Span.ToArray(), session.TableFileIndexes.Span.ToArray(), session.TableSequences.Span.ToArray());
            Put(session.Id, session.Attempt, VolumeText.Record(RecordType.BlockTable, table));
        }
        if (session.End is { } end) Put(session.Id, session.Attempt, end);
        var mark = new CommitMark(session.Id, session.Attempt, session.InBlocks with { Index = session.Taken.Index },
            session.LastPath.ToArray(),
            session.FirstBlock, session.LastBlock, session.DataRecords, session.Bytes, now);
        Put(session.Id, session.Attempt, VolumeText.Record(RecordType.Commit, mark));
    }

    private void PutAll(OpenSession session, ReadOnlySpan<byte> wholeRecords)
    {
        var records = new RecordCursor(wholeRecords);
        while (records.Next()) Put(session.Id, session.Attempt, records.Record);
    }

    private void Put(SessionId session, int attempt, ReadOnlySpan<byte> record)
    {
        int done = 0;
        for (ushort part = 0; ;)
        {
            int taken = _sink.Put(session, attempt, record, done, part);
            if (taken > 0) part++;
            done += taken;
            if (done == record.Length) return;
            _nearEnd |= _sink.WriteIndex(last: false);
        }
    }

    /// <summary>Writes what is left and the filemark, and waits for it. True where the end of the medium showed.</summary>
    public bool End(Func<VolumeCounts> counts, EndOfVolume? end)
    {
        if (end is not null) Put(default, 0, VolumeText.Record(RecordType.EndOfVolume, end));
        if (!_sink.Fits(Index(counts(), 0).Length + CountGrowth)) _nearEnd |= _sink.WriteIndex(last: false);
        Put(default, 0, ClosingIndex(counts()));
        _nearEnd |= _sink.WriteIndex(last: true);
        _sink.EndSegment();
        return _nearEnd && !_full;
    }

    /// <summary>The counts take in the block that they stand in, whose length is that of the numbers too: again, until it fits.</summary>
    private byte[] ClosingIndex(VolumeCounts before)
    {
        byte[] record = Index(before, 0);
        while (true)
        {
            byte[] next = Index(before with { Blocks = before.Blocks + 1 }, _sink.LengthWith(record.Length));
            if (next.Length == record.Length) return next;
            record = next;
        }
    }

    private byte[] Index(VolumeCounts counts, long more) =>
        VolumeText.Record(RecordType.VolumeIndex, new VolumeIndex(_sink.LastSegment, counts with { Bytes = counts.Bytes + more }));

    /// <summary>What a session may be told once the filemark is there.</summary>
    public CommitPoint PointOf(OpenSession session)
    {
        bool hasTable = session.TableBlocks.Length > 0;
        return new CommitPoint(
            session.Id, session.InBlocks with { Index = session.Taken.Index }, session.LastPath.ToArray(),
            session.FirstBlock, session.LastBlock, session.DataRecords, session.Bytes, session.Index.Span.ToArray(),
            hasTable ? _sink.LastSegment : 0, hasTable ? session.LastFileIndex : 0);
    }
}
