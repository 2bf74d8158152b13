using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Backup.Actors.Director.Media;
using Backup.Actors.Director.Turns;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Schedules;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Jobs;

/// <summary>Asks a job's actor for its <see cref="JobStatus"/>.</summary>
public sealed record JobStatusWanted(JobId Job);

/// <summary>Whoever wants a run that has a row asks whether its journal knows it too; answered as the run itself would be.</summary>
internal sealed record IsQueued(RunKey Key);

/// <summary>A job's actor has nothing left to do: its end is durable and in the catalog.</summary>
internal sealed record JobDone(JobId Job);

/// <summary>
/// One run of a job, from its queueing to its end. Decides by <see cref="JobDecisions"/>, makes the events durable, applies them, answers,
/// and only then carries out the effects. What storage and client say is translated into the decider's commands here.
/// </summary>
public sealed partial class JobActor : ReceivePersistentActor, IWithTimers
{
    private readonly JobId _job;
    private readonly DirectorParts _parts;
    private readonly JobOrders _orders;
    /// <summary>How long the actor of a job that has nothing to do any more stays for those who ask.</summary>
    private static readonly TimeSpan StayIdle = TimeSpan.FromMinutes(1);

    private JobStatus _status = JobStatus.None;
    private (VolumeWanted Ask, IActorRef Storage)? _wanted;

    public JobActor(JobId job, DirectorParts parts, IActorRef media)
    {
        _job = job;
        _parts = parts;
        _orders = new JobOrders(parts, new JobNeighbours(Self, Context.Parent, media, Context.System.EventStream));
        Recover<IJobEvent>(happened => _status = JobHistory.Apply(_status, happened));
        Recover<RecoveryCompleted>(_ => StayOrLeave());
        Command<ReceiveTimeout>(_ => Context.Stop(Self));
        Command<RecoverJob>(_ => GoOn());
        Command<GoOnOrQueue>(again =>
        {
            if (_status.Exists) GoOn();
            else Handle(again.Queue, SayWhereItStands);
        });
        Command<ToStorage>(order =>
        {
            if (!_status.HasEnded) Context.Parent.Tell(order);
        });
        Command<LogLine>(line => _orders.Carry(line, _status));
        Command<ReattachSession>(again =>
        {
            if (_status.HasEnded) return;
            _orders.Carry(again, _status);
            AskAgain(again);
        });
        Command<IJobCommand>(command => Handle(command));
        Command<JobStatusWanted>(_ => Sender.Tell(Seen));
        Command<IsQueued>(asked => Sender.Tell(_status.Exists
            ? new RunAccepted(_job, asked.Key) : new RunRefused(RunRows.NeverQueued, asked.Key, MayPass: true)));
        FromStorage();
        FromSession();
        FromClient();
    }

    /// <summary>Before the run's number in its persistence id.</summary>
    public const string PersistencePrefix = "job-";

    public override string PersistenceId => $"{PersistencePrefix}{_job}";

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(JobId job, DirectorParts parts, IActorRef media) =>
        Akka.Actor.Props.Create(() => new JobActor(job, parts, media));

    private void FromStorage()
    {
        Command<StoreSessionOpened>(opened =>
        {
            _orders.StoreEndpoint = opened.Endpoint;
            if (opened.Volume is { } mounted) _orders.RecordVolume(mounted);
            Say(opened.Volume?.CutBack);
            if (!_orders.IsOfTicket(opened.Ticket)) return; // said to the director before this one: the claim is answered too
            Handle(new SessionOpened(_status.Attempt));
        });
        Command<ServeOpened>(opened =>
        {
            _orders.StoreEndpoint = opened.Endpoint;
            Handle(new SessionOpened(_status.Attempt));
        });
        Command<StorageRefused>(refused => Handle(new OrderFailed(JobPhase.OpeningSession, refused.Reason)));
        Command<ServeRefused>(refused => Handle(new OrderFailed(JobPhase.OpeningServe, refused.Reason)));
        Command<Messages.Storages.SessionCommitted>(Committed);
        Command<VolumeWanted>(NextVolume);
        Command<VolumeAnswer>(Answered);
    }

