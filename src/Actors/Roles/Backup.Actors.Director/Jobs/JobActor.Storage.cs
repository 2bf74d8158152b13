using Akka.Actor;
using Backup.Actors.Director.Media;
using Backup.Jobs.Jobs;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;

namespace Backup.Actors.Director.Jobs;

/// <summary>What a storage node says of the job's session again and again, until it is answered: each answer goes to who said it.</summary>
public sealed partial class JobActor
{
    /// <summary>Between two questions after the session, to a storage that may not be online yet.</summary>
    private static readonly TimeSpan ReattachEvery = TimeSpan.FromSeconds(5);

    /// <summary>What the storage said last that its drive waits for.</summary>
    private DriveWait? _drive;

    private void FromSession()
    {
        Command<SessionAnnounced>(Announced);
        Command<SessionStands>(Stands);
        Command<SessionUnknown>(unknown => Found(new SessionMissing(unknown.Reason)));
        Command<StoreSessionEnded>(SessionEnded);
    }

    /// <summary>A session that is announced is claimed; that of an ended job only to be delivered, that of no job not at all.</summary>
    private void Announced(SessionAnnounced announced)
    {
        LiveSession live = announced.Session;
        bool isOver = live.State == LiveSessionState.Delivering;
        bool isMine = _status.Exists && live.Session == _status.Session;
        if (isMine) Answer(_orders.Claim(live.Session));
        if (isMine && !_status.HasEnded)
        {
            _orders.StoreEndpoint = announced.Endpoint;
            Drive(live.Wait);
            Handle(new CommitReported(live.Committed, live.LastPath, live.Volume.Length > 0 ? live.Volume : _status.Volume ?? ""));
        }
        else if (!isOver) Answer(new CloseStoreSession(live.Session, isMine ? $"job {_job} has ended" : $"no job {_job} has this session"));
        else if (!isMine) Answer(new SessionEndTaken(live.Session));
    }

    /// <summary>The status with what the drive waits for, which no event tells.</summary>
    private JobStatus Seen => _drive is { } wait && !_status.HasEnded
        ? _status with { Reason = $"storage {_status.Specification!.Storage} waits: {wait.Reason}", Since = wait.Since, Drive = wait }
        : _status;

    /// <summary>A wait of the drive is seen where the job is looked at, and puts off what the job waits for.</summary>
    private void Drive(DriveWait? wait)
    {
        bool isNews = wait?.Reason != _drive?.Reason;
        bool isOver = wait is null;
        _drive = wait;
        if (!isOver) Handle(new DriveWaits());
        if (!isNews) return;
        Say(isOver ? $"storage {_status.Specification!.Storage} waits no longer" : Seen.Reason);
        Publish(new JobMoved(_job, _status.Specification!.JobName, _status.State, Seen.Reason));
        _orders.RecordState(Seen);
    }

    private void Committed(Messages.Storages.SessionCommitted commit)
    {
        Say(commit.CutBack);
        Say(commit.Warning);
        Handle(new CommitReported(commit.Position, commit.LastPath, commit.Volume));
    }

    /// <summary>A line of the job's log, where there is one.</summary>
    private void Say(string? line)
    {
        if (line is not null) _orders.Carry(new LogLine(_job, line), _status);
    }

    private void Stands(SessionStands stands)
    {
        _orders.StoreEndpoint = stands.Endpoint;
        if (!_orders.IsOfTicket(stands.Ticket)) return;
        Found(new SessionFound(stands.Session.Attempt, stands.Session.State != LiveSessionState.Opening));
    }

    /// <summary>The end is taken when it is durable here; one that comes too late or twice is taken too.</summary>
    private void SessionEnded(StoreSessionEnded ended)
    {
        IActorRef storage = Sender;
        Timers.Cancel(nameof(ReattachSession));
        bool isOpening = _status.Phase == JobPhase.OpeningSession;
        if (isOpening) _orders.VolumeFailed(_status.Specification!.Storage);
        Handle(
            isOpening
                ? new OrderFailed(JobPhase.OpeningSession, ended.Failure ?? "the storage node closed the session")
                : new StorageReported(ended.Stored, ended.Failure, ended.Stages, ended.Position, ended.LastPath),
            () =>
            {
                storage.Tell(new SessionEndTaken(ended.Session).Under(_parts.Epoch), Self);
                if (_status.HasEnded) _orders.WithdrawTickets();
            });
    }

    private void Found(IJobCommand found)
    {
        Timers.Cancel(nameof(ReattachSession));
        Handle(found);
    }

    /// <summary>The question goes to the storage again until it is answered, or a deadline ends the wait.</summary>
    private void AskAgain(ReattachSession reattach) => Timers.StartSingleTimer(nameof(ReattachSession), reattach, ReattachEvery);

    private void NextVolume(VolumeWanted wanted)
    {
        bool isAsked = _wanted is not null;
        _wanted = (wanted, Sender);
        if (!isAsked) _orders.NextVolume(_status, wanted);
    }

    /// <summary>
    /// The media's answer is for the storage node where that waits for its next volume, else for the job's own reservation.
    /// </summary>
    private void Answered(VolumeAnswer answer)
    {
        if (_wanted is not { } wanted)
        {
            Handle(_orders.Reserved(answer));
            return;
        }
        if (answer.Volume is { } next)
            Say($"{wanted.Ask.Reason}; the job goes on with volume {next.Volume}");
        wanted.Storage.Tell(new VolumeAssigned(wanted.Ask.Session, answer.Volume, answer.Reason, _parts.Epoch));
        _wanted = null;
    }

    private void Answer(IStorageOrder order) => Sender.Tell(order.Under(_parts.Epoch), Self);
}
