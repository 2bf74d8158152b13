using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Volumes.Reader;

/// <summary>
/// Marks and index records as they come off a volume, into the facts of a scan. They are held until the filemark behind their segment has
/// come: what has none was never reported as stored. One use each, one thread.
/// </summary>
internal sealed class ScanGatherer(VolumeLabel label, IScanSink sink) : IRecordSink
{
    /// <summary>Payload bytes held between two filemarks: writers commit before, and the first ones had up to 32 MiB.</summary>
    public const long HeldBytesMax = 64L << 20;

    private sealed class Session
    {
        public SessionLabel? Label { get; set; }
        public bool IsGiven { get; set; }
        public int Attempt { get; set; }

        /// <summary>Where the last commit point ended, or the attempt begins.</summary>
        public StreamPosition Position { get; set; }
        public List<Run> Runs { get; } = [];

        /// <summary>The highest file index of the block table before the next commit; 0 for no table.</summary>
        public long TableFileIndex { get; set; }
    }

    /// <summary>Index records without a gap among them.</summary>
    private sealed class Run(long first)
    {
        public long First => first;
        public long Last { get; set; } = first - 1;
        public List<IndexRecord> Records { get; } = [];
    }

    private readonly Dictionary<SessionId, Session> _sessions = [];
    private readonly List<CommitMark> _marks = [];
    private readonly List<SessionEnd> _ends = [];
    private VolumeCounts _counts = new(0, 0, 0, 0, 0, 0, 0, default, default);
    private bool _closing;
    private long _held;

    /// <summary>The end of the volume was found.</summary>
    public bool IsFull { get; private set; }

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case RecordType.SessionStart:
                SessionLabel start = CborMap.Decode<SessionLabel>(payload.ToArray());
                Of(start.Session).Label ??= start;
                break;
            case RecordType.Continuation:
                Continuation continues = CborMap.Decode<Continuation>(payload.ToArray());
                Of(continues.Label.Session).Label ??= continues.Label;
                Begin(Of(continues.Label.Session), continues.Attempt, continues.Position);
                ComeBack(Of(continues.Label.Session), continues);
                break;
            case RecordType.AttemptStart:
                AttemptStart attempt = CborMap.Decode<AttemptStart>(payload.ToArray());
                Begin(Of(attempt.Session), attempt.Attempt, attempt.ContinuesFrom);
                break;
            case RecordType.Node or RecordType.Unsaved:
                Hold(place, header, payload);
                break;
            case RecordType.BlockTable:
                Of(place.Session).TableFileIndex = CborMap.Decode<BlockTable>(payload.ToArray()).LastFileIndex;
                break;
            case RecordType.Commit:
                _marks.Add(CborMap.Decode<CommitMark>(payload.ToArray()));
                break;
            case RecordType.SessionEnd:
                _ends.Add(CborMap.Decode<SessionEnd>(payload.ToArray()));
                break;
            case RecordType.VolumeIndex:
                _counts = CborMap.Decode<VolumeIndex>(payload.ToArray()).Counts;
                break;
            case RecordType.EndOfVolume:
                _closing = CborMap.Decode<EndOfVolume>(payload.ToArray()).Full;
                break;
        }
        return true;
    }

    public void Report(VolumeFault fault) => sink.Report(fault);

    /// <summary>A filemark: what came before it is stored. Segment is the first block of the index segment before it.</summary>
    public void Settle(long segment)
    {
        foreach (Session session in _sessions.Values)
        {
            if (session.IsGiven || session.Label is not { } start) continue;
            sink.Start(start);
            session.IsGiven = true;
        }
        foreach (CommitMark mark in _marks) Give(Of(mark.Session), mark, segment);
        foreach (SessionEnd end in _ends) sink.End(end);
        _marks.Clear();
        _ends.Clear();
        IsFull |= _closing;
    }

    /// <summary>The end of the data: marks that no filemark follows are left out.</summary>
    public void End()
    {
        if (_marks.Count + _ends.Count == 0) return;
        sink.Report(new(FaultKind.TornTail, -1, null, 0, 0,
            $"volume {label.Name}: {_marks.Count} commit points at its end have no filemark behind them: they were "
                + "never reported as stored"));
    }

    private Session Of(SessionId id)
    {
        if (!_sessions.TryGetValue(id, out Session? session)) _sessions[id] = session = new Session();
        return session;
    }

    private static void Begin(Session session, int attempt, StreamPosition from)
    {
        if (attempt <= session.Attempt) return; // marks come twice where data are read: among them, and in the index
        session.Attempt = attempt;
        session.Position = from;
        session.Runs.RemoveAll(run => run.First > from.Index);
    }

    /// <summary>It was on this volume before, and on others since: its next commit point goes from where it left those.</summary>
    private static void ComeBack(Session session, Continuation goesOn)
    {
        (StreamPosition at, StreamPosition from) = (session.Position, goesOn.Position);
        if (goesOn.Attempt == session.Attempt) session.Position = new(Math.Max(at.Data, from.Data), Math.Max(at.Index, from.Index));
    }

    private void Hold(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (_held + payload.Length > HeldBytesMax) Drop(place);
        Session session = Of(place.Session);
        if (session.Runs is not [.., var run] || run.Last + 1 != header.Sequence) session.Runs.Add(run = new Run(header.Sequence));
        run.Last = header.Sequence;
        run.Records.Add(new IndexRecord(header.Type, payload.ToArray()));
        _held += payload.Length;
    }

    private void Drop(in RecordPlace place)
    {
        foreach (Session session in _sessions.Values) session.Runs.Clear();
        _held = 0;
        Report(new(FaultKind.Gap, place.Block, null, 0, 0,
            $"volume {label.Name}: block {place.Block}: {HeldBytesMax} bytes of index records without a commit point are left out"));
    }

    private void Give(Session session, CommitMark mark, long segment)
    {
        (long table, session.TableFileIndex) = (session.TableFileIndex, 0);
        if (table == 0) segment = 0;
        StreamPosition from = session.Position;
        List<Run> runs = session.Runs;
        bool whole = runs.Count == 0
            ? mark.Position.Index == from.Index
            : runs is [var only] && only.First == from.Index + 1 && only.Last == mark.Position.Index;
        if (whole) sink.Commit(new(mark, from, mark.Position, true, _counts, runs is [var all] ? all.Records : [], segment, table));
        else GivePieces(runs, mark);
        _held -= runs.Sum(run => run.Records.Sum(record => (long)record.Payload.Length));
        runs.Clear();
        session.Position = mark.Position;
    }

    /// <summary>
    /// Records of the commit point are lost. Those that are left are given as pieces on which no other commit point follows, so that nobody
    /// takes the session for whole; the mark itself as an empty one, for its place on the volume.
    /// </summary>
    private void GivePieces(List<Run> runs, CommitMark mark)
    {
        foreach (Run run in runs)
            sink.Commit(new(mark, mark.Position with { Index = run.First - 1 }, mark.Position with { Index = run.Last }, false, _counts,
                run.Records, 0, 0));
        sink.Commit(new(mark, mark.Position, mark.Position, false, _counts, [], 0, 0));
    }
}
