using Akka.Actor;
using Akka.Event;
using Akka.Pattern;
using Akka.Persistence;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Catalog;
using Backup.Configuration;
using Backup.Jobs.Jobs;
using Backup.Jobs.Schedules;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Schedules;

/// <summary>
/// Makes jobs run at their times, and again after failures. Decides by <see cref="SchedulerDecisions"/>; what it decides is durable before
/// the director hears of it, and a run is wanted until the director has taken it. So a time is neither skipped nor doubled, whenever this
/// actor, the director or the node stops in between.
/// </summary>
public sealed class SchedulerActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>At least so often time and configuration are looked at: a clock may be set, and timers do not hear of it.</summary>
    private static readonly TimeSpan LookAtLeast = TimeSpan.FromSeconds(30);

    /// <summary>A run that was wanted and not answered, or not now, is wanted again.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookAtMost = TimeSpan.FromMilliseconds(50);

    /// <summary>A scheduler that its journal fails is made again for ever.</summary>
    private const int NoLimit = -1;

    /// <summary>Events kept behind the last snapshot.</summary>
    private const int EventsMax = 100;

    private readonly DirectorParts _parts;
    private readonly IActorRef _director;
    private readonly Dictionary<RunKey, Instant> _wanted = [];
    private SchedulerState _state = SchedulerState.Empty;
    private long _snapshotAt;
    private bool _failuresFound;

    public SchedulerActor(DirectorParts parts, IActorRef director)
    {
        _parts = parts;
        _director = director;
        Recover<SnapshotOffer>(offer =>
        {
            _state = SchedulerState.Of((SchedulerSnapshot)offer.Snapshot);
            _snapshotAt = offer.Metadata.SequenceNr;
        });
        Recover<ISchedulerEvent>(happened => _state = _state.Apply(happened));
        Recover<RecoveryCompleted>(_ => Look());
        Command<Awake>(_ => Look());
        Command<ConfigurationChanged>(_ => Look());
        Command<ScheduledJobsWanted>(_ => Sender.Tell(Upcoming.Overview(_state, _parts.Configuration, Times(), Now)));
        Command<RunAccepted>(Taken);
        Command<RunRefused>(Refused);
        Retries();
        Snapshots();
    }

    public override string PersistenceId => "scheduler";

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The scheduler under a supervisor that makes it again, after a pause, where the journal fails it.</summary>
    public static Props Props(DirectorParts parts, IActorRef director) => BackoffSupervisor.Props(Backoff.OnStop(
        Akka.Actor.Props.Create(() => new SchedulerActor(parts, director)), "scheduler",
        minBackoff: TimeSpan.FromSeconds(1), maxBackoff: TimeSpan.FromSeconds(30), randomFactor: 0.2, maxNrOfRetries: NoLimit));

    private sealed record Awake;
    private sealed record FailuresFound(IReadOnlyList<JobId> Jobs);

    private Instant Now => Instant.Now(_parts.Clock);

    private void Retries()
    {
        Command<JobFinished>(finished =>
        {
            if (finished.State is JobState.Failed or JobState.Incomplete) AskHowItEnded(finished.Job, finished.Name);
        });
        Command<JobStatus>(Ended);
        Command<FailuresFound>(found =>
        {
            _failuresFound = true;
            foreach (JobId job in found.Jobs)
                if (!_state.FailuresSeen.Contains(job.Value)) _director.Tell(new JobStatusWanted(job));
        });
        Command<Status.Failure>(failure => Log.Warning(failure.Cause, "the scheduler could not read or write the catalog"));
    }

    private void Snapshots()
    {
        Command<SaveSnapshotSuccess>(saved =>
        {
            DeleteMessages(saved.Metadata.SequenceNr);
            DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
        });
        Command<SaveSnapshotFailure>(failed => Log.Warning(failed.Cause, "the scheduler's snapshot was not saved; a later one will be"));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failed => Log.Warning(failed.Cause, "the scheduler's old events were not deleted"));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => Log.Warning(failed.Cause, "the scheduler's old snapshots were not deleted"));
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(JobFinished));
        Context.System.EventStream.Subscribe(Self, typeof(ConfigurationChanged));
        base.PreStart();
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        base.PostStop();
    }

    private IReadOnlyDictionary<string, JobTimes> Times() => JobTimes.Of(_parts.Configuration, _parts.Clock.LocalTimeZone);

    /// <summary>Decide what is due, make it durable, want it; then sleep until something can be due again.</summary>
    private void Look()
    {
        IReadOnlyDictionary<string, JobTimes> jobs = Times();
        Keep(SchedulerDecisions.Decide(_state, jobs, Now), () =>
        {
            WantDue();
            TimeSpan next = SchedulerDecisions.NextLook(_state, jobs, Now)?.Since(Now) ?? LookAtLeast;
            Timers.StartSingleTimer(nameof(Awake), new Awake(), Clamp(next));
            if (!_failuresFound) LookForFailures(jobs);
        });
    }

    private static TimeSpan Clamp(TimeSpan pause) => pause < LookAtMost ? LookAtMost : pause > LookAtLeast ? LookAtLeast : pause;

    private void WantDue()
    {
        Instant now = Now;
        BackupConfiguration configuration = _parts.Configuration;
        List<ISchedulerEvent> dropped = [];
        foreach (OwedRun owed in _state.Owed.Where(owed => owed.Due <= now))
        {
            if (_wanted.TryGetValue(owed.Key, out Instant asked) && now.Since(asked) < RepeatAfter && asked <= now) continue;
            RunOrder order = RunOrder.Of(owed, configuration);
            if (order.Specification is null)
            {
                dropped.Add(new RunDropped(owed.JobName, owed.Due, order.WhyNot, now));
                continue;
            }
            _wanted[owed.Key] = now;
            _director.Tell(new RunWanted(order.Specification));
        }
        Keep(dropped);
    }

    private void Taken(RunAccepted accepted)
    {
        if (accepted.Key is not { } key || _state.Owed.Find(owed => owed.Key == key) is not { } owed) return;
        Keep([new RunTaken(key.JobName, key.Due, accepted.Job, Now)], () =>
        {
            if (owed.RetryOf is { } failed) Note(accepted.Job, $"try {owed.Retry} after job {failed}, which ended badly");
        });
    }

    private void Refused(RunRefused refused)
    {
        if (refused.Key is not { } key || !_state.Owes(key)) return;
        if (refused.MayPass)
            Log.Warning("job {JobName}, due {Due}, is wanted again soon: {Reason}", key.JobName, key.Due, refused.Reason);
        else Keep([new RunDropped(key.JobName, key.Due, refused.Reason, Now)]);
    }

    private void AskHowItEnded(JobId job, string name)
    {
        if (Times().TryGetValue(name, out JobTimes? times) && times.Job.Retries > 0) _director.Tell(new JobStatusWanted(job));
    }

    private void Ended(JobStatus ended)
    {
        if (SchedulerDecisions.AfterEnd(_state, Times(), ended, Now) is not { } next) return;
        Keep([next], () =>
        {
            Note(ended.Job, next is RetryPlanned retry
                ? $"is run again at {retry.Due} (try {retry.Number})" : "is not run again: no try is left");
            Look();
        });
    }

    /// <summary>Ends that came while no scheduler was there to hear of them.</summary>
    private void LookForFailures(IReadOnlyDictionary<string, JobTimes> jobs)
    {
        List<(string Job, Instant Since)> asked =
            [.. jobs.Values.Where(job => job.Job.Retries > 0).Select(job => (job.Job.Name, SinceOf(job)))];
        _failuresFound = asked.Count == 0;
        if (_failuresFound) return;
        _parts.Gate.Run(catalog => new FailuresFound([.. asked.SelectMany(job => UnheardEnds.Of(catalog, job.Job, job.Since))]))
            .PipeTo(Self, failure: e => new Status.Failure(e));
    }

    private Instant SinceOf(JobTimes job)
    {
        Instant oldest = Now.Plus(-job.CatchUp);
        return _state.Marks.TryGetValue(job.Job.Name, out ScheduleMark? mark) && mark.Begun > oldest ? mark.Begun : oldest;
    }

    /// <summary>A line in a job's log.</summary>
    private void Note(JobId job, string text)
    {
        var line = new Catalog.Log.LogLine(job, Now, text);
        _parts.Gate.Run(catalog => catalog.Log.Append([line])).PipeTo(Self, failure: e => new Status.Failure(e));
    }

    /// <summary>Makes events durable, applies them and says them; then the rest.</summary>
    private void Keep(IReadOnlyList<ISchedulerEvent> events, Action? then = null)
    {
        if (events.Count == 0)
        {
            then?.Invoke();
            return;
        }
        int left = events.Count;
        PersistAll(events, happened =>
        {
            _state = _state.Apply(happened);
            if (happened is RunTaken taken) _wanted.Remove(new RunKey(taken.JobName, taken.Due));
            if (happened is RunDropped dropped) _wanted.Remove(new RunKey(dropped.JobName, dropped.Due));
            SchedulerLines.Say(Log, happened);
            if (--left > 0) return;
            Compact();
            then?.Invoke();
        });
    }

    private void Compact()
    {
        if (LastSequenceNr - _snapshotAt < EventsMax) return;
        _snapshotAt = LastSequenceNr;
        SaveSnapshot(_state.ToSnapshot());
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "the scheduler could not make an event durable; it begins again from its journal");
}
