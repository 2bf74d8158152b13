using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Clients;
using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>Counts what a job would save, and names it where that is asked for: pages of names come as fast as they are read.</summary>
internal sealed class EstimateCommand(ActorSystem system, IActorRef director, DirectorParts parts)
{
    /// <summary>How long a client may walk before the first answer, and between two pages.</summary>
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromMinutes(30);

    /// <summary>Pages on their way: the client sends one and waits until it is read; then its end, or that it is gone.</summary>
    private const int AnswersMax = 4;

    public async IAsyncEnumerable<ApiEvent> Estimate(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobSpecification job = Specifications.Backup(command, new Caller("estimate", 0, 0), parts);
        ReferenceChoice reference = await Reference(job).ConfigureAwait(false);
        yield return new TextEvent(Against(job, reference));
        EstimateOrder order = Order(job, reference, command.Says("listing"));
        if (order.Listing) yield return ColumnsEvent.Of(CommandId.Estimate, "Files");
        EstimateEnded? counted = null;
        await foreach (object answer in Ask(job.Client, order, cancellation).ConfigureAwait(false))
        {
            if (answer is RunRefused refused) throw new CommandRefusedException(refused.Reason);
            if (answer is EstimateListed page)
            {
                foreach (EstimatedFile file in page.Files)
                    yield return RowEvent.Of(("size", file.Size), ("path", ByteText.Show(file.Path)));
                director.Tell(new EstimatePageRead(job.Client, order.Request), ActorRefs.NoSender);
            }
            counted = answer as EstimateEnded;
        }
        if (counted?.Failure is { } failure) throw new CommandRefusedException(failure);
        yield return ColumnsEvent.Of(CommandId.Estimate, "Estimate");
        yield return RowEvent.Of(
            ("entries", counted!.Entries), ("files", counted.Files), ("bytes", counted.Bytes),
            ("files_to_save", counted.ChangedFiles), ("bytes_to_save", counted.ChangedBytes));
        yield return EndEvent.Done;
    }

    private Task<ReferenceChoice> Reference(JobSpecification job)
    {
        if (job.Level is JobLevel.Full) return Task.FromResult(new ReferenceChoice(null, ""));
        Hash256 fileSet = FileSetText.HashOf(job.EffectiveFileSet!);
        return parts.Gate.Run(c => c.Jobs.FindReference(new ReferenceQuestion(job.JobName, job.Client, fileSet, job.Level)));
    }

    private EstimateOrder Order(JobSpecification job, ReferenceChoice reference, bool listing) => new(
        parts.Entropy.NewGuid(), reference.Reference is null ? JobLevel.Full : job.Level, job.EffectiveFileSet!,
        reference.Reference?.Root ?? NodeId.Empty, reference.Reference?.ScanStarted ?? default,
        parts.OfferTree(default, reference.Reference?.Job, AnswerDeadline), listing);

    private static string Against(JobSpecification job, ReferenceChoice choice) =>
        choice.Reference is { } found ? $"{job.Level} of job {job.JobName} against the tree of job {found.Job}"
        : job.Level == JobLevel.Full ? $"Full of job {job.JobName}"
        : $"{job.Level} of job {job.JobName} would be a Full: {choice.WhyNot}";

    /// <summary>The client's answers; the last one is its end, or a refusal.</summary>
    private async IAsyncEnumerable<object> Ask(string client, EstimateOrder order, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Channel<object> answers = Channel.CreateBounded<object>(AnswersMax);
        ChannelWriter<object> writer = answers.Writer;
        IActorRef listener = system.ActorOf(Props.Create(() => new Listener(writer, director, new EstimateWanted(client, order))));
        try
        {
            while (true)
            {
                using var deadline = new CancellationTokenSource(AnswerDeadline, parts.Clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
                object answer = await Next(answers.Reader, client, deadline.Token, either.Token).ConfigureAwait(false);
                yield return answer;
                if (answer is not EstimateListed) yield break;
            }
        }
        finally
        {
            system.Stop(listener);
        }
    }

    private static async Task<object> Next(
        ChannelReader<object> answers, string client, CancellationToken deadline, CancellationToken either)
    {
        try
        {
            return await answers.ReadAsync(either).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new RunRefused($"client '{client}' said nothing of its estimate for {AnswerDeadline.TotalMinutes:0} min; see its log");
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ChannelWriter<object> writer, IActorRef director, EstimateWanted wanted)
        {
            ReceiveAny(answer => writer.TryWrite(answer));
            director.Tell(wanted, Self);
        }
    }
}
