using Backup.Actors.Storage.Serving;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Transfer.Channels;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// The sessions, drive and volumes of one storage. It belongs to the process: an actor attaches to hear what happens, and may be replaced
/// by another. Orders are idempotent by session. Thread safe.
/// </summary>
public sealed class StorageEngine : IDriveListener, IDisposable
{
    private const string NoEnd = "the catalog has no end of the session";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly StorageSettings _settings;
    private readonly NodeChannels _channels;
    private readonly DriveThread _drive;
    private readonly StorageMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, StoreSession> _sessions = [];
    private readonly Dictionary<SessionId, StoreSessionEnded> _unheard = [];
    private readonly Dictionary<SessionId, IWorkQueue<VolumeAssigned>> _volumeWaits = [];
    private readonly Dictionary<JobId, List<Guid>> _serveTickets = [];
    private long _serving;
    private Action<object>? _say;

    public StorageEngine(StorageSettings settings, NodeChannels channels)
    {
        _settings = settings;
        _channels = channels;
        _drive = new DriveThread(settings, this);
        _metrics = new StorageMetrics(settings.Name, () => Status);
    }

    public StorageStatus Status
    {
        get
        {
            lock (_lock)
            {
                string state = _sessions.Count > 0 ? "storing" : "idle";
                return new StorageStatus(
                    _settings.Name, _settings.Folder, _drive.Volume, state, [.. _sessions.Values.Select(s => s.Status)],
                    Interlocked.Read(ref _serving));
            }
        }
    }

    /// <summary>An actor listens, so that a director can be told.</summary>
    public bool IsHeard
    {
        get
        {
            lock (_lock) return _say is not null;
        }
    }

    /// <summary>From now on this listener hears everything, first of all the ends nobody heard. Null: nobody listens.</summary>
    public void Attach(Action<object>? say)
    {
        object[] unheard;
        lock (_lock)
        {
            _say = say;
            unheard = [.. _unheard.Values];
            if (say is not null) _unheard.Clear();
        }
        if (say is null) return;
        say(new StorageOnline(_settings.Name, _channels.Endpoint));
        foreach (object ended in unheard) say(ended);
    }

    /// <summary>Carries out one order of the director.</summary>
    public void Take(object order)
    {
        switch (order)
        {
            case OpenStoreSession open:
                Open(open);
                break;
            case CloseStoreSession close:
                if (Find(close.Session) is { } session) _drive.Post(new AbandonWork(session, close.Reason));
                break;
            case VolumeAssigned assigned:
                TakeWait(assigned.Session)?.TryAdd(assigned);
                break;
            case OpenServe serve:
                OpenServing(serve);
                break;
            case CloseServe close:
                CloseServing(close.Job);
                break;
            default:
                throw new ArgumentException($"{order.GetType().Name} is no order to a storage node", nameof(order));
        }
    }

