using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Turns;
using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Jobs.Admission;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;

namespace Backup.Actors.Director.Commands;

/// <summary>Who waits for what, and who holds what.</summary>
internal sealed class ExplainCommands(IActorRef director, DirectorParts parts)
{
    /// <summary>Jobs asked one by one for one answer.</summary>
    private const int JobsMax = 200;

    public async IAsyncEnumerable<ApiEvent> Explain(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<JobRow> rows = command.Has("jobid") ? [Specifications.KnownJob(command, parts)] : ChosenRuns.Unended(parts);
        (string? storage, string? client) = (command.Text("storage"), command.Text("client"));
        if (storage is not null) Specifications.Named(parts.Configuration.Storages, storage, "storage");
        if (client is not null) Specifications.Named(parts.Configuration.Clients, client, "client");
        Dictionary<JobId, JobWait> waits = await Waits(cancellation).ConfigureAwait(false);
        yield return ColumnsEvent.Of(CommandId.Explain);
        foreach ((JobRow row, JobStatus status) in await Statuses(rows, cancellation).ConfigureAwait(false))
        {
            if ((storage is not null && status.Specification?.Storage != storage) || (client is not null && row.Client != client)) continue;
            Explanation why = status.Exists
                ? Explanation.Of(status, waits.GetValueOrDefault(row.Id), parts.Deadlines)
                : new Explanation("nothing", row.Ended ?? row.Scheduled, "nobody", "it is known from its volumes alone", null, "");
            yield return RowEvent.Of(
                ("jobid", row.Id.Value), ("job", row.Name), ("state", row.State.Words()), ("waits_for", why.WaitsFor), ("since", why.Since),
                ("holder", why.Holder), ("frees_it", why.FreesIt), ("deadline", why.Deadline), ("then", why.Then));
        }
        if (rows.Count == 0) yield return new TextEvent("nothing waits: no run is queued or running");
        yield return EndEvent.Done;
    }

    /// <summary>What runs and drives hold, and what they wait for.</summary>
    public async IAsyncEnumerable<ApiEvent> Leases([EnumeratorCancellation] CancellationToken cancellation)
    {
        Dictionary<JobId, JobWait> waits = await Waits(cancellation).ConfigureAwait(false);
        IReadOnlyList<StorageStatus> storages = await director
            .Ask<IReadOnlyList<StorageStatus>>(new StoragesWanted(), RunCommands.AskTimeout, cancellation).ConfigureAwait(false);
        int leases = 0;
        yield return ColumnsEvent.Of(CommandId.InspectLeases);
        foreach ((JobRow row, JobStatus status) in await Statuses(ChosenRuns.Unended(parts), cancellation).ConfigureAwait(false))
            foreach (Lease lease in Commands.Leases.Of(status, waits.GetValueOrDefault(row.Id), parts.Deadlines, parts.NodeName))
            {
                leases++;
                yield return Row(lease, row.Id.Value, row.Name);
            }
        foreach ((Lease lease, StoringSession? session) in storages.SelectMany(Commands.Leases.Of))
        {
            leases++;
            yield return Row(lease, session?.Job.Value ?? default(ApiValue), session?.JobName);
        }
        if (leases == 0) yield return new TextEvent("nothing is held and nothing waits: no run is queued or running");
        yield return EndEvent.Done;
    }

    private static RowEvent Row(Lease lease, ApiValue job, string? name) => RowEvent.Of(
        ("what", lease.What), ("name", lease.Name), ("is", lease.IsHeld ? "held" : "waited for"), ("jobid", job), ("job", name),
        ("since", lease.Since), ("until", lease.Until), ("holder", lease.Holder), ("frees_it", lease.FreesIt), ("then", lease.Then));

    private async Task<Dictionary<JobId, JobWait>> Waits(CancellationToken cancellation)
    {
        WaitsOverview queue = await director.Ask<WaitsOverview>(new WaitsWanted(), RunCommands.AskTimeout, cancellation)
            .ConfigureAwait(false);
        return queue.Waits.ToDictionary(wait => wait.Job);
    }

    private async Task<IReadOnlyList<(JobRow Row, JobStatus Status)>> Statuses(IReadOnlyList<JobRow> rows, CancellationToken cancellation)
    {
        JobStatus[] statuses = await Task.WhenAll(rows.Take(JobsMax).Select(row =>
            director.Ask<JobStatus>(new JobStatusWanted(row.Id), RunCommands.AskTimeout, cancellation))).ConfigureAwait(false);
        return [.. rows.Zip(statuses)];
    }
}
