using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>
/// Both lanes of every session on a volume: a gap and a repetition are noticed, and named by the files they take. One thread.
/// </summary>
internal sealed class SequenceWatch(string volume, bool readsData, Action<VolumeFault> report)
{
    private sealed class Seen
    {
        public int Attempt { get; set; }
        public long Data { get; set; }
        public long Index { get; set; }
        public long FileIndex { get; set; }

        /// <summary>The highest file index that the table before a commit tells of.</summary>
        public long TableFileIndex { get; set; }
    }

    private readonly Dictionary<SessionId, Seen> _sessions = [];

    /// <summary>True where the record is to be given on. Throws <see cref="WireFormatException"/> where a mark cannot be read.</summary>
    public bool Admit(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case RecordType.AttemptStart:
                Begin(CborMap.Decode<AttemptStart>(payload.ToArray()));
                return true;
            case RecordType.Continuation:
                Continuation goesOn = CborMap.Decode<Continuation>(payload.ToArray());
                Begin(new AttemptStart(goesOn.Label.Session, goesOn.Attempt, goesOn.Position));
                ComeBack(goesOn);
                return true;
            case RecordType.BlockTable:
                SeenOf(place.Session).TableFileIndex = CborMap.Decode<BlockTable>(payload.ToArray()).LastFileIndex;
                return true;
            case RecordType.Commit:
                Settle(place, CborMap.Decode<CommitMark>(payload.ToArray()));
                return true;
            default:
                return Lanes.Of(header.Type) switch
                {
                    Lane.Data => Follow(place, header, data: true),
                    Lane.Index => Follow(place, header, data: false),
                    _ => true,
                };
        }
    }

    private void Begin(AttemptStart start)
    {
        Seen seen = SeenOf(start.Session);
        if (start.Attempt <= seen.Attempt) return;
        bool late = seen.Attempt == 0 && (seen.Data > start.ContinuesFrom.Data || seen.Index > start.ContinuesFrom.Index);
        seen.Attempt = start.Attempt;
        if (late) return; // its first mark was damaged: this is the repetition in the index, behind the data
        (seen.Data, seen.Index) = (start.ContinuesFrom.Data, start.ContinuesFrom.Index);
    }

    /// <summary>
    /// The session was on other volumes and goes on on this one, on which it was before: what is between lies there. The mark's repetition
    /// in the index is behind what it begins and changes nothing.
    /// </summary>
    private void ComeBack(Continuation goesOn)
    {
        Seen seen = SeenOf(goesOn.Label.Session);
        if (goesOn.Attempt != seen.Attempt) return;
        (seen.Data, seen.Index) = (Math.Max(seen.Data, goesOn.Position.Data), Math.Max(seen.Index, goesOn.Position.Index));
    }

    private bool Follow(in RecordPlace place, in RecordHeader header, bool data)
    {
        Seen seen = SeenOf(place.Session);
        long last = data ? seen.Data : seen.Index;
        if (header.Sequence <= last)
        {
            report(Fault(FaultKind.Repeated, place, header.FileIndex, header.FileIndex,
                $"record {header.Sequence} of the {Name(data)} lane comes again"));
            return false;
        }
        if (header.Sequence > last + 1) Gap(place, seen, data, header.Sequence - 1, header.FileIndex);
        if (data)
        {
            seen.Data = header.Sequence;
            seen.FileIndex = Math.Max(seen.FileIndex, header.FileIndex);
        }
        else
        {
            seen.Index = header.Sequence;
        }
        return true;
    }

    /// <summary>A commit says how far both lanes were: what is short of it at this place is missing.</summary>
    private void Settle(in RecordPlace place, CommitMark mark)
    {
        Seen seen = SeenOf(place.Session);
        StreamPosition position = mark.Position;
        if (readsData && position.Data > seen.Data) Gap(place, seen, data: true, position.Data, Math.Max(seen.FileIndex,
            seen.TableFileIndex));
        if (position.Index > seen.Index) Gap(place, seen, data: false, position.Index, 0);
        (seen.Data, seen.Index) = (Math.Max(seen.Data, position.Data), Math.Max(seen.Index, position.Index));
    }

    private void Gap(in RecordPlace place, Seen seen, bool data, long through, long nextFileIndex)
    {
        long first = (data ? seen.Data : seen.Index) + 1;
        report(Fault(FaultKind.Gap, place, data ? seen.FileIndex : 0, data ? nextFileIndex
            : 0, $"records {first} to {through} of the {Name(data)} lane are missing"));
    }

    private VolumeFault Fault(FaultKind kind, in RecordPlace place, long firstFile, long lastFile, string what) =>
        new(kind, place.Block, place.Session, firstFile, lastFile,
            $"volume {volume}: block {place.Block}: session {place.Session}: {what}");

    private static string Name(bool data) => data ? "data" : "index";

    private Seen SeenOf(SessionId session)
    {
        if (!_sessions.TryGetValue(session, out Seen? seen)) _sessions[session] = seen = new Seen();
        return seen;
    }
}
