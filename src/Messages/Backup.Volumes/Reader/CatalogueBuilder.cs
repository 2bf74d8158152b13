using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>Marks of sessions as they come, into one row a session. One use each.</summary>
internal sealed class CatalogueBuilder(VolumeLabel label)
{
    private readonly Dictionary<SessionId, SessionOnVolume> _sessions = [];
    private readonly List<SessionId> _order = [];
    private VolumeCounts? _counts;
    private bool _closed;

    public void Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case RecordType.Attributes or RecordType.Data or RecordType.Trailer:
                if (!_sessions.ContainsKey(place.Session)) Set(Of(place.Session)); // its marks may be lost, and its files are not
                break;
            case RecordType.SessionStart:
                SessionLabel start = CborMap.Decode<SessionLabel>(payload.ToArray());
                Set(Of(start.Session) with { Start = start });
                break;
            case RecordType.Continuation:
                Continuation continues = CborMap.Decode<Continuation>(payload.ToArray());
                Set(Of(continues.Label.Session) with { Continues = continues });
                break;
            case RecordType.AttemptStart:
                AttemptStart attempt = CborMap.Decode<AttemptStart>(payload.ToArray());
                SessionOnVolume begun = Of(attempt.Session);
                if (!begun.Attempts.Contains(attempt)) Set(begun with { Attempts = [.. begun.Attempts, attempt] });
                break;
            case RecordType.SessionEnd:
                SessionEnd end = CborMap.Decode<SessionEnd>(payload.ToArray());
                Set(Of(end.Session) with { End = end });
                break;
            case RecordType.Commit:
                CommitMark mark = CborMap.Decode<CommitMark>(payload.ToArray());
                Set(Of(mark.Session) with { LastCommit = mark });
                break;
            case RecordType.Node:
                Set(Of(place.Session) with { NodeRecords = Of(place.Session).NodeRecords + 1 });
                break;
            case RecordType.Unsaved:
                Set(Of(place.Session) with { UnsavedRecords = Of(place.Session).UnsavedRecords + 1 });
                break;
            case RecordType.VolumeIndex:
                _counts = CborMap.Decode<VolumeIndex>(payload.ToArray()).Counts;
                break;
            case RecordType.EndOfVolume:
                _closed = true;
                break;
        }
    }

    private SessionOnVolume Of(SessionId session) =>
        _sessions.TryGetValue(session, out SessionOnVolume? known) ? known : new SessionOnVolume(session, null, null, null, [], null, 0, 0);

    private void Set(SessionOnVolume session)
    {
        if (!_sessions.ContainsKey(session.Session)) _order.Add(session.Session);
        _sessions[session.Session] = session;
    }

    public SessionCatalogue Build(bool fromIndexes) => new(label, _counts, [.. _order.Select(id => _sessions[id])], _closed, fromIndexes);
}
