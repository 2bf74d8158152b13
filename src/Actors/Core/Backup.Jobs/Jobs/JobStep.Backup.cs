using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;

namespace Backup.Jobs.Jobs;

/// <summary>The life of a backup.</summary>
internal sealed partial class JobStep
{
    private bool IsStopping => _status.CanceledBy is not null || _status.Storage?.Failure is not null;

    public Decision ReferenceAnswered(ReferenceAnswered answer)
    {
        if (_status.Phase != JobPhase.ChoosingReference) return TooLate();
        (ReferenceTree? reference, string? whyNot) = Usable(answer);
        if (reference is not null)
        {
            Happened(new ReferenceChosen(Specification.Level, reference, null, now));
            Order(new LogLine(Job,
                $"{Specification.Level} against the tree of job {reference.Job} ({reference.Level}, {reference.ScanStarted})"));
        }
        else
        {
            Happened(new ReferenceChosen(JobLevel.Full, null, whyNot, now));
            Order(new LogLine(Job, $"{Specification.Level} upgraded to Full: {whyNot}"));
        }
        AskVolume();
        return Accepted();
    }

    public Decision VolumeReserved(string volume)
    {
        if (_status.Phase != JobPhase.ReservingVolume) return TooLate();
        Happened(new SessionPlanned(volume, _status.Attempt + 1, now));
        Enter(JobPhase.OpeningSession, $"storage {Specification.Storage} is to open the session on volume {volume}");
        Order(new OpenSession(Job, _status.Session, _status.Attempt, Specification.Storage, volume));
        Deadline(JobTimer.SessionOpened);
        return Accepted();
    }

    public Decision VolumeRefused(VolumeRefused refused)
    {
        if (_status.Phase != JobPhase.ReservingVolume) return TooLate();
        if (!refused.MayCome) return End(refused.Reason);
        if (_status.Reason == refused.Reason) return Unchanged("it waits for that already");
        Happened(new WaitBegan(refused.Reason, now));
        Order(new LogLine(Job, $"waiting: {refused.Reason}"));
        return Accepted();
    }

    public Decision VolumesChanged()
    {
        if (_status.Phase != JobPhase.ReservingVolume) return Unchanged("it waits for no volume");
        Order(new ReserveVolume(Job, Specification.Storage, Specification.Pool));
        return Accepted();
    }

    public Decision SessionOpened(int attempt)
    {
        if (_status.CanceledBy is not null) return Unchanged("it is being canceled");
        bool serving = _status.Phase == JobPhase.OpeningServe;
        if (!serving && (_status.Phase != JobPhase.OpeningSession || attempt != _status.Attempt)) return TooLate();
        Enter(JobPhase.StartingClient, $"client {Specification.Client} is to take its order");
        Order(serving ? new StartRestoreClient(Job, Specification.Client, Specification.Restore!) : ClientOrder());
        Deadline(JobTimer.ClientStarted);
        return Accepted();
    }

    public Decision ClientStarted(int attempt)
    {
        if (_status.Phase != JobPhase.StartingClient || _status.CanceledBy is not null) return TooLate();
        if (!_status.IsRestore && attempt != _status.Attempt) return TooLate();
        Happened(new Started(now));
        if (_status.IsRestore) Enter(JobPhase.Restoring, $"client {Specification.Client} restores");
        else Enter(JobPhase.Saving, $"client {Specification.Client} saves");
        Deadline(JobTimer.ClientSpoke);
        return Accepted();
    }

    public Decision ClientProgressed()
    {
        if (_status.Phase is not (JobPhase.Saving or JobPhase.Restoring) || IsStopping) return TooLate();
        Deadline(JobTimer.ClientSpoke);
        return Accepted();
    }

    public Decision DriveWaits()
    {
        if (_status.IsRestore || IsStopping) return Unchanged("it waits for no drive");
        if (_status.Phase == JobPhase.Saving) Deadline(JobTimer.ClientSpoke);
        else if (_status.Phase == JobPhase.Storing) Deadline(JobTimer.StorageEnded);
        else if (_status.Phase == JobPhase.OpeningSession) Deadline(JobTimer.SessionOpened);
        else return TooLate();
        return Accepted();
    }

    public Decision Committed(CommitReported commit)
    {
        if (_status.IsRestore || _status.Attempt == 0) return Unchanged("it has no session to commit");
        var happened = new SessionCommitted(commit.Position, commit.Path, commit.Volume, now);
        if (JobHistory.Apply(_status, happened).Committed == _status.Committed) return Unchanged("that commit point is known");
        Happened(happened);
        return Accepted();
    }

