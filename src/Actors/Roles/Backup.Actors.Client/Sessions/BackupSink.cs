using Backup.Actors.Client.Nodes;
using Backup.Filesets.Compare;
using Backup.Filesets.Timing;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// What a scan finds, made records of the session's stream; nodes go into the cache too. Tells its progress once a second. One thread.
/// </summary>
internal sealed class BackupSink : IScanSink, IDisposable
{
    private const int EntriesBetweenLooks = 64; // at the clock
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromSeconds(1);

    private readonly BackupStream _stream;
    private readonly BackupContent _content;
    private readonly SessionSurroundings _surroundings;
    private readonly BackupOrder _order;
    private readonly CancellationToken _cancellation;
    private byte[] _path = new byte[256];
    private int _pathLength;
    private int _sinceLook;
    private long _entries;
    private long _filesSaved;
    private long _lastProgress;

    public BackupSink(SessionSurroundings surroundings, BackupOrder order, BackupStream stream, StageClock<BackupStage> stages,
        CancellationToken cancellation)
    {
        (_surroundings, _order, _stream, _cancellation) = (surroundings, order, stream, cancellation);
        _content = new BackupContent(stream, order, stages, Working);
        _lastProgress = surroundings.Clock.GetTimestamp();
    }

    public long BytesRead => _content.BytesRead;

    public void Seen(ReadOnlySpan<byte> path)
    {
        _entries++;
        if (_sinceLook++ < EntriesBetweenLooks) return;
        if (_path.Length < path.Length) _path = new byte[path.Length * 2];
        path.CopyTo(_path);
        _pathLength = path.Length;
        Look();
    }

    public ContentAnswer Read(in FileContent content)
    {
        _filesSaved++;
        return _content.Read(content);
    }

    public ContentReference Entry(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        _filesSaved++;
        long index = _content.NextIndex();
        _stream.Attributes(path, entry, index);
        _stream.Trailer(index, new TrailerRecord(TrailerStatus.Complete, entry.Size, Digest.None, 0));
        return _content.ReferenceTo(index);
    }

    public void AttributesOnly(ReadOnlySpan<byte> path, TreeEntry entry, bool isFurtherName)
    {
        _filesSaved++;
        if (isFurtherName) _stream.Attributes(path, entry, entry.Reference.FileIndex, RecordFlags.FurtherName);
        else _stream.Attributes(path, entry, _content.NextIndex());
    }

    public void Directory(ReadOnlySpan<byte> path, TreeEntry entry) => _stream.Attributes(path, entry, _content.NextIndex());

    public void Node(NodeId id, byte[] encoding)
    {
        _stream.Node(encoding);
        _surroundings.Cache.AddPending(new StoredNode(id, _order.Session, encoding));
    }

    public void Unsaved(UnsavedFile file) => _stream.Unsaved(file);

    private void Working()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_sinceLook++ >= EntriesBetweenLooks) Look();
    }

    private void Look()
    {
        _sinceLook = 0;
        long now = _surroundings.Clock.GetTimestamp();
        if (_surroundings.Clock.GetElapsedTime(_lastProgress, now) < BetweenProgress) return;
        _lastProgress = now;
        _surroundings.Progress(new ClientProgress(
            _order.Job, _order.Session, _entries, _filesSaved, _content.BytesRead, _stream.BytesSent,
                ByteText.Show(_path.AsSpan(0, _pathLength))));
    }

    public void Dispose() => _content.Dispose();
}
