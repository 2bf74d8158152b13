using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Clients;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Actors.Director.Notices;
using Backup.Actors.Director.Schedules;
using Backup.Actors.Director.Telemetry;
using Backup.Actors.Director.Turns;
using Backup.Catalog.Jobs;
using Backup.Jobs.Admission;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Storages;

namespace Backup.Actors.Director;

/// <summary>API → director: run this. Answered by <see cref="RunAccepted"/> or <see cref="RunRefused"/>.</summary>
public sealed record RunWanted(JobSpecification Specification);

/// <summary>The run exists, under this number. Where it has a key, it is durable.</summary>
public sealed record RunAccepted(JobId Job, RunKey? Key = null);

/// <summary>There is no run, and why, in one line; with MayPass it may be wanted again.</summary>
public sealed record RunRefused(string Reason, RunKey? Key = null, bool MayPass = false);

/// <summary>API → director: end this job. Answered by an <see cref="IJobAnswer"/>.</summary>
public sealed record CancelWanted(JobId Job, string User);

/// <summary>API → director: who is attached, what runs, what waits. Answered by <see cref="DirectorOverview"/>.</summary>
public sealed record OverviewWanted;

/// <summary>The director's own view of things.</summary>
public sealed record DirectorOverview(IReadOnlyList<JobId> Running, IReadOnlyList<JobId> Queued,
    IReadOnlyList<string> Storages, int JobsAtOnce);

