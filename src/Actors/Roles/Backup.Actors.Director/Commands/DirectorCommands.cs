using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Catalog;
using Backup.Commands;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Director.Commands;

/// <summary>Carries the operator's commands out. The one place where a failure becomes the one line that a user sees.</summary>
public sealed class DirectorCommands(ActorSystem system, IActorRef director, DirectorParts parts) : ICommandRunner
{
    private readonly RunCommands _runs = new(system, director, parts);
    private readonly EstimateCommand _estimate = new(system, director, parts);
    private readonly ListCommands _lists = new(parts);
    private readonly ConfigurationCommands _configuration = new(director, parts);
    private readonly StatusCommands _status = new(director, system.ActorOf(JobProgress.Props(parts.Clock), "progress"), parts);
    private readonly PartyStatusCommands _parties = new(director, parts);
    private readonly ExplainCommands _explain = new(director, parts);
    private readonly InspectCommands _inspect = new(system, parts);

    public async IAsyncEnumerable<ApiEvent> Run(ParsedCommand command, Caller caller,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var audit = new CommandAudit(parts, command, caller);
        await using IAsyncEnumerator<ApiEvent> answer = Answer(command, caller, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            string? refusal = null;
            try
            {
                if (!await answer.MoveNextAsync().ConfigureAwait(false)) yield break;
                await audit.See(answer.Current).ConfigureAwait(false);
            }
            catch (Exception e) when (e is CommandRefusedException or CatalogException or VolumeFormatException
                or MissingNodeException or AskTimeoutException)
            {
                refusal = e is AskTimeoutException ? "the director did not answer in time; see its log, then try again" : e.Message;
            }
            if (refusal is null)
            {
                yield return answer.Current;
                continue;
            }
            var error = new ErrorEvent(refusal);
            await audit.See(error).ConfigureAwait(false);
            yield return error;
            yield return EndEvent.Refused;
            yield break;
        }
    }

    private IAsyncEnumerable<ApiEvent> Answer(ParsedCommand command, Caller caller, CancellationToken cancellation) => command.Id switch
    {
        CommandId.Run => _runs.Run(command, caller, cancellation),
        CommandId.Restore => _runs.Restore(command, caller, cancellation),
        CommandId.Estimate => _estimate.Estimate(command, cancellation),
        CommandId.Cancel => _runs.Cancel(command, caller, cancellation),
        CommandId.Wait => _runs.Wait(command, cancellation),
        CommandId.ListJobs => Documents(() => _lists.Jobs(command)),
        CommandId.ListFiles => Documents(() => _lists.Files(command)),
        CommandId.ListUnsaved => Documents(() => _lists.Unsaved(command)),
        CommandId.ListVolumes => Documents(() => _lists.Volumes(command)),
        CommandId.ListClients => Documents(() => _lists.Clients(command)),
        CommandId.ListFilesets => Documents(() => _lists.FileSets(command)),
        CommandId.ShowFileset => Documents(() => _lists.FileSetText(command)),
        CommandId.ListPools => Documents(_lists.Pools),
        CommandId.ListCounters => Documents(() => _configuration.Counters(command)),
        CommandId.ListStorages => Documents(() => _lists.Storages(command)),
        CommandId.ListJobMedia => Documents(() => _lists.JobMedia(command)),
        CommandId.ListLog => Documents(() => _lists.LogTable(command)),
        CommandId.Explain => _explain.Explain(command, cancellation),
        CommandId.InspectCluster => _inspect.Cluster(command, cancellation),
        CommandId.InspectActors or CommandId.InspectMailboxes => _inspect.Actors(command, cancellation),
        CommandId.InspectLeases => _explain.Leases(cancellation),
        CommandId.InspectLog => _inspect.Log(command, cancellation),
        CommandId.Messages => Documents(() => _lists.Messages(command)),
        CommandId.Log => Documents(() => _lists.Log(command)),
        CommandId.StatusDirector => _status.Director(command, cancellation),
        CommandId.StatusStorage => _parties.Storage(command, cancellation),
        CommandId.StatusClient => _parties.Client(command, cancellation),
        CommandId.StatusJob => _status.Job(command, cancellation),
        CommandId.Reload => _configuration.Reload(command, caller, cancellation),
        CommandId.ConfigurationRollback => _configuration.Rollback(command, caller, cancellation),
        CommandId.ConfigurationShow => Documents(() => _configuration.Show(command)),
        CommandId.ConfigurationHistory => Documents(() => _configuration.History(command)),
        CommandId.ConfigurationDiff => Documents(() => _configuration.Diff(command)),
        CommandId.SchedulePreview => Documents(() => ScheduleCommands.Preview(command, parts)),
        CommandId.Report => _status.Report(command, cancellation),
        CommandId.Version => Documents(() => [new TextEvent($"backup-node {parts.SoftwareVersion} on {parts.NodeName}")]),
        CommandId.Help => Documents(() => [new TextEvent(CommandHelp.Of(command.FreeWords))]),
        _ => throw new System.Diagnostics.UnreachableException($"no answer to {command.Id}"),
    };

    /// <summary>An answer made from the catalog, document by document, on the API's thread, ended as done.</summary>
    private static async IAsyncEnumerable<ApiEvent> Documents(Func<IEnumerable<ApiEvent>> documents)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (ApiEvent document in documents()) yield return document;
        yield return EndEvent.Done;
    }
}
