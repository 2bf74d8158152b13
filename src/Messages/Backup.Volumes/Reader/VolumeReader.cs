using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Volumes.Reader;

/// <summary>
/// Reads one volume through a drive, in any state the volume may be in. Throws <see cref="VolumeException"/> from Open; afterwards what is
/// wrong is a fault given to the sink, and all that is whole is read. One thread at a time; Dispose unloads, the drive is the caller's.
/// </summary>
public sealed class VolumeReader : IDisposable
{
    private readonly IDrive _drive;
    private readonly BlockSource _source;
    private readonly IndexChain _chain;
    private IReadOnlyList<long>? _starts;
    private long _tail = -1; // from here on no whole index segment tells of what lies there

    private VolumeReader(IDrive drive, VolumeLabel label)
    {
        _drive = drive;
        Label = label;
        _source = new BlockSource(drive, label);
        _chain = new IndexChain(_source);
    }

    public VolumeLabel Label { get; }

    /// <summary>The label is damaged: of it only name, life and block size are known.</summary>
    public bool IsLabelLost => LabelSalvage.IsSalvaged(Label);

    /// <summary>Blocks read so far, for tests of how little a call reads and for reports.</summary>
    public long BlocksRead => _source.Blocks;

    /// <summary>Bytes of them.</summary>
    public long BytesRead => _source.Bytes;

    /// <summary>Loads the volume and checks its label; null takes whatever life is there.</summary>
    public static VolumeReader Open(IDrive drive, string name, VolumeLifeId? life = null) =>
        new(drive, VolumeOpening.Open(drive, name, life, DriveAccess.Read));

    /// <summary>
    /// What the volume holds, from its index segments alone; where one is damaged the whole volume is read, where the last
    /// one is lost what lies behind the one before. Node and Unsaved records go to the sink.
    /// </summary>
    public SessionCatalogue ReadIndex(IRecordSink sink)
    {
        var builder = new CatalogueBuilder(Label);
        if (FindSegments(sink) is not { } starts)
        {
            new VolumePass(_source, Label, new CatalogueSink(builder, sink)).Run();
            return builder.Build(fromIndexes: false);
        }
        var watch = new SequenceWatch(Label.Name, readsData: false, sink.Report);
        bool wanted = true;
        foreach (long start in starts)
        {
            ReadWhole(sink, start, (in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) =>
            {
                if (!wanted || !watch.Admit(place, header, payload)) return;
                builder.Take(place, header, payload);
                if (Lanes.Of(header.Type) == Lane.Index) wanted = sink.Take(place, header, payload);
            });
            if (!wanted) break;
        }
        if (wanted && _tail >= 0)
        {
            var marks = new TailCatalogueSink(builder, sink);
            new TailPass(_source, Label, _tail).Run(marks, marks.Settle);
        }
        return builder.Build(fromIndexes: _tail < 0);
    }

    /// <summary>
    /// What a catalog must know of the volume, commit point by commit point as they lie on it, from its index segments alone; where one is
    /// damaged the whole volume is read, and what is lost is named and never said to be there. Bounded memory: the records of one segment.
    /// </summary>
    public ScanSummary Scan(IScanSink sink)
    {
        (long blocks, long bytes) = (_source.Blocks, _source.Bytes);
        var gatherer = new ScanGatherer(Label, sink);
        IReadOnlyList<long>? starts = FindSegments(gatherer);
        if (starts is null) new VolumePass(_source, Label, gatherer, gatherer.Settle).Run();
        else ScanSegments(starts, gatherer);
        gatherer.End();
        return new ScanSummary(starts is not null, gatherer.IsFull, _source.Blocks - blocks, _source.Bytes - bytes);
    }

    private void ScanSegments(IReadOnlyList<long> starts, ScanGatherer gatherer)
    {
        var watch = new SequenceWatch(Label.Name, readsData: false, gatherer.Report);
        foreach (long start in starts)
        {
            bool read = ReadWhole(gatherer, start, (in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) =>
            {
                if (watch.Admit(place, header, payload)) gatherer.Take(place, header, payload);
            });
            if (read) gatherer.Settle(start);
        }
    }

    /// <summary>Each reading is told what is wrong with the index: the one before may have been for somebody else.</summary>
    private IReadOnlyList<long>? FindSegments(IRecordSink sink)
    {
        IReadOnlyList<long>? starts = _starts ??= _chain.Find(out _tail);
        if (starts is null)
            sink.Report(new(FaultKind.Damaged, _source.Number, null, 0, 0,
                $"volume {Label.Name}: its index is damaged at block {_source.Number}: everything is read"));
        else if (_tail >= 0)
            sink.Report(new(FaultKind.TornTail, -1, null, 0, 0,
                $"volume {Label.Name}: no whole index tells of what lies from block {_tail} on: it was never reported as stored, "
                    + "or its index is lost"));
        return starts;
    }

    private bool ReadWhole(IRecordSink sink, long segment, SegmentRecord take)
    {
        bool isWhole = false;
        if (!Guarded(sink, segment, () => isWhole = _chain.ReadSegment(segment, take).IsWhole)) return false;
        if (!isWhole)
            sink.Report(new(FaultKind.Damaged, segment, null, 0, 0,
                $"volume {Label.Name}: the index segment at block {segment} cannot be read to its end"));
        return isWhole;
    }