/// <summary>
/// The head of the director: makes jobs, gives them their turn, and passes what storages and clients say to the job it belongs to.
/// <code>
/// director ─ media ─ jobs/&lt;id&gt; ─ clients/&lt;name&gt;
/// </code>
/// </summary>
public sealed partial class DirectorActor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    /// <summary>Before what has failed is tried again: the catalog's list of jobs, a job whose actor has stopped.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>How long turns wait for the jobs of an earlier life to be read from the journal.</summary>
    private static readonly TimeSpan RecoveryDeadline = TimeSpan.FromMinutes(1);

    /// <summary>The longest timer for a job whose time has not come.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    private readonly DirectorParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _media;
    private readonly IActorRef _clients;
    private readonly IActorRef _configuration;
    private readonly Dictionary<string, IActorRef> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<SessionId, JobId> _sessions = [];
    private readonly JobTurns _turns;
    private readonly IActorRef _scheduler;

    public DirectorActor(DirectorParts parts)
    {
        _parts = parts;
        _turns = new JobTurns(() => parts.Configuration, parts.Clock);
        _media = Context.ActorOf(MediaActor.Props(parts), "media");
        _clients = Context.ActorOf(ClientsActor.Props(parts), "clients");
        Context.ActorOf(JobTelemetry.Props(parts.Clock), "telemetry");
        Context.ActorOf(NoticesActor.Props(parts), "notices");
        _configuration = Context.ActorOf(ConfigurationActor.Props(parts), "configuration");
        _scheduler = Context.ActorOf(SchedulerActor.Props(parts, Self), "scheduler");
        Starting();
    }

    public static Props Props(DirectorParts parts) => Akka.Actor.Props.Create(() => new DirectorActor(parts));

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    private sealed record Recovered(IReadOnlyList<JobId> Unended);
    private sealed record ReadJobs;
    private sealed record GoOnWith(JobId Job);
    private sealed record RecoveryIsLate;
    private sealed record JobIsDue;

    protected override void PreStart() => AskForUnended();

    /// <summary>A run made before the earlier ones are known would be taken for one of them: all waits until they are.</summary>
    private void Starting()
    {
        Receive<Recovered>(recovered =>
        {
            Recover(recovered.Unended);
            Become(Ready);
            Stash.UnstashAll();
        });
        Receive<Status.Failure>(failure =>
        {
            _log.Error(failure.Cause, "the jobs of an earlier life cannot be read from the catalog; the director waits for them");
            Timers.StartSingleTimer(nameof(ReadJobs), new ReadJobs(), AgainAfter);
        });
        Receive<ReadJobs>(_ => AskForUnended());
        ReceiveAny(_ => Stash.Stash());
    }

    private void Ready()
    {
        Receive<RunWanted>(wanted => Want(wanted.Specification, Sender));
        Receive<Looked>(Want);
        Receive<ScheduledJobsWanted>(wanted => _scheduler.Forward(wanted));
        Receive<JobRecovered>(recovered =>
        {
            _turns.Recovered(recovered);
            GiveTurns();
        });
        Receive<RecoveryIsLate>(_ => GiveUpOnUnheard());
        Receive<JobIsDue>(_ => GiveTurns());
        Receive<Created>(Queue);
        Receive<CancelWanted>(cancel => Cancel(cancel));
        Receive<IJobAnswer>(_ => { }); // of a job that was canceled for a further run
        Receive<JobStatusWanted>(wanted => JobOf(wanted.Job).Forward(wanted));
        Receive<OverviewWanted>(_ => Sender.Tell(
            new DirectorOverview(_turns.Running, _turns.Waiting, [.. _storages.Keys], _turns.Limits.Director)));
        Receive<WaitsWanted>(_ => Sender.Tell(new WaitsOverview(_turns.Waits)));
        Receive<StoragesWanted>(_ => Context.ActorOf(StorageGathering.Props([.. _storages.Values], Sender)));
        Receive<ReloadWanted>(wanted => _configuration.Forward(wanted));
        Receive<RollbackWanted>(wanted => _configuration.Forward(wanted));
        Receive<ConfigurationChanged>(_ => GiveTurns());
        Receive<ClientsWanted>(wanted => _clients.Forward(wanted));
        Receive<EstimateWanted>(wanted => _clients.Forward(wanted));
        Receive<EstimatePageRead>(read => _clients.Forward(read));
        Receive<ClientStatusAsked>(asked => _clients.Forward(asked));
        Receive<ToClient>(order => _clients.Forward(order));
        Receive<ClientAttached>(attached => _clients.Forward(attached));
        Receive<ClientSaid>(said => _clients.Forward(said));
        Receive<ClientDetached>(detached => _clients.Forward(detached));
        Receive<FromClient>(said => JobOf(said.Job).Tell(said.What));
        Receive<JobDone>(Done);
        Receive<Terminated>(stopped => Missed(stopped.ActorRef));
        Receive<GoOnWith>(job => GoOn(job.Job));
        Receive<PartMadeAnew>(_ => GoOnWithAll());
        Receive<Status.Failure>(Failed);
        var door = new StorageDoor(_parts, Context.System, _log);
        Receive<StorageOnline>(online => door.Refuse(online, Sender), online => door.IsStranger(online, Sender));
        Storages();
    }

    private void AskForUnended() => _parts.Gate.Run(UnendedJobs).PipeTo(Self, failure: e => new Status.Failure(e));

    private static Recovered UnendedJobs(Backup.Catalog.ICatalog catalog)
    {
        JobState[] open = [JobState.Queued, JobState.Waiting, JobState.Running, JobState.Ending];
        return new Recovered([.. open.SelectMany(state => catalog.Jobs.List(new JobFilter(State: state, Limit: JobFilter.LimitMax)))
            .Select(j => j.Id)]);
    }

    /// <summary>Jobs of an earlier life of the director go on, or end at their last commit point.</summary>
    private void Recover(IReadOnlyList<JobId> unended)
    {
        foreach (JobId job in unended)
        {
            _turns.Unheard(job);
            JobOf(job).Tell(new RecoverJob());
        }
        if (unended.Count > 0) Timers.StartSingleTimer(nameof(RecoveryIsLate), new RecoveryIsLate(), RecoveryDeadline);
    }

    private void GiveUpOnUnheard()
    {
        foreach (JobId job in _turns.GiveUpOnUnheard())
            _log.Error("job {0} was not read from the journal in {1}; turns are given without it", job, RecoveryDeadline);
        GiveTurns();
    }

    private void GiveTurns()
    {
        (IReadOnlyList<JobId> begin, IReadOnlyList<JobWait> tell) = _turns.Give();
        foreach (JobId job in begin) JobOf(job).Tell(new BeginJob(), Self);
        foreach (JobWait wait in tell) JobOf(wait.Job).Tell(new HoldJob(wait.Reason), Self);
        if (_turns.NextDue is { } next) Timers.StartSingleTimer(nameof(JobIsDue), new JobIsDue(), next > LookAgain ? LookAgain : next);
    }

    private void Cancel(CancelWanted cancel)
    {
        JobOf(cancel.Job).Tell(new CancelJob(cancel.User), Sender);
    }

    private void Done(JobDone done)
    {
        _turns.Ended(done.Job);
        _queues.Remove(done.Job);
        _unanswered.Remove(done.Job);
        foreach (SessionId session in _sessions.Where(s => s.Value == done.Job).Select(s => s.Key).ToList()) _sessions.Remove(session);
        GiveTurns();
    }

    private IActorRef JobOf(JobId job)
    {
        string name = NameOf(job);
        IActorRef child = Context.Child(name);
        return child.IsNobody() ? Context.Watch(Context.ActorOf(JobActor.Props(job, _parts, _media), name)) : child;
    }

    /// <summary>A job's actor has stopped: by itself, long after its end, or by a fault, and then the job is gone on with.</summary>
    private void Missed(IActorRef stopped)
    {
        foreach (JobId job in _turns.Running.Concat(_turns.Waiting).Where(job => NameOf(job) == stopped.Path.Name))
            Timers.StartSingleTimer(job, new GoOnWith(job), AgainAfter);
    }

    private void GoOn(JobId job)
    {
        if (!_turns.Knows(job)) return;
        if (_queues.TryGetValue(job, out (QueueJob Queue, IActorRef Asker) wanted))
            JobOf(job).Tell(new GoOnOrQueue(wanted.Queue), wanted.Asker);
        else JobOf(job).Tell(new RecoverJob());
    }

    private static string NameOf(JobId job) => $"{JobActor.PersistencePrefix}{job}";
}
