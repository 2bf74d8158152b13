using Backup.Catalog;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Director.Catalogs;

/// <summary>
/// Takes one session's committed nodes and notes from the storage node into the catalog, on the channel's own thread: records, then the
/// CatalogueCommit they belong to, one transaction each, acknowledged when it is durable; at the end the SessionEnd.
/// </summary>
public sealed class CatalogueReceiver(ICatalog catalog, SessionId session)
{
    /// <summary>
    /// Records of one commit point that are held in memory, bytes; the storage node commits before it has gathered as much.
    /// </summary>
    public const int BatchBytesMax = 64 << 20;

    private readonly List<StoredNode> _nodes = [];
    private readonly List<UnsavedFile> _unsaved = [];
    private long _batchBytes;

    /// <summary>Blocks until the storage node has said the session's end (then the answer), or closed without one (then null).</summary>
    public SessionCatalogued? Serve(IBulkChannel channel)
    {
        SessionCatalogued? ended = null;
        while (channel.Receive() is { } received)
        {
            using (received)
            {
                switch (received.Kind)
                {
                    case FrameKind.Records:
                        Gather(received.Payload.Span);
                        break;
                    case FrameKind.Committed:
                        channel.Send(FrameKind.Committed, CborMap.Encode(Commit(CborMap.Decode<CatalogueCommit>(received.Payload))));
                        break;
                    case FrameKind.Seal:
                        ended = End(CborMap.Decode<SessionEnd>(received.Payload));
                        channel.Send(FrameKind.Stored, CborMap.Encode(ended));
                        break;
                    default:
                        throw new ChannelException($"{channel.Peer} sent {received.Kind} on a catalogue channel");
                }
            }
        }
        return ended;
    }

    private void Gather(ReadOnlySpan<byte> frame)
    {
        _batchBytes += frame.Length;
        if (_batchBytes > BatchBytesMax)
            throw new ChannelException($"session {session} sent more than {BatchBytesMax} bytes for one commit point");
        var records = new RecordCursor(frame);
        while (records.Next())
        {
            if (records.Header.Type == RecordType.Unsaved) _unsaved.Add(UnsavedRecord.Decode(records.Payload.ToArray()));
            else if (records.Header.Type == RecordType.Node
                && NodeRecord.TryRead(records.Payload, out SessionId holder, out ReadOnlySpan<byte> encoding))
                _nodes.Add(new StoredNode(NodeCodec.IdOf(encoding), holder, encoding.ToArray()));
            else throw new ChannelException($"session {session} sent a {records.Header.Type} record on its catalogue channel");
        }
    }

    private Committed Commit(CatalogueCommit commit)
    {
        if (commit.Session != session) throw new ChannelException($"session {session} spoke for session {commit.Session}");
        catalog.Volumes.Record(new VolumeIdentity(commit.Span.Volume, commit.Span.Life, commit.Pool, commit.Storage, commit.Labelled));
        CommitAnswer answer = catalog.Sessions.Commit(new SessionCommit(
            session, commit.From, commit.To, commit.LastPath, commit.At, commit.Span,
            new VolumeCounters(commit.VolumeBlocks, commit.VolumeBytes, commit.At), _nodes, _unsaved,
            commit.Segment, commit.LastFileIndex));
        bool hasNews = commit.VolumeIsFull || commit.VolumeCapacity > 0;
        VolumeRow? row = hasNews ? catalog.Volumes.Find(commit.Span.Life) : null;
        if (row is not null && commit.VolumeCapacity > 0 && row.Capacity != commit.VolumeCapacity)
            catalog.Volumes.Update(commit.Span.Life, new VolumeChange(Capacity: commit.VolumeCapacity));
        if (commit.VolumeIsFull && row is { State: VolumeState.Append })
            catalog.Volumes.Update(commit.Span.Life, new VolumeChange(VolumeState.Full, "written to its end"));
        _nodes.Clear();
        _unsaved.Clear();
        _batchBytes = 0;
        return new Committed(answer.Catalogued, commit.LastPath);
    }

    private SessionCatalogued End(SessionEnd end)
    {
        if (end.Session != session) throw new ChannelException($"session {session} spoke for session {end.Session}");
        EndAnswer answer = catalog.Sessions.End(end);
        return new SessionCatalogued(session, answer.Catalogued, answer.Verdict);
    }
}
