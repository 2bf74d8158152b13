using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Jobs;
using Backup.Catalog.Jobs;
using Backup.Jobs.Admission;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Actors.Director;

/// <summary>How a run comes to be.</summary>
public sealed partial class DirectorActor
{
    /// <summary>Keys that the catalog is being asked about; a second word for one of them changes nothing.</summary>
    private readonly HashSet<RunKey> _looking = [];

    /// <summary>How each job that has not ended was to be queued in this life, for a first event that the journal did not take.</summary>
    private readonly Dictionary<JobId, (QueueJob Queue, IActorRef Asker)> _queues = [];

    private sealed record Looked(JobRow? Existing, JobSpecification Specification, IActorRef Asker);
    private sealed record Created(JobId Job, JobSpecification Specification, IActorRef Asker);

    /// <summary>A run that has a key may exist, from before a restart: it is neither made again nor taken for its own duplicate.</summary>
    private void Want(JobSpecification job, IActorRef asker)
    {
        if (job.Key is not { } key) Create(job, asker);
        else if (_looking.Add(key))
            _parts.Gate.Run(catalog => new Looked(RunRows.Find(catalog, job), job, asker))
                .PipeTo(Self, failure: e =>
                    new Status.Failure(new RunException(e.GetBaseException().Message, asker, job, isCounted: false)));
    }

    private void Want(Looked looked)
    {
        if (looked.Existing is not { } existing)
        {
            Create(looked.Specification, looked.Asker);
            return;
        }
        RunKey key = looked.Specification.Key!.Value;
        _looking.Remove(key);
        if (existing.State.HasEnded()) looked.Asker.Tell(new RunAccepted(existing.Id, key));
        else JobOf(existing.Id).Tell(new IsQueued(key), looked.Asker);
    }

    private void Create(JobSpecification job, IActorRef asker)
    {
        Duplicates duplicates = _turns.Want(job);
        if (duplicates.Refusal is { } refusal)
        {
            if (duplicates.Previous is { } previous)
                JobOf(previous).Tell(new LogLine(previous, $"a further run ({job.Scheduled}, {job.User}) was refused: {refusal}"));
            Refuse(job, asker, refusal, mayPass: duplicates.Previous is null);
            return;
        }
        foreach (JobId old in duplicates.Cancel) JobOf(old).Tell(new CancelJob($"{job.User}, by a further run of job {job.JobName}"));
        _parts.Gate.Run(catalog => new Created(RunRows.Create(catalog, job, Instant.Now(_parts.Clock)), job, asker))
            .PipeTo(Self, asker, failure: e => new Status.Failure(new RunException(e.GetBaseException().Message, asker, job)));
    }

    private void Failed(Status.Failure failure)
    {
        if (failure.Cause is not RunException run)
        {
            _log.Error(failure.Cause, "the catalog could not be read");
            return;
        }
        if (run.IsCounted) _turns.NotMade(run.Job);
        Refuse(run.Job, run.Asker, run.Message, mayPass: true);
    }

    private void Refuse(JobSpecification job, IActorRef asker, string reason, bool mayPass)
    {
        if (job.Key is { } key) _looking.Remove(key);
        asker.Tell(new RunRefused(reason, job.Key, mayPass));
    }

    /// <summary>Who wants a run that has a key is answered by the job itself, when it is durable.</summary>
    private void Queue(Created created)
    {
        RunKey? key = created.Specification.Key;
        var queue = new QueueJob(created.Job, new SessionId(_parts.Entropy.NewGuid()), created.Specification);
        IActorRef asker = key is null ? Self : created.Asker;
        _queues[created.Job] = (queue, asker);
        JobOf(created.Job).Tell(queue, asker);
        if (key is { } looking) _looking.Remove(looking);
        else created.Asker.Tell(new RunAccepted(created.Job));
        _turns.Made(created.Job, created.Specification);
        if (_turns.DueOf(created.Job) is { } due) JobOf(created.Job).Tell(new HoldJob($"starts at {due}"), Self);
        GiveTurns();
    }
}

/// <summary>A run could not be made; carries whom to tell.</summary>
internal sealed class RunException(string message, IActorRef asker, JobSpecification job, bool isCounted = true) : Exception(message)
{
    /// <summary>Turns count the run as one in the making.</summary>
    public bool IsCounted { get; } = isCounted;

    public IActorRef Asker { get; } = asker;
    public JobSpecification Job { get; } = job;
}
