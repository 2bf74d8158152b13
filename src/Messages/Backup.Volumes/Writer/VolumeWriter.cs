using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.Volumes.Writer;

/// <summary>
/// Writes one volume through a drive. Throws <see cref="VolumeException"/> where the medium fails or is not the one asked for; after one
/// that is no <see cref="SequenceException"/> the writer only takes <see cref="Dispose"/>. A position is reported only after a filemark
/// that was waited for. One thread at a time. Disposing without Close leaves the volume as a crash would; the drive is the caller's.
/// </summary>
public sealed partial class VolumeWriter : IDisposable
{
    /// <summary>
    /// Bytes of nodes and notes held for the next index segment; more makes a commit due. Measured with a million files: 16 MiB cost a
    /// storage some 60 MiB more at its peak than 8.
    /// </summary>
    public const int IndexBytesMax = 8 << 20;

    private readonly IDrive _drive;
    private readonly TimeProvider _clock;
    private readonly BlockSink _sink;
    private readonly Dictionary<SessionId, OpenSession> _sessions = [];
    private VolumeCounts _counts;
    private Remainder? _remainder;
    private long _indexBytes;
    private OpenSession? _latest;

    private VolumeWriter(IDrive drive, VolumeLabel label, TailState tail, TimeProvider clock)
    {
        (_drive, _clock, VolumeLabel, Recovered) = (drive, clock, label, tail.Words);
        _counts = tail.Counts with { Mounts = tail.Counts.Mounts + 1 };
        _sink = new BlockSink(drive, label, tail.Next, tail.LastSegment, clock);
    }

    public VolumeLabel VolumeLabel { get; }

    /// <summary>What opening cut off, in words; empty where the volume ended well.</summary>
    public string Recovered { get; }

    /// <summary>Counted facts of the volume as it is on the medium.</summary>
    public VolumeCounts Counts => _counts with { Blocks = _counts.Blocks + _sink.Blocks, Bytes = _counts.Bytes + _sink.Bytes };

    /// <summary>The place behind all that is on the volume: where the next block goes.</summary>
    public long End => _sink.Next;

    /// <summary>Bytes in blocks on this volume, those not committed yet included.</summary>
    public long BytesWritten => _counts.Bytes + _sink.Bytes;

    /// <summary>What the drive has taken for blocks of data, of all the time that <see cref="Append"/> has.</summary>
    public TimeSpan Writing => _sink.Writing;

    /// <summary>The medium has refused a block: only Append, into the remainder, and <see cref="Finish"/> are left.</summary>
    public bool IsFull => _remainder is not null;

    /// <summary>Labels the medium (of the label's name) with text, label, format description, one filemark; what it held is gone.</summary>
    public static void Label(IDrive drive, VolumeLabel label) => VolumeOpening.Label(drive, label);

    /// <summary>Loads the volume, checks its label, finds the end of its data and cuts a torn tail back to the last commit point.</summary>
    public static VolumeWriter OpenForAppend(IDrive drive, string name, VolumeLifeId? life, TimeProvider clock)
    {
        VolumeLabel label = VolumeOpening.Open(drive, name, life, DriveAccess.Append);
        try
        {
            return new VolumeWriter(drive, label, TailState.Find(drive, label), clock);
        }
        catch (VolumeException)
        {
            drive.Unload();
            throw;
        }
    }

    /// <summary>A session begins on this volume, from its start; a further attempt where earlier ones were never opened.</summary>
    public StoreOutcome StartSession(SessionLabel label, int attempt = 1)
    {
        OpenSession session = Open(new OpenSession(label, attempt, default, 0));
        Control(session, VolumeText.Record(RecordType.SessionStart, label));
        return Control(session, VolumeText.Record(RecordType.AttemptStart, new AttemptStart(label.Session, attempt, default)));
    }

    /// <summary>A further attempt of a session begins here, from a position.</summary>
    public StoreOutcome ContinueSession(Continuation continuation)
    {
        GoOn(continuation);
        var start = new AttemptStart(continuation.Label.Session, continuation.Attempt, continuation.Position);
        return Control(_sessions[start.Session], VolumeText.Record(RecordType.AttemptStart, start));
    }