    private void FromClient()
    {
        Command<OrderTaken>(_ => Handle(new ClientStarted(_status.Attempt)));
        Command<OrderRefused>(refused => Handle(_status.Phase == JobPhase.StartingClient
            ? new OrderFailed(JobPhase.StartingClient, refused.Reason)
            : new PartyLost(JobParty.Client, refused.Reason)));
        Command<ClientProgress>(progress =>
        {
            Handle(new ClientProgressed());
            Publish(new JobAdvanced(
                _job, _status.Phase.ToString(), progress.FilesSaved, progress.BytesRead, Elapsed(), progress.CurrentPath));
        });
        Command<BackupEnded>(ended => Handle(new ClientReported(ended), TellClient(new EndTaken(_job))));
        Command<RestoreEnded>(ended => Handle(new RestoreReported(ended), TellClient(new EndTaken(_job))));
        Command<ScriptEnded>(ended => Handle(new ScriptReported(ended)));
        Command<ClientLost>(lost => Handle(new PartyLost(JobParty.Client, lost.Reason)));
    }

    /// <summary>Decide, persist, apply, answer, act: in this order. <paramref name="then"/> runs when all is durable.</summary>
    private void Handle(IJobCommand command, Action? then = null)
    {
        IActorRef asker = Sender;
        Decision decision = JobDecisions.Decide(_status, command, Instant.Now(_parts.Clock), _parts.Deadlines);
        int left = decision.Events.Count;
        if (left == 0)
        {
            Act(decision, command, asker, then);
            return;
        }
        PersistAll(decision.Events, happened =>
        {
            _status = JobHistory.Apply(_status, happened);
            if (--left == 0) Act(decision, command, asker, then);
        });
    }

    /// <summary>Only who cancels waits for the answer; storage and client repeat themselves until the job goes on.</summary>
    private void Act(Decision decision, IJobCommand command, IActorRef asker, Action? then)
    {
        if (command is CancelJob) asker.Tell(decision.Answer);
        if (command is QueueJob { Specification.Key: { } key }) asker.Tell(new RunAccepted(_job, key));
        foreach (IJobEvent happened in decision.Events) Note(happened);
        foreach (IJobEffect effect in decision.Effects)
        {
            if (effect is StartTimer timer) Timers.StartSingleTimer(timer.Timer, new TimerFired(timer.Timer), timer.After);
            else _orders.Carry(effect, _status);
            if (effect is ReattachSession reattach) AskAgain(reattach);
        }
        if (command is QueueJob && decision.Answer is JobRefused refused) _orders.EndWithoutJournal(_job, refused.Reason);
        if (command is VolumeRefused && _status.Phase == JobPhase.ReservingVolume)
            Timers.StartSingleTimer(nameof(VolumesChanged), new VolumesChanged(), _parts.Deadlines.BetweenVolumeQuestions);
        if (_status.HasEnded) Timers.CancelAll();
        StayOrLeave();
        then?.Invoke();
    }

    private void StayOrLeave() => Context.SetReceiveTimeout(_status.Exists && !_status.HasEnded ? null : StayIdle);

    /// <summary>A job that is made again draws tickets of its own.</summary>
    protected override void PostStop()
    {
        _orders.WithdrawTickets();
        base.PostStop();
    }

    private void Note(IJobEvent happened)
    {
        if (happened is not (PhaseChanged or WaitBegan or Started or CancelAsked or JobQueued)) return;
        Publish(new JobMoved(_job, _status.Specification?.JobName ?? "", _status.State, _status.Reason)
        {
            Messages = _status.Specification?.Messages,
        });
        _orders.RecordState(_status);
    }

    /// <summary>
    /// After a restart of the director: a job that waited for its turn waits on, one whose end is durable brings its row up to it, one
    /// without a journal is ended by its row, and any other decides for itself.
    /// </summary>
    private void GoOn()
    {
        if (!_status.Exists) _orders.EndWithoutJournal(_job, RunRows.NeverQueued);
        else if (_status.HasEnded) _orders.Carry(new Report(_job, _status.State, _status.EndReason), _status);
        else
        {
            SayWhereItStands();
            if (_status.Phase != JobPhase.WaitingForTurn) Handle(new RecoverJob());
        }
    }

    private void SayWhereItStands()
    {
        if (!_status.Exists) return;
        bool waits = _status.Phase == JobPhase.WaitingForTurn;
        Context.Parent.Tell(new JobRecovered(_job, _status.Specification!, waits, waits ? _status.Queued : _status.PhaseSince));
    }

    private Action TellClient(object message) => () => _orders.TellClient(_status, message);

    private double Elapsed() => _status.Started is { } started ? Instant.Now(_parts.Clock).Since(started).TotalSeconds : 0;

    private static void Publish(JobNews news) => Context.System.EventStream.Publish(news);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "job {JobId}: an event could not be made durable; the job stops and is recovered", _job);
}