    public Decision ClientReported(BackupEnded outcome)
    {
        if (_status.IsRestore || outcome.Session != _status.Session) return Unchanged("it has no such session");
        if (outcome.Attempt != _status.Attempt) return Unchanged($"attempt {outcome.Attempt} is over");
        if (_status.Phase is not (JobPhase.StartingClient or JobPhase.Saving) || _status.Client is not null) return TooLate();
        ClientDone(outcome);
        return Accepted();
    }

    public Decision StorageReported(StorageReported report)
    {
        if (_status.IsRestore || _status.Attempt == 0) return Unchanged("it has no session");
        if (_status.Storage is not null || _status.Phase is JobPhase.RunningAfter or JobPhase.OpeningSession) return TooLate();
        KeepCommit(report.Position, report.Path);
        StorageDone(new StorageEnded(report.Stored, report.Failure, report.Stages, now));
        return Accepted();
    }

    public Decision CatalogReported(CatalogReported report)
    {
        if (_status.Phase != JobPhase.Cataloguing) return TooLate();
        Happened(new Catalogued(report.Position, report.DataRecords, report.Nodes, report.Failure, now));
        return End();
    }

    private void AskReference()
    {
        Enter(JobPhase.ChoosingReference, "the catalog is to find the reference tree");
        OrderReference();
    }

    private void OrderReference()
    {
        Order(new ChooseReference(Job, Specification.JobName, Specification.Client, Specification.EffectiveFileSet!, Specification.Level));
        Deadline(JobTimer.ReferenceChosen);
    }

    private void AskVolume()
    {
        Enter(JobPhase.ReservingVolume, $"a volume of pool {Specification.Pool} on storage {Specification.Storage} is to be reserved");
        Order(new ReserveVolume(Job, Specification.Storage, Specification.Pool));
        Deadline(JobTimer.VolumeReserved);
    }

    private StartClient ClientOrder() => new(
        Job, _status.Session, _status.Attempt, Specification.Client, _status.LevelRun, Specification.EffectiveFileSet!, _status.Reference,
            Specification.Since);

    /// <summary>A Differential leans on a Full and on nothing else, whatever the catalog offers.</summary>
    private (ReferenceTree? Reference, string? WhyNot) Usable(ReferenceAnswered answer) => answer.Reference switch
    {
        null => (null, answer.WhyNot ?? "no usable Full"),
        { Level: not JobLevel.Full } offered when Specification.Level == JobLevel.Differential =>
            (null, $"no usable Full: job {offered.Job} is {offered.Level}"),
        _ => (answer.Reference, null),
    };

    private void ClientDone(BackupEnded outcome)
    {
        Happened(new ClientEnded(outcome, now));
        if (outcome.Retried > 0) Order(new LogLine(Job, $"retried {outcome.Retried}, saved {outcome.SavedOnRetry}"));
        KeepCommit(outcome.Committed, outcome.LastCommittedPath);
        GoOn();
    }

    /// <summary>
    /// The storage node told the client of every commit point, and tells the last with its end; its word of each may have been lost.
    /// </summary>
    private void KeepCommit(StreamPosition position, string? path)
    {
        if (position == default) return;
        var told = new SessionCommitted(position, path, _status.Committed.Volume ?? _status.Volume!, now);
        if (JobHistory.Apply(_status, told).Committed != _status.Committed) Happened(told);
    }

    private void StorageDone(StorageEnded ended)
    {
        Happened(ended);
        GoOn();
    }

    /// <summary>After one of the two parties has ended: wait for the other, go on to the catalog, or end.</summary>
    private void GoOn()
    {
        if (_status.Client is null) AwaitClient();
        else if (_status.Storage is null) AwaitStorage();
        else if (_status.CanceledBy is null && _status.Client.Seal is not null && _status.Stored is not null) Catalogue();
        else End();
    }

    private void AwaitClient()
    {
        if (_status.Storage?.Failure is not { } failure) return;
        Order(new CancelClient(Job, _status.Session, Specification.Client, failure));
        Deadline(JobTimer.CancelCarriedOut);
    }

    private void AwaitStorage()
    {
        if (_status.CanceledBy is not null) return; // The cancel has told the storage node and begun its own deadline.
        Enter(JobPhase.Storing, $"storage {Specification.Storage} is to write the session's end");
        if (_status.Client!.Seal is null)
            Order(new CloseSession(Job, _status.Session, Specification.Storage,
                _status.Client.Failure ?? "the client ended without a seal"));
        Deadline(JobTimer.StorageEnded);
    }

    private void Catalogue()
    {
        Enter(JobPhase.Cataloguing, "the catalog is to record what was stored");
        OrderCatalogue();
    }

    private void OrderCatalogue()
    {
        Order(new RecordInCatalog(Job, _status.Session, _status.Client!.Seal!, _status.Stored!));
        Deadline(JobTimer.CatalogRecorded);
    }
}
