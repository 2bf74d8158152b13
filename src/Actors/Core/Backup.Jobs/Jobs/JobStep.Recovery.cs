using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;

namespace Backup.Jobs.Jobs;

/// <summary>A director was started again and finds the job in its journal: client and storage have gone on meanwhile.</summary>
internal sealed partial class JobStep
{
    /// <summary>
    /// The job goes on in its phase: orders are given again (all are idempotent), client and storage are asked where they are, and the
    /// phase's deadline begins anew.
    /// </summary>
    public Decision Recover()
    {
        if (_status.Phase is JobPhase.RunningBefore or JobPhase.RunningAfter) return RecoverScript();
        if (_status.CanceledBy is { } user) return Stop(user);
        if (_status.Phase == JobPhase.WaitingForTurn) return Unchanged("its turn has not come");
        Order(new LogLine(Job, $"the director was started again; the job goes on: {_status.Reason}"));
        switch (_status.Phase)
        {
            case JobPhase.ChoosingReference: OrderReference(); break;
            case JobPhase.ReservingVolume: AskVolume(); break;
            case JobPhase.OpeningSession: Reattach(JobTimer.SessionOpened); break;
            case JobPhase.Planning: OrderPlan(); break;
            case JobPhase.OpeningServe: OrderServe(); break;
            case JobPhase.StartingClient when _status.IsRestore: AskServe(); break; // the ticket of the channel was the old director's
            case JobPhase.StartingClient: Reattach(JobTimer.ClientStarted); break;
            case JobPhase.Saving: ReattachSaving(); break;
            case JobPhase.Storing: Reattach(JobTimer.StorageEnded); break;
            case JobPhase.Cataloguing: OrderCatalogue(); break;
            default: AskClient(); break;
        }
        return Accepted();
    }

    /// <summary>The storage node has the session. A client that may have its order or not gets it again, with the new tickets.</summary>
    public Decision SessionFound(SessionFound found)
    {
        if (_status.IsRestore || found.Attempt != _status.Attempt) return Unchanged("it has no such session");
        if (_status.CanceledBy is not null) return Unchanged("it is being canceled");
        if (_status.Phase == JobPhase.OpeningSession && found.IsOpen) return SessionOpened(found.Attempt);
        if (_status.Phase != JobPhase.StartingClient) return Unchanged("the session stands");
        Order(ClientOrder());
        return Accepted();
    }

    /// <summary>
    /// A session that was never opened is opened now. One that the storage node has lost ends the job at its last commit point; where the
    /// client was told that all is stored, the catalog says whether it knows it.
    /// </summary>
    public Decision SessionMissing(string reason)
    {
        if (_status.IsRestore || _status.CanceledBy is not null || !StorageMayWork) return TooLate();
        string line = $"storage {Specification.Storage}: {reason}";
        if (_status.Phase == JobPhase.OpeningSession) AskVolume();
        else if (_status.Client?.Stored is { } stored) StorageDone(new StorageEnded(stored, null, [], now));
        else if (ClientMayWork) End(line);
        else StorageGone(line);
        return Accepted();
    }

    private void ReattachSaving()
    {
        if (IsStopping)
        {
            AwaitClient();
            return;
        }
        if (_status.Storage is null) Order(new ReattachSession(Job, _status.Session, _status.Attempt, Specification.Storage));
        AskClient();
    }

    private void AskClient()
    {
        Order(new ReattachClient(Job, Specification.Client));
        Deadline(JobTimer.ClientSpoke);
    }

    private void Reattach(JobTimer deadline)
    {
        Order(new ReattachSession(Job, _status.Session, _status.Attempt, Specification.Storage));
        Deadline(deadline);
    }
}
