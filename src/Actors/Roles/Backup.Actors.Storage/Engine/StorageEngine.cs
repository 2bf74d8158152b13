using Backup.Actors.Storage.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// The sessions, drives and volumes of one storage. It belongs to the process: an actor attaches to hear what happens, and may be replaced
/// by another; a director may be away and come back. Orders are idempotent by session. Thread safe.
/// </summary>
public sealed partial class StorageEngine : IDisposable
{
    private const string NotHere = "the storage node does not know the session: it was started again since, or has ended it";
    private const string EpochName = "epoch";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly StorageSettings _settings;
    private readonly NodeChannels _channels;
    private readonly Deliveries _deliveries;
    private readonly EpochFile _epoch;
    private readonly DriveLeases _leases;
    private readonly DriveThreads _drives;
    private readonly StorageMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, StoreSession> _sessions = [];
    private Action<object>? _say;

    /// <summary>Throws <see cref="IOException"/> where the outbox cannot be used.</summary>
    public StorageEngine(StorageSettings settings, NodeChannels channels)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _channels = channels;
        _deliveries = new Deliveries(settings, channels.Dial, Delivered);
        _epoch = EpochFile.Open(Path.Combine(settings.OutboxFolder, EpochName));
        _leases = new DriveLeases(settings.Drives, settings.Threads, settings.Clock, settings.Limits, line => Say(new DriveNote(line)));
        _drives = new DriveThreads(settings, this, _leases);
        _metrics = new StorageMetrics(settings.Name, () => Status);
        _deliveries.TakeUp();
    }

    public StorageStatus Status
    {
        get
        {
            lock (_lock)
            {
                IReadOnlyList<MediumWait> waits = _leases.Waits;
                DriveWait? wait = Waiting;
                string state = wait is not null ? "waiting" : _sessions.Count > 0 ? "storing" : "idle";
                return new StorageStatus(
                    _settings.Name, _settings.Folder, _drives.Volumes, state, [.. _sessions.Values.Select(s => s.Status)],
                    Interlocked.Read(ref _serving), _drives.BytesWritten,
                    wait?.Reason ?? _drives.Waits ?? (waits is [{ } first, ..] ? $"volume {first.Volume}: {first.Reason}" : Trouble),
                    _deliveries.Bytes, _deliveries.BytesMax, Wait: wait, Drives: _leases.Status, Slots: _settings.Drives.Slots,
                    MediumWaits: waits, BytesLeft: _drives.BytesLeft);
            }
        }
    }

    /// <summary>Who has which drive.</summary>
    internal DriveLeases Leases => _leases;

    /// <summary>An actor listens, so that a director can be told.</summary>
    public bool IsHeard
    {
        get
        {
            lock (_lock) return _say is not null;
        }
    }

    /// <summary>Sessions whose ends the director has not taken yet.</summary>
    public int Owed => _deliveries.All.Count;

    /// <summary>From now on this listener hears everything, first of all what is owed. Null: nobody listens.</summary>
    public void Attach(Action<object>? say)
    {
        lock (_lock) _say = say;
        if (say is not null) Announce();
    }

    /// <summary>
    /// Says again what a director may have missed: which sessions are here and where they are, the ends that are not taken, the volume that
    /// is waited for.
    /// </summary>
    public void Announce()
    {
        List<LiveSession> live;
        lock (_lock) live = [.. _sessions.Values.Select(session => session.Live(WaitOf(session)))];
        var ends = new List<StoreSessionEnded>();
        foreach (Delivery delivery in _deliveries.All)
        {
            if (delivery.End is { } end) ends.Add(end);
            else if (live.All(session => session.Session != delivery.Session)) live.Add(LiveOf(delivery));
        }
        Say(new StorageOnline(_settings.Name, _channels.Endpoint, live, _epoch.Seen, _settings.Drives.Media));
        foreach (StoreSessionEnded end in ends) Say(end);
        foreach (VolumeWanted wanted in Wanted()) Say(wanted);
    }

    /// <summary>Carries out one order of the director; one of a director that another has followed is refused.</summary>
    public void Take(object order)
    {
        if (order is not IStorageOrder ordered)
            throw new ArgumentException($"{order?.GetType().Name} is no order to a storage node", nameof(order));
        if (!_epoch.Obeys(ordered.Epoch))
        {
            Say(new EpochRefused(_settings.Name, ordered.Epoch, _epoch.Seen));
            return;
        }
        switch (ordered)
        {
            case OpenStoreSession open: Open(open); break;
            case ClaimSession claim: Claim(claim); break;
            case CloseStoreSession close: Close(close); break;
            case SessionEndTaken taken: Forget(taken.Session); break;
            case VolumeAssigned assigned: TakeWait(assigned)?.TryAdd(assigned); break;
            case OpenServe serve: OpenServing(serve); break;
            case CloseServe close: CloseServing(close.Job); break;
            default: throw new ArgumentException($"{order.GetType().Name} is no order to a storage node", nameof(order));
        }
    }

    /// <summary>Ends every session at a commit point, and waits a while for the catalog to have it; what it has not stays owed.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _deliveries.Room.Stop();
        _leases.Dispose();
        _drives.Dispose();
        using IWorkQueue<bool> pause = _settings.Threads.Queue<bool>(1);
        long began = _settings.Clock.GetTimestamp();
        while (_deliveries.All.Any(d => d.End is null) && _settings.Clock.GetElapsedTime(began) < _settings.StopWithin)
            pause.TryTake(out _, Tick);
        _deliveries.Dispose();
        _epoch.Dispose();
        _settings.Drives.Dispose();
    }

    /// <summary>The same order again is a claim; a further attempt waits for the end of the one before.</summary>
    private void Open(OpenStoreSession order)
    {
        SessionId id = order.Label.Session;
        if (_deliveries.Find(id) is not null)
        {
            Claim(new ClaimSession(id, order.Store, order.Catalogue, order.Epoch));
            if (Find(id) is { IsOpen: true }) Say(new StoreSessionOpened(id, _channels.Endpoint, null, order.Store.Id));
            return;
        }
        StoreSession session;
        lock (_lock)
        {
            if (_sessions.Count >= DriveThread.SessionsMax)
            {
                _say?.Invoke(new StorageRefused(id, $"storage {_settings.Name} stores {DriveThread.SessionsMax} sessions already"));
                return;
            }
            try
            {
                DriveThread drive = _drives.Choose(order.Volume, _sessions.Values);
                _sessions[id] = session = new StoreSession(order, drive, _deliveries.Begin(order), _metrics, _settings.Clock);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _say?.Invoke(new StorageRefused(id, $"the outbox of storage {_settings.Name} cannot be written: {e.Message}"));
                return;
            }
        }
        session.Drive.Post(new StartWork(session));
    }

    /// <summary>
    /// The channel that a client has stays, and so do tickets offered before: a client may be about to use one. The catalog is dialled
    /// anew. Each claim is answered, also one that is said again: the answer to the one before may have been lost.
    /// </summary>
    private void Claim(ClaimSession claim)
    {
        if (_deliveries.Find(claim.Session) is not { } delivery)
        {
            Say(new SessionUnknown(claim.Session, NotHere));
            return;
        }
        delivery.Claim();
        if (Find(claim.Session) is { HasEnded: false } session) Honour(session, claim.Store);
        delivery.Forwarder.Offer(claim.Catalogue);
        if (delivery.End is { } end) Say(end);
        else Say(new SessionStands(LiveOf(delivery), _channels.Endpoint, claim.Store.Id));
    }

    private void Close(CloseStoreSession close)
    {
        if (Find(close.Session) is { } session)
        {
            Wake(session, close.Reason);
            session.Drive.Post(new AbandonWork(session, close.Reason));
        }
        else if (_deliveries.Find(close.Session) is null) Say(new SessionUnknown(close.Session, NotHere));
    }

    private void Told(StoreSessionEnded end)
    {
        _metrics.Ended(end.Stored is not null);
        Say(end);
    }

    private void Forget(SessionId session)
    {
        if (Find(session) is null) _deliveries.Forget(session);
    }

    private void Honour(StoreSession session, Ticket ticket)
    {
        lock (_lock)
        {
            if (session.Tickets.Any(known => known.Id == ticket.Id)) return;
            session.Tickets.Add(ticket);
            if (session.IsOpen) Register(session, ticket);
        }
    }

    private void Register(StoreSession session, Ticket ticket) =>
        _channels.Desk.Register(ticket, (_, channel) => Serve(session, channel));

    /// <summary>
    /// Any thread: all that a session owed is in the catalog, or the catalog will not take it. The end of one that the drive still has in
    /// hand is told when the drive has let go of it.
    /// </summary>
    private void Delivered(Delivery delivery)
    {
        if (Find(delivery.Session) is not { } session)
        {
            if (delivery.TryTell(out StoreSessionEnded? end)) Told(end);
        }
        else if (!session.HasEnded) session.Drive.Post(new AbandonWork(session, delivery.Refusal ?? NotHere));
    }

    private string? Trouble => _deliveries.All.Select(d => d.Forwarder.Trouble).FirstOrDefault(t => t is not null) is { } trouble
        ? $"the catalog is not reached: {trouble}" : null;

    private LiveSession LiveOf(Delivery delivery) => Find(delivery.Session) is { } session
        ? session.Live(WaitOf(session))
        : new LiveSession(delivery.Session, delivery.Log.Head.Job, delivery.Log.Head.Attempt, LiveSessionState.Delivering,
            delivery.Log.Head.Position, delivery.Log.Head.LastPath, "");

    private static void Serve(StoreSession session, IBulkChannel channel)
    {
        using (channel) session.Receive(channel);
    }

    private StoreSession? Find(SessionId id)
    {
        lock (_lock) return _sessions.GetValueOrDefault(id);
    }

    private void Say(object what)
    {
        Action<object>? say;
        lock (_lock) say = _say;
        say?.Invoke(what);
    }
}