    private void GoOn(Continuation continuation)
    {
        SessionId id = continuation.Label.Session;
        if (_sessions.TryGetValue(id, out OpenSession? before) && before.Attempt < continuation.Attempt
            && !before.HasNews) _sessions.Remove(id);
        Control(Open(new(continuation.Label, continuation.Attempt, continuation.Position, continuation.BytesBefore)),
            VolumeText.Record(RecordType.Continuation, continuation));
    }

    private OpenSession Open(OpenSession session)
    {
        if (IsFull) throw new SequenceException($"volume {VolumeLabel.Name} is full: no session begins on it");
        if (!_sessions.TryAdd(session.Id, session))
            throw new SequenceException($"session {session.Id} is already open on volume {VolumeLabel.Name}");
        Instant now = Instant.Now(_clock);
        _counts = _counts with { Sessions = _counts.Sessions + 1, FirstWritten = _counts.FirstWritten == default ? now
            : _counts.FirstWritten };
        return session;
    }

    /// <summary>
    /// A record of no lane: at once among the data, so that a damaged index can be done without, and again in the next index segment.
    /// </summary>
    private StoreOutcome Control(OpenSession session, byte[] record)
    {
        session.HasNews = true;
        session.Control.Append(record);
        if (!IsFull) Put(session, default, record);
        return Outcome;
    }

    /// <summary>What the volume before this one could not take: its open sessions go on here, and their records are blocked anew.</summary>
    public StoreOutcome Take(Remainder remainder)
    {
        foreach (Remainder.Standing standing in remainder.Sessions)
        {
            GoOn(new Continuation(standing.Label, standing.Attempt, standing.Position, standing.Bytes, remainder.Volume,
                remainder.Life));
            _sessions[standing.Label.Session].GoOnAt(standing.Paths);
        }
        foreach ((SessionId session, Trees.ColumnBytes records) in remainder.Runs)
            Append(session, _sessions[session].Attempt, records.Span);
        return Outcome;
    }

    /// <summary>Takes whole records of one session; none, and <see cref="SequenceException"/>, where they do not follow.</summary>
    public StoreOutcome Append(SessionId session, int attempt, ReadOnlySpan<byte> frame)
    {
        OpenSession open = Find(session, attempt);
        SequenceCheck.Check(open, frame);
        var records = new RecordCursor(frame);
        while (records.Next())
        {
            if (Lanes.Of(records.Header.Type) == Lane.Index)
            {
                open.TakeIndex(records.Header.Sequence, records.Record);
                _indexBytes += records.Record.Length;
                continue;
            }
            if (IsFull) _remainder!.Add(session, records.Record);
            else Put(open, records.Header, records.Record);
            open.TakeData(records.Header, records.Payload);
        }
        if (_indexBytes > 2 * (long)IndexBytesMax)
            throw new VolumeException($"volume {VolumeLabel.Name}: a commit was due and has not come");
        return Outcome;
    }

    private StoreOutcome Outcome => IsFull ? StoreOutcome.EndOfMedium : _indexBytes >= IndexBytesMax ? StoreOutcome.CommitDue
        : StoreOutcome.Stored;

    /// <summary>The session takes records here: it began or goes on on this volume and no end of it is on it.</summary>
    public bool IsOpen(SessionId session) => _sessions.TryGetValue(session, out OpenSession? open) && !open.HasEnded;

    private OpenSession Find(SessionId session, int attempt)
    {
        if (_latest is { } latest && latest.Id == session && latest.Attempt == attempt && !latest.HasEnded) return latest;
        if (!_sessions.TryGetValue(session, out OpenSession? open) || open.HasEnded)
            throw new SequenceException($"session {session} is not open on volume {VolumeLabel.Name}");
        if (open.Attempt != attempt) throw new SequenceException($"session {session} is in attempt {open.Attempt}, not {attempt}");
        return _latest = open;
    }

