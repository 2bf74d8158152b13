using Backup.Actors.Storage.Outbox;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// One session being stored. The channel's thread runs <see cref="Receive"/>; everything else is done by the drive's thread.
/// </summary>
internal sealed class StoreSession(
    OpenStoreSession order, DriveThread drive, Delivery delivery, StorageMetrics metrics, TimeProvider clock)
{
    private readonly List<VolumeSpan> _spans = [];
    private readonly Instant _opened = Instant.Now(clock);
    private IBulkChannel? _channel;
    private volatile DriveThread _drive = drive;
    private volatile bool _isOpen;
    private volatile string _volume = "";
    private long _bytesReceived;
    private long _packTicks;
    private long _writeTicks;
    private long _commitTicks;

    /// <summary>Whose thread stores it. Changed by the engine before it is open.</summary>
    public DriveThread Drive { get => _drive; set => _drive = value; }

    public SessionId Id => order.Label.Session;
    public OpenStoreSession Order => order;
    public Delivery Delivery => delivery;
    public StreamPosition Position { get; private set; }
    public string? LastPath { get; private set; }
    /// <summary>Sealed or abandoned; set by the drive's thread.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>It has begun on a volume, and its ticket is honoured. Any thread.</summary>
    public bool IsOpen { get => _isOpen; set => _isOpen = value; }

    /// <summary>What was cut off the volume that was mounted for it, in words, until its director is told. Drive's thread.</summary>
    public string? CutBack { private get; set; }

    /// <summary>Rights to open its channel; more than one where directors followed each other. Guarded by the engine.</summary>
    public List<Ticket> Tickets { get; } = [order.Store];

    public IReadOnlyList<VolumeSpan> Spans => _spans;

    /// <summary>What the director is to be told of the volume, once.</summary>
    public string? TakeCutBack()
    {
        string? words = CutBack;
        CutBack = null;
        return words;
    }

    /// <summary>Where it is, for a director that may not know.</summary>
    /// <param name="wait">What the drive waits for.</param>
    public LiveSession Live(DriveWait? wait) => new(Id, order.Label.Job, order.Attempt,
        HasEnded ? LiveSessionState.Delivering : IsOpen ? LiveSessionState.Open : LiveSessionState.Opening,
        delivery.Log.Head.Position, delivery.Log.Head.LastPath, _volume, HasEnded ? null : wait);

    public StoringSession Status => new(Id, order.Label.Job, order.Label.JobName, Position, Interlocked.Read(ref _bytesReceived), _opened);

    private IReadOnlyList<StageTime> Stages =>
    [
        new("pack", TimeSpan.FromTicks(_packTicks).TotalSeconds),
        new("write", TimeSpan.FromTicks(_writeTicks).TotalSeconds),
        new("commit", TimeSpan.FromTicks(_commitTicks).TotalSeconds),
    ];

    /// <summary>
    /// The channel's thread: hands frames to the drive until the client has closed its side. A full queue holds the client back.
    /// </summary>
    public void Receive(IBulkChannel channel)
    {
        Volatile.Write(ref _channel, channel);
        try
        {
            while (channel.Receive() is { } frame)
            {
                if (frame.Kind == FrameKind.Records)
                {
                    Interlocked.Add(ref _bytesReceived, frame.Payload.Length);
                    metrics.Received(frame.Payload.Length);
                    _drive.Post(new RecordsWork(this, frame));
                    continue;
                }
                using (frame) TakeMessage(frame);
            }
            _drive.Post(new AbandonWork(this, "the client closed the channel before it sealed the session"));
        }
        catch (Exception e) when (e is ChannelException or WireFormatException or ObjectDisposedException)
        {
            _drive.Post(new AbandonWork(this, $"channel to the client: {e.Message}"));
        }
    }

    /// <summary>Drive's thread: appends one frame, counting the time it takes.</summary>
    public StoreOutcome Append(VolumeWriter writer, IFrame frame)
    {
        long began = clock.GetTimestamp();
        long writing = writer.Writing.Ticks;
        try
        {
            return writer.Append(Id, order.Attempt, frame.Payload.Span);
        }
        finally
        {
            long write = writer.Writing.Ticks - writing;
            _writeTicks += write;
            _packTicks += clock.GetElapsedTime(began).Ticks - write;
        }
    }

    /// <summary>
    /// Drive's thread: a commit point is on the volume. It is called committed when the outbox has it on stable storage too: from then on
    /// the catalog hears of it whatever ends. False where the session was closed while the outbox could not take it; throws
    /// <see cref="IOException"/> where it could not up to the deadline.
    /// </summary>
    public bool Commit(CommitPoint point, VolumeWriter writer, long capacity, Instant at, TimeSpan took)
    {
        _commitTicks += took.Ticks;
        metrics.Committed(took);
        StreamPosition from = Position;
        if (point.LastPath.Length > 0) LastPath = ByteText.Show(point.LastPath);
        VolumeSpan span = NoteSpan(point, writer);
        var part = new CommittedPart(
            new CatalogueCommit(
                Id, from, point.Position, LastPath, at, span, writer.VolumeLabel.Pool, writer.VolumeLabel.Storage,
                writer.VolumeLabel.Labelled, writer.Counts.Blocks, writer.Counts.Bytes, writer.IsFull, point.Segment,
                point.LastFileIndex, capacity),
            point.IndexRecords);
        if (!delivery.TryAppend(isBounded: true, () => delivery.Log.Append(part))) return false;
        Position = point.Position;
        Send(FrameKind.Committed, new Committed(Position, LastPath));
        return true;
    }

    /// <summary>
    /// Drive's thread: the end record is on stable storage, and in the outbox; the client gets its receipt. False and exceptions as at a
    /// commit point.
    /// </summary>
    public bool End(SessionEnd end)
    {
        var stored = new SessionStored(end.StoredPosition, end.DataRecordsStored, end.BytesStored, [.. _spans]);
        if (!delivery.TryAppend(isBounded: false, () => delivery.Log.Append(end))) return false;
        HasEnded = true;
        delivery.Close(EndedWith(stored, null));
        Send(FrameKind.Stored, stored);
        Close();
        return true;
    }

    /// <summary>Drive's thread: the session ends at its last commit point; the client hears why if it still listens.</summary>
    public void Abandon(string reason)
    {
        HasEnded = true;
        delivery.Close(EndedWith(null, reason));
        Send(FrameKind.Failed, new SessionFailed(reason));
        Close();
    }

    private StoreSessionEnded EndedWith(SessionStored? stored, string? failure) =>
        new(Id, stored, Position, LastPath, [.. _spans], failure, Stages, order.Label.Job);

    private void TakeMessage(IFrame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Seal:
                _drive.Post(new SealWork(this, CborMap.Decode<SessionSeal>(frame.Payload)));
                break;
            case FrameKind.Failed:
                _drive.Post(new AbandonWork(this, CborMap.Decode<SessionFailed>(frame.Payload).Reason));
                break;
            default:
                throw new ChannelException($"a {frame.Kind} frame has no place in a session that is being stored");
        }
    }

    private VolumeSpan NoteSpan(CommitPoint point, VolumeWriter writer)
    {
        _volume = writer.VolumeLabel.Name;
        var span = new VolumeSpan(writer.VolumeLabel.Name, writer.VolumeLabel.Life, point.FirstBlock, point.LastBlock, point.Bytes);
        if (_spans is [.., { } last] && last.Life == span.Life) _spans[^1] = span;
        else _spans.Add(span);
        return span;
    }

    private void Send<T>(FrameKind kind, T message) where T : notnull
    {
        try
        {
            Volatile.Read(ref _channel)?.Send(kind, CborMap.Encode(message));
        }
        catch (Exception e) when (e is ChannelException or ObjectDisposedException)
        {
            // The channel's own thread meets the same end and abandons the session with its reason.
        }
    }

    private void Close()
    {
        try
        {
            Volatile.Read(ref _channel)?.CloseSend();
        }
        catch (Exception e) when (e is ChannelException or ObjectDisposedException)
        {
            // As above: nothing more is owed to a client that is gone.
        }
    }
}
