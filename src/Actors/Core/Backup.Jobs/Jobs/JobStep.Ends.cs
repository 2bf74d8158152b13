using System.Diagnostics;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;

namespace Backup.Jobs.Jobs;

/// <summary>Failures, deadlines, cancel, recovery: the ways to an end.</summary>
internal sealed partial class JobStep
{
    private bool ClientMayWork => _status.Phase is JobPhase.StartingClient or JobPhase.Saving or JobPhase.Restoring
        && _status.Client is null && _status.Restored is null;

    private bool StorageMayWork => _status.Storage is null && _status.Phase is JobPhase.OpeningSession or JobPhase.OpeningServe
        or JobPhase.StartingClient or JobPhase.Saving or JobPhase.Storing or JobPhase.Restoring;

    public Decision Cancel(string user)
    {
        if (_status.Phase == JobPhase.RunningAfter) return StopAfter(user);
        if (_status.CanceledBy is { } earlier) return Unchanged($"{earlier} has canceled it");
        if (_status.Phase == JobPhase.RunningBefore) Kill($"canceled by {user}");
        Happened(new CancelAsked(user, now));
        return Stop(user);
    }

    private Decision Stop(string user)
    {
        if (!ClientMayWork && _status.Phase != JobPhase.Storing) return End();
        string reason = $"canceled by {user}";
        if (ClientMayWork) Order(new CancelClient(Job, _status.Session, Specification.Client, reason));
        if (StorageMayWork) Order(new CloseSession(Job, _status.Session, Specification.Storage, reason));
        Deadline(JobTimer.CancelCarriedOut);
        return Accepted();
    }

    public Decision OrderFailed(OrderFailed failed)
    {
        if (failed.Phase != _status.Phase) return TooLate();
        switch (failed.Phase)
        {
            case JobPhase.Saving or JobPhase.Restoring:
                ClientGone(failed.Reason);
                break;
            case JobPhase.Storing:
                StorageDone(new StorageEnded(null, failed.Reason, [], now));
                break;
            case JobPhase.Cataloguing:
                CatalogFailed(failed.Reason);
                break;
            default:
                End(failed.Reason);
                break;
        }
        return Accepted();
    }

    public Decision PartyLost(PartyLost lost)
    {
        if (lost.Party == JobParty.Client)
        {
            if (!ClientMayWork) return Unchanged($"job {Job} does not need its client now");
            ClientGone($"client {Specification.Client}: {lost.Reason}");
            return Accepted();
        }
        if (!StorageMayWork) return Unchanged($"job {Job} does not need its storage node now");
        StorageGone($"storage {Specification.Storage}: {lost.Reason}");
        return Accepted();
    }

    public Decision DeadlinePassed(JobTimer timer)
    {
        if (!IsAwaited(timer)) return Unchanged($"it does not wait for {timer}");
        string waited = $"after {deadlines.Of(timer)}";
        switch (timer)
        {
            case JobTimer.ClientSpoke:
                ClientGone($"client {Specification.Client} was silent for {deadlines.ClientSpoke}");
                break;
            case JobTimer.StorageEnded:
                StorageDone(new StorageEnded(_status.Client!.Stored, SilentStorage(waited), [], now));
                break;
            case JobTimer.CatalogRecorded:
                CatalogFailed($"the catalog has not recorded the session {waited}");
                break;
            case JobTimer.CancelCarriedOut:
                End();
                break;
            case JobTimer.ScriptEnded:
                ScriptSilent(waited);
                break;
            default:
                End($"{_status.Reason}: not {waited}");
                break;
        }
        return Accepted();
    }

    private bool IsAwaited(JobTimer timer) => timer switch
    {
        JobTimer.ScriptEnded => _status.Script > 0,
        JobTimer.CancelCarriedOut => IsStopping && _status.Phase is not (JobPhase.Cataloguing or JobPhase.RunningAfter),
        _ when _status.CanceledBy is not null => false,
        JobTimer.ReferenceChosen => _status.Phase == JobPhase.ChoosingReference,
        JobTimer.VolumeReserved => _status.Phase == JobPhase.ReservingVolume,
        JobTimer.SessionOpened => _status.Phase is JobPhase.OpeningSession or JobPhase.OpeningServe,
        JobTimer.ClientStarted => _status.Phase == JobPhase.StartingClient,
        JobTimer.ClientSpoke => _status.Phase is JobPhase.Saving or JobPhase.Restoring,
        JobTimer.StorageEnded => _status.Phase == JobPhase.Storing,
        JobTimer.CatalogRecorded => _status.Phase == JobPhase.Cataloguing,
        JobTimer.RestorePlanned => _status.Phase == JobPhase.Planning,
        _ => throw new UnreachableException($"no timer {timer}"),
    };

    /// <summary>A storage node that was heard by the client has stored: only its report to the director is missing.</summary>
    private string? SilentStorage(string waited) =>
        _status.Client!.Stored is null ? $"storage {Specification.Storage} has not written the session's end {waited}" : null;

    private void ClientGone(string reason)
    {
        if (_status.IsRestore) End(reason);
        else ClientDone(new BackupEnded(Job, _status.Session, _status.Attempt, null, null, _status.Committed.Position,
            _status.Committed.Path, reason, []));
    }

    private void StorageGone(string reason)
    {
        if (_status.IsRestore || _status.Phase == JobPhase.OpeningSession) End(reason);
        else StorageDone(new StorageEnded(_status.Client?.Stored, reason, [], now));
    }

    private void CatalogFailed(string reason)
    {
        Happened(new Catalogued(default, 0, 0, reason, now));
        End();
    }

    /// <summary>Ends the job with what it is worth, and tells whoever may still work for it to stop.</summary>
    private Decision End(string? failure = null)
    {
        (JobState state, string reason) = JobVerdict.Of(_status, failure);
        if (ClientMayWork && _status.CanceledBy is null) Order(new CancelClient(Job, _status.Session, Specification.Client, reason));
        if (StorageMayWork && _status.CanceledBy is null) Order(new CloseSession(Job, _status.Session, Specification.Storage, reason));
        if (_status.CanceledBy is not null && _status.Phase is JobPhase.OpeningSession or JobPhase.OpeningServe)
            Order(new CloseSession(Job, _status.Session, Specification.Storage, reason));
        return BeginAfter(state, reason) ? Accepted() : Ended(state, reason);
    }

    private Decision Ended(JobState state, string reason)
    {
        Happened(new Ended(state, reason, now));
        Order(new LogLine(Job, reason.Length == 0 ? state.Words() : $"{state.Words()}: {reason}"));
        Order(new Report(Job, state, reason));
        return Accepted();
    }
}