    /// <summary>A record into the block in hand and as many more as it takes; at the end of the medium whole into the remainder.</summary>
    private void Put(OpenSession session, in RecordHeader header, ReadOnlySpan<byte> record)
    {
        int done = 0;
        for (ushort part = 0; done < record.Length;)
        {
            int taken = _sink.Put(session.Id, session.Attempt, record, done, part);
            if (taken > 0)
            {
                part++;
                done += taken;
                if (header.Sequence > 0) session.NoteBlock(_sink.Next, header);
            }
            if (done == record.Length) return;
            if (WriteBlock(record[..done])) continue;
            if (header.Sequence > 0) _remainder!.Add(session.Id, record);
            return;
        }
    }

    private bool WriteBlock(ReadOnlySpan<byte> cut)
    {
        long number = _sink.Next;
        if (_sink.Write(BlockFlags.None, cut))
        {
            foreach (OpenSession session in _sessions.Values)
            {
                (long files, long records) = session.BlockWritten(number);
                _counts = _counts with { Files = _counts.Files + files, DataRecords = _counts.DataRecords + records };
            }
            return true;
        }
        _remainder = new Remainder { Volume = VolumeLabel.Name, Life = VolumeLabel.Life };
        _sink.Surrender(_remainder);
        return false;
    }

    /// <summary>Session's end, on the volume with the next commit. Throws where the seal's position is not what was taken.</summary>
    public SessionEnd EndSession(SessionId session, SessionSeal seal, Instant ended)
    {
        if (!_sessions.TryGetValue(session, out OpenSession? open) || open.HasEnded)
            throw new SequenceException($"session {session} is not open on volume {VolumeLabel.Name}");
        if (IsFull) throw new SequenceException($"volume {VolumeLabel.Name} is full: session {session} ends on the next");
        if (seal.Position != open.Taken)
            throw new SequenceException($"session {session} was sealed at {seal.Position} and stored up to {open.Taken}");
        var end = new SessionEnd(session, open.Label.Job, seal, open.Taken, open.Taken.Data, open.BytesBefore + open.BytesTaken, ended);
        open.HasNews = true;
        open.End = VolumeText.Record(RecordType.SessionEnd, end);
        return end;
    }

    /// <summary>
    /// Makes everything taken so far durable: blocks, index segment, filemark. At the end of the medium the points may be empty; then
    /// Finish gives them. A session sealed just before is ended again on the next volume.
    /// </summary>
    public CommitResult Commit(Instant now)
    {
        if (IsFull) return new CommitResult(StoreOutcome.EndOfMedium, []);
        if (!_sink.IsEmpty && !WriteBlock([]))
        {
            foreach (OpenSession session in _sessions.Values) session.End = null;
            return new CommitResult(StoreOutcome.EndOfMedium, []);
        }
        bool news = _sessions.Values.Any(session => session.HasNews);
        IReadOnlyList<CommitPoint> points = news ? WriteSegment(now, end: null) : [];
        return new CommitResult(Outcome, points);
    }

    private List<CommitPoint> WriteSegment(Instant now, EndOfVolume? end)
    {
        _counts = _counts with { Commits = _counts.Commits + 1, LastWritten = now };
        var segment = new SegmentWriter(_sink, IsFull);
        OpenSession[] active = [.. _sessions.Values.Where(session => session.HasNews)];
        foreach (OpenSession session in active) segment.Add(session, now);
        bool nearEnd = segment.End(() => Counts, end);
        List<CommitPoint> points = [.. active.Select(segment.PointOf)];
        foreach (OpenSession session in active)
        {
            session.SegmentWritten();
            if (session.HasEnded) _sessions.Remove(session.Id);
        }
        _latest = null;
        _indexBytes = 0;
        if (nearEnd) _remainder ??= new Remainder { Volume = VolumeLabel.Name, Life = VolumeLabel.Life };
        return points;
    }

    public void Dispose() => _sink.Dispose();
}
