using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Turns;
using Backup.Catalog.Jobs;
using Backup.Cluster.Telemetry;
using Backup.Commands;
using Backup.Jobs.Admission;
using Backup.Jobs.Jobs;
using Backup.Jobs.Reports;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>What the director does now, and how a run went.</summary>
internal sealed class StatusCommands(IActorRef director, IActorRef progress, DirectorParts parts)
{
    private const int EndedShown = 10;

    /// <summary>Newest runs that are looked through for ended ones.</summary>
    private const int EndedSearched = 200;

    public async IAsyncEnumerable<ApiEvent> Director(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Task<DirectorOverview> overview =
            director.Ask<DirectorOverview>(new OverviewWanted(), RunCommands.AskTimeout, cancellation);
        Task<ProgressOverview> far = progress.Ask<ProgressOverview>(new ProgressWanted(), RunCommands.AskTimeout, cancellation);
        Task<WaitsOverview> queue = director.Ask<WaitsOverview>(new WaitsWanted(), RunCommands.AskTimeout, cancellation);
        DirectorOverview view = await overview.ConfigureAwait(false);
        yield return ColumnsEvent.Of(CommandId.StatusDirector, "Director");
        yield return RowEvent.Of(("node", parts.NodeName), ("version", parts.SoftwareVersion), ("running", view.Running.Count),
            ("waiting", view.Queued.Count), ("limit", view.JobsAtOnce));
        yield return ColumnsEvent.Of(CommandId.StatusDirector, "Running and waiting");
        IReadOnlyDictionary<JobId, JobFar> moved = (await far.ConfigureAwait(false)).Jobs;
        Dictionary<JobId, JobWait> waits = (await queue.ConfigureAwait(false)).Waits.ToDictionary(wait => wait.Job);
        foreach (JobId job in view.Running.Concat(view.Queued))
            if (parts.Gate.Catalog.Jobs.Find(job) is { } row && !row.State.HasEnded())
                yield return Moving(row, moved.GetValueOrDefault(job),
                    waits.TryGetValue(job, out JobWait? wait) ? $"{wait.Position}. in the queue, {wait}" : row.Reason);
        await foreach (ApiEvent coming in ScheduleCommands.Scheduled(director, cancellation).ConfigureAwait(false)) yield return coming;
        yield return ColumnsEvent.Of(CommandId.StatusDirector, "Ended");
        foreach (JobRow row in parts.Gate.Catalog.Jobs.List(new JobFilter(Limit: EndedSearched))
                     .Where(row => row.State.HasEnded()).Take(EndedShown).Reverse())
            yield return Ended(row);
        if (command.Says("full"))
        {
            yield return ColumnsEvent.Of(CommandId.StatusDirector, "Memory");
            yield return Memory(parts.NodeName, "director", ProcessMemory.Read());
        }
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Job(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobRow row = Specifications.KnownJob(command, parts);
        JobStatus status = await StatusOf(row.Id, cancellation).ConfigureAwait(false);
        ProgressOverview far = await progress.Ask<ProgressOverview>(new ProgressWanted(), RunCommands.AskTimeout, cancellation)
            .ConfigureAwait(false);
        yield return ColumnsEvent.Of(CommandId.StatusJob);
        foreach ((string what, ApiValue value) in Facts(row, status).Concat(Facts(far.Jobs.GetValueOrDefault(row.Id))))
            if (value.Kind != ApiValueKind.Nothing && value.Text is not "") yield return RowEvent.Of(("what", what), ("value", value));
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Report(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobRow row = Specifications.KnownJob(command, parts);
        if (!row.State.HasEnded())
            throw new CommandRefusedException($"job {row.Id} is {row.State.Words()}; follow it with: wait jobid={row.Id}");
        JobStatus status = await StatusOf(row.Id, cancellation).ConfigureAwait(false);
        if (!status.HasEnded)
            throw new CommandRefusedException($"job {row.Id} is known from its volumes alone and has no report; see: "
                + $"list jobs jobid={row.Id}");
        IReadOnlyList<UnsavedFile> unsaved = parts.Gate.Catalog.Sessions.Unsaved(row.Id, JobReport.ListedMax);
        yield return new TextEvent(JobReportText.Render(JobReports.Of(status, new ReportAdditions(unsaved))));
        yield return EndEvent.Done;
    }

    /// <summary>A row of the table "Memory" of every status.</summary>
    internal static RowEvent Memory(string node, string role, MemoryUse use) => RowEvent.Of(
        ("node", node), ("role", role), ("working_set", use.WorkingSet), ("heap", use.Heap), ("buffers", use.Buffers));

    private static RowEvent Moving(JobRow row, JobFar? far, string doing) => RowEvent.Of(
        ("jobid", row.Id.Value), ("job", row.Name), ("level", LevelOf(row)), ("client", row.Client), ("state", row.State.Words()),
        ("files", far?.Files ?? default(ApiValue)), ("bytes", far?.Bytes ?? default(ApiValue)), ("now", far?.Now ?? default(ApiValue)),
        ("average", far?.Average ?? default(ApiValue)), ("since", row.Started ?? row.Scheduled), ("doing", doing));

    private static RowEvent Ended(JobRow row) => RowEvent.Of(
        ("letter", row.State.Letter().ToString()), ("jobid", row.Id.Value), ("job", row.Name), ("level", LevelOf(row)),
        ("client", row.Client), ("files", row.Files), ("bytes", row.Bytes),
        ("elapsed", row is { Ended: { } end, Started: { } start } ? end.Since(start) : default(ApiValue)), ("ended", row.Ended),
        ("state", row.State.Words()));

    private static string LevelOf(JobRow row) => row.Level == JobLevel.None ? row.Type.ToString() : row.Level.ToString();

    private static (string What, ApiValue Value)[] Facts(JobRow row, JobStatus status) =>
    [
        ("jobid", row.Id.ToString()), ("job", row.Name), ("type", row.Type.ToString()),
        ("level", row.Level == JobLevel.None ? null : row.Level.ToString()), ("client", row.Client),
        ("fileset", row.FileSet), ("storage", status.Specification?.Storage), ("pool", status.Specification?.Pool), ("user", row.User),
        ("state", row.State.Words()), ("doing", status.Reason.Length > 0 ? status.Reason : row.Reason),
        ("since", status.Exists && !status.HasEnded ? status.Since : (Instant?)null), ("started", row.Started), ("ended", row.Ended),
        ("committed", status.Committed.IsNone ? null : status.Committed.ToString()), ("volumes", string.Join(", ", row.Volumes)),
    ];

    private static (string What, ApiValue Value)[] Facts(JobFar? far) => far is null ? [] :
        [("files", far.Files), ("bytes", far.Bytes), ("bytes a second now", Math.Round(far.Now)),
            ("bytes a second on average", Math.Round(far.Average))];

    private Task<JobStatus> StatusOf(JobId job, CancellationToken cancellation) =>
        director.Ask<JobStatus>(new JobStatusWanted(job), RunCommands.AskTimeout, cancellation);
}
