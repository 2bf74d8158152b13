using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;

namespace Backup.Actors.Director.Commands;

/// <summary>Commands that begin, follow and end runs.</summary>
internal sealed class RunCommands(ActorSystem system, IActorRef director, DirectorParts parts)
{
    /// <summary>How long an answer of the director's own actors may take.</summary>
    internal static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    public IAsyncEnumerable<ApiEvent> Run(ParsedCommand command, Caller caller, CancellationToken cancellation) => command.Says("preview")
        ? Shown(() => Previews.Of(Specifications.Backup(command, caller, parts)))
        : Start(() => Specifications.Backup(command, caller, parts), command.Says("wait"), cancellation);

    public IAsyncEnumerable<ApiEvent> Restore(ParsedCommand command, Caller caller, CancellationToken cancellation) =>
        command.Says("preview")
            ? Shown(() => Previews.OfRestore(Specifications.Restore(command, caller, parts), parts.Gate.Catalog))
            : Start(() => Specifications.Restore(command, caller, parts), command.Says("wait"), cancellation);

    /// <summary>Each run that is meant gets its answer; the status is 1 where one was refused.</summary>
    public async IAsyncEnumerable<ApiEvent> Cancel(ParsedCommand command, Caller caller,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<JobRow> runs = ChosenRuns.Of(command, parts);
        bool isRefused = false;
        yield return ColumnsEvent.Of(CommandId.Cancel);
        foreach (JobRow run in runs)
        {
            object answer = await director.Ask<object>(new CancelWanted(run.Id, caller.Name), AskTimeout, cancellation)
                .ConfigureAwait(false);
            isRefused |= answer is JobRefused;
            yield return RowEvent.Of(("jobid", run.Id.Value), ("job", run.Name), ("answer", answer switch
            {
                JobAccepted => "is being canceled",
                JobUnchanged unchanged => unchanged.Reason,
                JobRefused refused => refused.Reason,
                _ => throw new System.Diagnostics.UnreachableException($"{answer.GetType().Name} is no answer of a job"),
            }));
        }
        yield return isRefused ? EndEvent.Refused : EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Wait(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var follower = new JobFollower(system, parts);
        IReadOnlyList<JobRow> runs = ChosenRuns.Of(command, parts);
        TimeSpan? timeout = command.Duration("timeout");
        using var deadline = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, parts.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        await using IAsyncEnumerator<ApiEvent> news = follower.Follow(runs, either.Token).GetAsyncEnumerator(either.Token);
        while (await Next(news, $"not all has ended within {command.Text("timeout")}; it goes on", deadline.Token).ConfigureAwait(false))
            yield return news.Current;
    }

    private static async Task<bool> Next(IAsyncEnumerator<ApiEvent> news, string whenLate, CancellationToken deadline)
    {
        try
        {
            return await news.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new CommandRefusedException(whenLate);
        }
    }

    private static async IAsyncEnumerable<ApiEvent> Shown(Func<IEnumerable<ApiEvent>> documents)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (ApiEvent document in documents()) yield return document;
        yield return EndEvent.Done;
    }

    private async IAsyncEnumerable<ApiEvent> Start(Func<JobSpecification> specify, bool wait,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobSpecification job = specify();
        using JobFollower? follower = wait ? new JobFollower(system, parts) : null;
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