    private bool Guarded(IRecordSink sink, long segment, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (FormatException e)
        {
            sink.Report(new(FaultKind.BadRecord, segment, null, 0, 0,
                $"volume {Label.Name}: index segment at block {segment}: {e.Message}"));
            return false;
        }
    }

    /// <summary>
    /// The data records of these file indexes of one session, in the order they lie; reads no more data blocks than it must, and where
    /// <paramref name="known"/> says which index segments tell of all that the volume has of the session, no other ones. Where segments
    /// are lost or damaged, or are not as known, what they told of is read block by block; that they are not as known is said, for a volume
    /// that was cut behind a filemark looks whole.
    /// </summary>
    public ReadSummary ReadSession(
        SessionId session, IReadOnlyList<FileIndexRange> ranges, IRecordSink sink, IReadOnlyList<SegmentSpan>? known = null)
    {
        var filter = new SessionSink(session, ranges, sink);
        if (ranges.Count == 0) return filter.Summary(0);
        long before = _source.Blocks;
        if (known is { Count: > 0 } && KnownTables(filter, session, ranges, known) is { } found)
        {
            ReadTables(filter, session, known[^1].Segment, found, ranges);
            return filter.Summary(_source.Blocks - before);
        }
        if (FindSegments(filter) is not { } starts)
        {
            ReadSummary all = new VolumePass(_source, Label, filter).Run();
            return filter.Summary(all.Blocks);
        }
        long last = ranges.Max(range => range.Last);
        foreach (long start in starts)
        {
            bool isWhole = FindTables(filter, session, start, out List<BlockTable> tables, out bool ended);
            ReadTables(filter, session, start, tables, ranges);
            bool isPast = isWhole && (ended || (tables.Count > 0 && tables[^1].LastFileIndex > last));
            if (isPast || filter.IsSatisfied) return filter.Summary(_source.Blocks - before);
        }
        if (_tail >= 0) new TailPass(_source, Label, _tail).Run(filter);
        return filter.Summary(_source.Blocks - before);
    }

    private List<BlockTable>? KnownTables(
        SessionSink sink, SessionId session, IReadOnlyList<FileIndexRange> ranges, IReadOnlyList<SegmentSpan> known)
    {
        var tables = new List<BlockTable>();
        foreach (SegmentSpan span in known)
        {
            if (!span.Has(ranges)) continue;
            if (_chain.TablesIn(session, span) is not { } found)
            {
                sink.Report(new(FaultKind.Gap, span.Segment, session, 0, 0,
                    $"volume {Label.Name}: block {span.Segment}: the index segment that should be there is not, or is damaged"));
                return null;
            }
            tables.AddRange(found);
        }
        return tables;
    }

    private void ReadTables(
        SessionSink filter, SessionId session, long segment, List<BlockTable> tables, IReadOnlyList<FileIndexRange> ranges)
    {
        foreach (BlockTable table in tables)
            if (!Guarded(filter, segment, () => ReadBlocks(session, BlockRows.Read(table), ranges, filter))) break;
    }

    private bool FindTables(IRecordSink sink, SessionId session, long start, out List<BlockTable> tables, out bool ended)
    {
        var found = new List<BlockTable>();
        tables = found;
        bool end = false;
        bool read = ReadWhole(sink, start, (in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) =>
        {
            if (header.Type == RecordType.BlockTable && place.Session == session) found.Add(CborMap.Decode<BlockTable>(payload.ToArray()));
            end |= header.Type == RecordType.SessionEnd && place.Session == session;
        });
        ended = end;
        return read;
    }

    private void ReadBlocks(SessionId session, List<BlockRow> rows, IReadOnlyList<FileIndexRange> ranges, SessionSink sink)
    {
        var assembler = new RecordAssembler();
        foreach (BlockRow row in rows)
        {
            if (sink.IsSatisfied) return;
            if (!ranges.IsWanted(row.FirstFileIndex, row.LastFileIndex)) continue;
            if (row.Block != _source.Next) assembler.Clear();
            if (!_source.Seek(row.Block) || _source.Read() != Found.Block)
            {
                string text = _source.Fault?.Text ?? $"volume {Label.Name}: block {row.Block} cannot be reached";
                sink.Report(new(_source.Fault?.Kind ?? FaultKind.Unreadable, row.Block, session, row.FirstFileIndex, row.LastFileIndex,
                    text));
                assembler.Clear();
                continue;
            }
            VolumePass.Give(_source, assembler, sink);
        }
    }

    /// <summary>
    /// Every record of the volume from its first to its last block. Marks of sessions come twice: among the data and in the index.
    /// Every fault is reported
    /// and what is whole behind it is read.
    /// </summary>
    public ReadSummary ReadAll(IRecordSink sink) => new VolumePass(_source, Label, sink).Run();

    public void Dispose()
    {
        _source.Dispose();
        _drive.Unload();
    }
}