    /// <summary>Ends every session at a commit point, and waits a while for the catalog to have it.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _drive.Dispose();
        using IWorkQueue<bool> pause = _settings.Threads.Queue<bool>(1);
        long began = _settings.Clock.GetTimestamp();
        while (HasSessions && _settings.Clock.GetElapsedTime(began) < _settings.StopWithin) pause.TryTake(out _, Tick);
    }

    /// <summary>The same order again is answered once the session is open; a further attempt waits for the end of the one before.</summary>
    private void Open(OpenStoreSession order)
    {
        SessionId id = order.Label.Session;
        StoreSession session;
        lock (_lock)
        {
            if (_sessions.TryGetValue(id, out StoreSession? known))
            {
                if (known.IsOpen) _say?.Invoke(new StoreSessionOpened(id, _channels.Endpoint));
                return;
            }
            if (_sessions.Count >= DriveThread.SessionsMax)
            {
                _say?.Invoke(new StorageRefused(id, $"storage {_settings.Name} stores {DriveThread.SessionsMax} sessions already"));
                return;
            }
            var forwarder = new CatalogueForwarder(
                _settings, order.Label.Job.ToString(), () => _channels.Dial(order.Catalogue),
                (answer, failure) => Catalogued(id, answer, failure));
            session = new StoreSession(order, _drive, forwarder, _metrics, _settings.Clock);
            _sessions[id] = session;
        }
        _drive.Post(new StartWork(session));
    }

    void IDriveListener.Started(StoreSession session, MountedVolume volume)
    {
        _channels.Desk.Register(session.Order.Store, (_, channel) => Serve(session, channel));
        session.IsOpen = true;
        Say(new StoreSessionOpened(session.Id, _channels.Endpoint, volume));
    }

    void IDriveListener.Committed(StoreSession session, long block) =>
        Say(new SessionCommitted(session.Id, session.Position, session.LastPath,
            session.Spans is [.., { } last] ? last.Volume : "", block));

    /// <summary>The session is over when the catalog has what was committed of it, or is known not to take it any more.</summary>
    void IDriveListener.Ended(StoreSession session)
    {
        _channels.Desk.Withdraw(session.Order.Store.Id);
        // A sealed session whose catalogue channel is over may have its answer on the way: only a failure ends it here.
        if (session.Failure is null ? session.CatalogueFailure is not null : session.Forwarder.IsOver)
            Finish(session, null, session.Failure ?? session.CatalogueFailure);
    }

    VolumeAssignment IDriveListener.NextVolume(StoreSession session, string full, string reason)
    {
        using IWorkQueue<VolumeAssigned> wait = _settings.Threads.Queue<VolumeAssigned>(1);
        lock (_lock) _volumeWaits[session.Id] = wait;
        try
        {
            Say(new VolumeWanted(session.Id, full, reason));
            if (!wait.TryTake(out VolumeAssigned answer, _settings.NextVolumeDeadline))
                throw new VolumeException($"{reason}, and the director named no other within "
                    + $"{_settings.NextVolumeDeadline.TotalMinutes:0} min");
            return answer.Volume ?? throw new VolumeException($"{reason}, and there is no other: {answer.Reason}");
        }
        finally
        {
            lock (_lock) _volumeWaits.Remove(session.Id);
        }
    }

    private void Catalogued(SessionId id, SessionCatalogued? answer, string? failure)
    {
        if (Find(id) is not { } session) return;
        session.CatalogueFailure = failure;
        Interlocked.MemoryBarrier(); // written before the end is looked for: the drive looks in the other order
        if (answer is not null)
            Finish(session, session.Stored, null);
        else if (session.HasEnded) Finish(session, null, session.Failure ?? failure ?? NoEnd);
        else _drive.Post(new AbandonWork(session, failure ?? "the catalogue channel ended before the session"));
    }

    private void Finish(StoreSession session, SessionStored? stored, string? failure)
    {
        var ended =
            new StoreSessionEnded(session.Id, stored, session.Position, session.LastPath, [.. session.Spans], failure, session.Stages);
        lock (_lock)
        {
            if (!_sessions.Remove(session.Id)) return;
            if (_say is null) _unheard[session.Id] = ended;
        }
        _metrics.Ended(stored is not null);
        Say(ended);
    }

    private bool HasSessions
    {
        get
        {
            lock (_lock) return _sessions.Count > 0;
        }
    }

    private void OpenServing(OpenServe order)
    {
        _channels.Desk.Register(order.Ticket, (_, channel) =>
        {
            Interlocked.Increment(ref _serving);
            try
            {
                using (channel)
                using (var server = new SessionServer(_settings, order.Sessions, volume => volume == _drive.Volume))
                    server.Serve(channel);
            }
            finally
            {
                Interlocked.Decrement(ref _serving);
            }
        });
        lock (_lock)
        {
            if (!_serveTickets.TryGetValue(order.Job, out List<Guid>? tickets)) _serveTickets[order.Job] = tickets = [];
            tickets.Add(order.Ticket.Id);
        }
        Say(new ServeOpened(order.Job, _channels.Endpoint));
    }

    /// <summary>A job whose director was started again was offered more than one ticket.</summary>
    private void CloseServing(JobId job)
    {
        List<Guid>? tickets;
        lock (_lock) _serveTickets.Remove(job, out tickets);
        foreach (Guid ticket in tickets ?? []) _channels.Desk.Withdraw(ticket);
    }

    private static void Serve(StoreSession session, IBulkChannel channel)
    {
        using (channel) session.Receive(channel);
    }

    private IWorkQueue<VolumeAssigned>? TakeWait(SessionId id)
    {
        lock (_lock) return _volumeWaits.Remove(id, out IWorkQueue<VolumeAssigned>? wait) ? wait : null;
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
