using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Storages;

namespace Backup.Actors.Director;

/// <summary>
/// The way between storages and jobs. What a storage says again and again goes to the job with the storage as its sender, so that the job
/// answers it; orders of jobs carry this director's epoch.
/// </summary>
public sealed partial class DirectorActor
{
    private void Storages()
    {
        Receive<StorageOnline>(Online);
        Receive<ToStorage>(Pass);
        Receive<StoreSessionOpened>(m => TellJob(m.Session, m));
        Receive<StorageRefused>(m => TellJob(m.Session, m));
        Receive<SessionCommitted>(m => TellJob(m.Session, m));
        Receive<SessionStands>(m => JobOf(m.Session.Job).Forward(m));
        Receive<SessionUnknown>(m => TellJob(m.Session, m));
        Receive<StoreSessionEnded>(Ended);
        Receive<EpochRefused>(refused => Superseded(refused.Storage, refused.Seen));
        Receive<Overtaken>(overtaken => _parts.Superseded(overtaken.Reason));
        Receive<VolumeWanted>(NextVolume);
        Receive<ServeOpened>(m => JobOf(m.Job).Tell(m));
        Receive<ServeRefused>(m => JobOf(m.Job).Tell(m));
    }

    private void Online(StorageOnline online)
    {
        if (online.Epoch > _parts.Epoch) Superseded(online.Name, online.Epoch);
        _storages[online.Name] = Sender;
        foreach (LiveSession session in online.Sessions ?? [])
            JobOf(session.Job).Tell(new SessionAnnounced(session, online.Endpoint), Sender);
    }

    private void Pass(ToStorage order)
    {
        if (order.Session is { } session) _sessions[session] = order.Job;
        if (_storages.TryGetValue(order.Storage, out IActorRef? storage))
        {
            storage.Tell(order.Order.Under(_parts.Epoch), Self);
            return;
        }
        string reason = $"storage '{order.Storage}' is not online; start its node, or choose another with storage=";
        object refusal = order.Order is OpenServe serve
            ? new ServeRefused(serve.Job, reason) : new StorageRefused(order.Session ?? default, reason);
        if (order.Order is OpenServe or OpenStoreSession) JobOf(order.Job).Tell(refusal);
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
        if (_sessions.TryGetValue(session, out JobId job)) JobOf(job).Forward(message);
        else _log.Info("a storage spoke of session {SessionId}, of which no job runs here: {Message}", session, message.GetType().Name);
    }
}
