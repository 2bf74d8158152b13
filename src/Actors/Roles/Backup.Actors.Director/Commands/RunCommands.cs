using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Clients;
using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Configuration.Resources;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>Commands that begin, follow and end runs.</summary>
internal sealed class RunCommands(ActorSystem system, IActorRef director, DirectorParts parts)
{
    /// <summary>How long an answer of the director's own actors may take.</summary>
    internal static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may walk for an estimate.</summary>
    private static readonly TimeSpan EstimateTimeout = TimeSpan.FromMinutes(30);

    public IAsyncEnumerable<ApiEvent> Run(ParsedCommand command, Caller caller, CancellationToken cancellation) =>
        Start(() => Specifications.Backup(command, caller, parts), command.Says("wait"), cancellation);

    public IAsyncEnumerable<ApiEvent> Restore(ParsedCommand command, Caller caller, CancellationToken cancellation) =>
        Start(() => Specifications.Restore(command, caller, parts), command.Says("wait"), cancellation);

    public async IAsyncEnumerable<ApiEvent> Cancel(ParsedCommand command, Caller caller,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobId job = Specifications.KnownJob(command, parts).Id;
        object answer = await director.Ask<object>(new CancelWanted(job, caller.Name), AskTimeout, cancellation).ConfigureAwait(false);
        yield return answer switch
        {
            JobAccepted => new TextEvent($"job {job} is being canceled"),
            JobUnchanged unchanged => new TextEvent($"job {job}: {unchanged.Reason}"),
            JobRefused refused => throw new CommandRefusedException(refused.Reason),
            _ => throw new System.Diagnostics.UnreachableException($"{answer.GetType().Name} is no answer of a job"),
        };
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Wait(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var follower = new JobFollower(system);
        JobRow row = Specifications.KnownJob(command, parts);
        yield return JobEvent.Of(row.Id.Value, row.Name, row.State);
        if (row.State.HasEnded())
        {
            yield return EndEvent.Of(row.Id.Value, row.State);
            yield break;
        }
        await foreach (ApiEvent document in follower.Follow(row.Id, row.State, cancellation).ConfigureAwait(false)) yield return document;
    }

    public async IAsyncEnumerable<ApiEvent> Estimate(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (command.Says("listing"))
            throw new CommandRefusedException("estimate does not name files yet; run the job, then: list files jobid=N");
        JobSpecification job = Specifications.Backup(command, new Caller("estimate", 0, 0), parts);
        FileSet fileSet = job.EffectiveFileSet!;
        ReferenceChoice reference = job.Level is JobLevel.Full
            ? new ReferenceChoice(null, "")
            : await parts.Gate.Run(c =>
                c.Jobs.FindReference(new ReferenceQuestion(job.JobName, job.Client, FileSetText.HashOf(fileSet), job.Level)))
                    .ConfigureAwait(false);
        yield return new TextEvent(Against(job, reference));
        var order = new EstimateOrder(
            parts.Entropy.NewGuid(), reference.Reference is null ? JobLevel.Full : job.Level, fileSet,
            reference.Reference?.Root ?? NodeId.Empty,
            reference.Reference?.ScanStarted ?? default, parts.OfferTree(default, reference.Reference?.Job, EstimateTimeout));
        object answer = await director.Ask<object>(new EstimateWanted(job.Client, order), EstimateTimeout, cancellation)
            .ConfigureAwait(false);
        if (answer is RunRefused refused) throw new CommandRefusedException(refused.Reason);
        var counted = (EstimateEnded)answer;
        if (counted.Failure is { } failure) throw new CommandRefusedException(failure);
        yield return new ColumnsEvent(
        [
            new("entries", ColumnType.Number), new("files", ColumnType.Number), new("bytes", ColumnType.Bytes),
            new("files_to_save", ColumnType.Number), new("bytes_to_save", ColumnType.Bytes),
        ]);
        yield return RowEvent.Of(
            ("entries", counted.Entries), ("files", counted.Files), ("bytes", counted.Bytes),
            ("files_to_save", counted.ChangedFiles), ("bytes_to_save", counted.ChangedBytes));
        yield return EndEvent.Done;
    }

    private static string Against(JobSpecification job, ReferenceChoice choice) =>
        choice.Reference is { } found ? $"{job.Level} of job {job.JobName} against the tree of job {found.Job}"
        : job.Level == JobLevel.Full ? $"Full of job {job.JobName}"
        : $"{job.Level} of job {job.JobName} would be a Full: {choice.WhyNot}";

    private async IAsyncEnumerable<ApiEvent> Start(Func<JobSpecification> specify, bool wait,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobSpecification job = specify();
        using JobFollower? follower = wait ? new JobFollower(system) : null;
        object answer = await director.Ask<object>(new RunWanted(job), AskTimeout, cancellation).ConfigureAwait(false);
        if (answer is RunRefused refused) throw new CommandRefusedException(refused.Reason);
        JobId id = ((RunAccepted)answer).Job;
        yield return JobEvent.Of(id.Value, job.JobName, JobState.Queued);
        if (follower is null)
        {
            yield return new EndEvent(EndStatus.Ok, id.Value);
            yield break;
        }
        await foreach (ApiEvent document in follower.Follow(id, JobState.Queued, cancellation).ConfigureAwait(false)) yield return document;
    }
}
