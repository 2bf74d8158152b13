using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Messages.Ids;
using Backup.Messages.Storages;

namespace Backup.Actors.Director;

/// <summary>
/// The way between storages and jobs. What a storage says again and again goes to the job with the storage as its sender, so that the job
/// answers it; orders of jobs carry this director's epoch.
/// </summary>
public sealed partial class DirectorActor
{
    /// <summary>The last order of each job that its storage has not answered yet.</summary>
    private readonly Dictionary<JobId, ToStorage> _unanswered = [];

    private void Storages()
    {
        Receive<StorageOnline>(Online);
        Receive<ToStorage>(Pass);
        Receive<StoreSessionOpened>(m => TellJob(m.Session, m));
        Receive<StorageRefused>(m => TellJob(m.Session, m));
        Receive<SessionCommitted>(m => TellJob(m.Session, m));
        Receive<SessionStands>(m =>
        {
            _unanswered.Remove(m.Session.Job);
            JobOf(m.Session.Job).Forward(m);
        });
        Receive<SessionUnknown>(m => TellJob(m.Session, m));
        Receive<StoreSessionEnded>(Ended);
        Receive<EpochRefused>(refused => Superseded(refused.Storage, refused.Seen));
        Receive<Overtaken>(overtaken => _parts.Superseded(overtaken.Reason));
        Receive<VolumeWanted>(NextVolume);
        Receive<ServeOpened>(m => TellJob(m.Job, m));
        Receive<ServeRefused>(m => TellJob(m.Job, m));
        Receive<StillAway>(m =>
        {
            if (_unanswered.GetValueOrDefault(m.Order.Job) == m.Order && !_storages.ContainsKey(m.Order.Storage)) RefuseAway(m.Order);
        });
    }

    /// <summary>The order's storage may have come meanwhile.</summary>
    private sealed record StillAway(ToStorage Order);

    private void Online(StorageOnline online)
    {
        if (online.Epoch > _parts.Epoch) Superseded(online.Name, online.Epoch);
        bool isFirst = !_storages.TryGetValue(online.Name, out IActorRef? known);
        bool isAnother = !isFirst && !known!.Equals(Sender);
        _storages[online.Name] = Sender;
        _media.Tell(new CartridgesSeen(online.Name, online.Media));
        if (isAnother) OrderAgain(online.Name, _ => true);
        else if (isFirst) OrderAgain(online.Name, order => order is OpenStoreSession or OpenServe);
        foreach (LiveSession session in online.Sessions ?? [])
            JobOf(session.Job).Tell(new SessionAnnounced(session, online.Endpoint), Sender);
    }

    /// <summary>
    /// A storage that was started again has not heard what was sent to the one before, nor one that was away what waits for it: orders are
    /// idempotent.
    /// </summary>
    private void OrderAgain(string storage, Func<IStorageOrder, bool> isMeant)
    {
        foreach (ToStorage order in _unanswered.Values.Where(order => order.Storage == storage && isMeant(order.Order)).ToList())
            Pass(order);
    }

    private void Pass(ToStorage order)
    {
        if (order.Session is { } session) _sessions[session] = order.Job;
        if (order.Order is OpenStoreSession or ClaimSession or OpenServe) _unanswered[order.Job] = order;
        if (_storages.TryGetValue(order.Storage, out IActorRef? storage))
        {
            storage.Tell(order.Order.Under(_parts.Epoch), Self);
            return;
        }
        if (order.Order is not (OpenServe or OpenStoreSession)) return;
        if (_parts.StorageWithin <= TimeSpan.Zero) RefuseAway(order);
        else Timers.StartSingleTimer((nameof(StillAway), order.Job), new StillAway(order), _parts.StorageWithin);
    }

    private void RefuseAway(ToStorage order)
    {
        string reason = $"storage '{order.Storage}' is not online; start its node, or choose another with storage=";
        object refusal = order.Order is OpenServe serve
            ? new ServeRefused(serve.Job, reason) : new StorageRefused(order.Session ?? default, reason);
        JobOf(order.Job).Tell(refusal);
    }

    private void NextVolume(VolumeWanted wanted)
    {
        if (_sessions.TryGetValue(wanted.Session, out JobId job)) JobOf(job).Forward(wanted);
        else _log.Info("a storage wants a volume for session {SessionId}, of which no job is known here yet", wanted.Session);
    }

    private void Ended(StoreSessionEnded ended)
    {
        if (ended.Job.Value > 0) JobOf(ended.Job).Forward(ended);
        else TellJob(ended.Session, ended);
    }

    private void TellJob(SessionId session, object message)
    {
        if (_sessions.TryGetValue(session, out JobId job)) TellJob(job, message);
        else _log.Info("a storage spoke of session {SessionId}, of which no job runs here: {Message}", session, message.GetType().Name);
    }

    private void TellJob(JobId job, object message)
    {
        _unanswered.Remove(job);
        JobOf(job).Forward(message);
    }
}
