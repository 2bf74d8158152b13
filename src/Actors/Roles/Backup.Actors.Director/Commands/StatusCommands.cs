using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Actors.Director.Clients;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Turns;
using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Jobs.Admission;
using Backup.Jobs.Jobs;
using Backup.Jobs.Reports;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>What runs now, and how a run went.</summary>
internal sealed class StatusCommands(IActorRef director, DirectorParts parts)
{
    private const int RecentJobs = 10;

    public async IAsyncEnumerable<ApiEvent> Director([EnumeratorCancellation] CancellationToken cancellation)
    {
        DirectorOverview view = await director.Ask<DirectorOverview>(new OverviewWanted(), RunCommands.AskTimeout, cancellation)
            .ConfigureAwait(false);
        yield return new TextEvent(
            $"director on node {parts.NodeName}, version {parts.SoftwareVersion}: {view.Running.Count} running (limit {view.JobsAtOnce}), "
                + $"{view.Queued.Count} queued");
        WaitsOverview queue = await director.Ask<WaitsOverview>(new WaitsWanted(), RunCommands.AskTimeout, cancellation)
            .ConfigureAwait(false);
        Dictionary<JobId, JobWait> waits = queue.Waits.ToDictionary(wait => wait.Job);
        yield return new ColumnsEvent(
            [new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("client", ColumnType.Text), new("state", ColumnType.Text),
                new("doing", ColumnType.Text)],
            "Running and waiting");
        foreach (JobId job in view.Running.Concat(view.Queued))
            if (parts.Gate.Catalog.Jobs.Find(job) is { } row)
                yield return RowEvent.Of(("jobid", row.Id.Value), ("job", row.Name), ("client", row.Client),
                    ("state", row.State.Words()),
                    ("doing", waits.TryGetValue(job, out JobWait? wait) ? $"{wait.Position}. in the queue, {wait}" : row.Reason));
        await foreach (ApiEvent coming in ScheduleCommands.Scheduled(director, cancellation).ConfigureAwait(false)) yield return coming;
        yield return new ColumnsEvent(
            [new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("level", ColumnType.Text), new("files", ColumnType.Number),
             new("bytes", ColumnType.Bytes), new("ended", ColumnType.Time), new("state", ColumnType.Text)],
            "Last ended");
        foreach (JobRow row in parts.Gate.Catalog.Jobs.List(new JobFilter(Limit: RecentJobs)).Where(r => r.State.HasEnded()).Reverse())
            yield return RowEvent.Of(
                ("jobid", row.Id.Value), ("job", row.Name),
                ("level", row.Level == JobLevel.None ? row.Type.ToString() : row.Level.ToString()),
                ("files", row.Files), ("bytes", row.Bytes), ("ended", row.Ended), ("state", row.State.Words()));
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Storage(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<StorageStatus> storages =
            await director.Ask<IReadOnlyList<StorageStatus>>(new StoragesWanted(), RunCommands.AskTimeout, cancellation)
                .ConfigureAwait(false);
        string? only = command.Text("storage");
        if (only is not null) Specifications.Named(parts.Configuration.Storages, only, "storage");
        yield return new ColumnsEvent(
        [
            new("storage", ColumnType.Text), new("state", ColumnType.Text), new("volume", ColumnType.Text),
            new("sessions", ColumnType.Number),
            new("reading", ColumnType.Number), new("received", ColumnType.Bytes), new("folder", ColumnType.Path),
        ]);
        foreach (StorageStatus storage in storages.Where(s => only is null || s.Name == only))
            yield return RowEvent.Of(
                ("storage", storage.Name), ("state", storage.State), ("volume", storage.Volume), ("sessions", storage.Sessions.Count),
                ("reading", storage.ServingChannels), ("received", storage.Sessions.Sum(s => s.BytesReceived)), ("folder", storage.Folder));
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Client(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ClientsOverview view = await director.Ask<ClientsOverview>(new ClientsWanted(), RunCommands.AskTimeout, cancellation)
            .ConfigureAwait(false);
        string? only = command.Text("client");
        if (only is not null) Specifications.Named(parts.Configuration.Clients, only, "client");
        yield return new ColumnsEvent(
        [
            new("client", ColumnType.Text), new("state", ColumnType.Text), new("since", ColumnType.Time), new("host", ColumnType.Text),
            new("system", ColumnType.Text), new("version", ColumnType.Text),
        ]);
        foreach (string name in parts.Configuration.Clients.Keys.Order(StringComparer.Ordinal).Where(n => only is null || n == only))
        {
            AttachedClient? attached = view.Attached.FirstOrDefault(c => c.Name == name);
            yield return RowEvent.Of(
                ("client", name), ("state", attached is null ? "away" : "attached"), ("since", attached?.Since),
                ("host", attached?.Platform.HostName),
                ("system", attached is null ? null : $"{attached.Platform.Distribution} {attached.Platform.Architecture}"),
                ("version", attached?.Platform.SoftwareVersion));
        }
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Job(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobRow row = Specifications.KnownJob(command, parts);
        JobStatus status = await StatusOf(row.Id, cancellation).ConfigureAwait(false);
        yield return new ColumnsEvent([new("what", ColumnType.Text), new("value", ColumnType.Text)]);
        foreach ((string what, string? value) in Lines(row, status))
            if (!string.IsNullOrEmpty(value)) yield return RowEvent.Of(("what", what), ("value", value));
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

    private static IEnumerable<(string What, string? Value)> Lines(JobRow row, JobStatus status) =>
    [
        ("jobid", row.Id.ToString()), ("job", row.Name), ("type", row.Type.ToString()),
        ("level", row.Level == JobLevel.None ? null : row.Level.ToString()), ("client", row.Client),
        ("fileset", row.FileSet), ("user", row.User),
        ("state", row.State.Words()), ("doing", status.Reason.Length > 0 ? $"{status.Reason}, since {status.Since}" : row.Reason),
        ("started", row.Started?.ToString()), ("ended", row.Ended?.ToString()),
        ("committed", status.Committed.IsNone ? null : status.Committed.ToString()), ("volumes", string.Join(", ", row.Volumes)),
    ];

    private Task<JobStatus> StatusOf(JobId job, CancellationToken cancellation) =>
        director.Ask<JobStatus>(new JobStatusWanted(job), RunCommands.AskTimeout, cancellation);
}
