using Backup.Actors.Storage.Engine;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Simulation;

/// <summary>
/// The director's ways to storage and clients: what they have not answered is said again when they were started again, and an order may
/// arrive twice.
/// </summary>
internal sealed partial class SimulatedDirector
{
    private static readonly TimeSpan AnnounceEvery = TimeSpan.FromSeconds(5);

    private readonly Dictionary<JobId, object> _unanswered = [];
    private readonly List<(JobId Job, object Order)> _owed = [];
    private long _announced;
    private bool _storageIsNew;

    /// <summary>One order in so many arrives twice; 0: none.</summary>
    public int TwiceOneIn { get; init; }

    /// <summary>Orders that arrived twice.</summary>
    public int Twice { get; private set; }

    /// <summary>A storage process has begun, the first or one after a kill; its actor is of that process.</summary>
    public void StorageIs(StorageEngine storage)
    {
        _storage = storage;
        _storageIsNew = true;
        _announced = _baton.GetTimestamp();
        _toStorage = _baton.In(SimulatedStorage.Process, () => new Mailbox(_baton, "storage actor", storage.Take)
        {
            NextDeadline = NextAnnouncement, DeadlinePassed = Announce,
        });
        storage.Attach(said =>
        {
            if (said is not DriveNote) Post(said); // a note is for its own node's log
        });
    }

    /// <summary>The client's process has begun again and dialled.</summary>
    public void ClientIsBack(SimulatedClient client)
    {
        if (IsAway) return;
        foreach ((JobId job, object order) in _owed.ToList())
            if (ClientOf(job) == client) client.Post(order);
        client.Attach();
    }

    private SimulatedClient ClientOf(JobId job) => _client(_jobs[job].Status.Specification!.Client);

    private void Give(JobId job, object order)
    {
        if (order is BackupOrder or RestoreOrder or CancelOrder or JobAsked) _owed.Add((job, order));
        if (order is EndTaken) _owed.RemoveAll(owed => owed.Job == job);
        Said(order);
        ClientOf(job).Post(order);
        if (IsTwice()) ClientOf(job).Post(order);
    }

    private void Send(JobId job, object order)
    {
        if (order is OpenStoreSession or ClaimSession or Messages.Storages.OpenServe) _unanswered[job] = order;
        Said(order);
        _toStorage.Post(order);
        if (IsTwice()) _toStorage.Post(order);
    }

    private bool IsTwice()
    {
        if (TwiceOneIn == 0 || !_chance.OneIn(TwiceOneIn)) return false;
        Twice++;
        return true;
    }

    private void Online(StorageOnline online)
    {
        if (_storageIsNew) foreach (object order in _unanswered.Values) _toStorage.Post(order);
        _storageIsNew = false;
        int losses = Losses;
        foreach (LiveSession live in online.Sessions ?? [])
            if (losses == Losses) Announced(live, online.Endpoint);
    }

    private long NextAnnouncement() => _storage.Owed > 0 ? _announced + AnnounceEvery.Ticks : long.MaxValue;

    private void Announce()
    {
        _announced = _baton.GetTimestamp();
        _storage.Announce();
    }

    private void Announced(LiveSession live, string endpoint)
    {
        JobRun run = _jobs[live.Job];
        Send(live.Job, Claim(run, live.Session));
        if (run.Status.HasEnded)
        {
            if (live.State != LiveSessionState.Delivering) Send(live.Job, new CloseStoreSession(live.Session, "the job has ended"));
            return;
        }
        run.StoreEndpoint = endpoint;
        Handle(live.Job, new CommitReported(live.Committed, live.LastPath, live.Volume));
    }
}
