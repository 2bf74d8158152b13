using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;

namespace Backup.Configuration.Resources;

/// <summary>From validated resources to the model.</summary>
internal static class ConfigurationBuilder
{
    public static BackupConfiguration Build(ResourceSet resources) => new(
        ByName(resources, ResourceTable.Node, NodeOf),
        ByName(resources, ResourceTable.Director, DirectorOf),
        ByName(resources, ResourceTable.Client, r => new ClientResource(r.Name, r.Text("node"), r.Get<int>("jobs-at-once"))),
        ByName(resources, ResourceTable.Storage, r =>
            DriveKeys.Read(r, new StorageResource(
                r.Name, StorageNodes.Of(r, resources), r.Text("folder") ?? "", r.Get<long>("volume-size"),
                r.Get<TimeSpan>("commit-interval"),
                r.Get<int>("jobs-at-once"), r.Get<long>("outbox-size-max")))),
        ByName(resources, ResourceTable.Pool, r => new PoolResource(
            r.Name, r.Get<string>("label-format"), r.Get<long>("volume-size-max"), r.Get<int>("volumes-max"),
                r.Get<bool>("label-automatically"))),
        ByName(resources, ResourceTable.FileSet, FileSetOf),
        ByName(resources, ResourceTable.Job, JobOf))
    {
        Catalog = resources.Of(CatalogKind.Catalog).Select(CatalogKind.Read).FirstOrDefault(),
        Schedules = ByName(resources, ResourceTable.Schedule, ScheduleOf),
        Messages = ByName(resources, MessageKinds.Messages, MessageKinds.MessagesOf),
        Counters = ByName(resources, MessageKinds.Counter, MessageKinds.CounterOf),
        Shown = [.. resources.All.Select(resource => resource.Shown)],
    };

    private static Dictionary<string, T> ByName<T>(ResourceSet resources, ResourceKind kind, Func<ResourceValues, T> make) =>
        resources.Of(kind).ToDictionary(resource => resource.Name, make, StringComparer.Ordinal);

    private static NodeResource NodeOf(ResourceValues node) => new(
        node.Name,
        node.List<NodeRole>("roles"),
        node.Get<string>("data-directory"),
        node.Get<string>("control-listen"),
        node.Get<string>("bulk-listen"),
        NodeConsoleKeys.SocketOf(node))
    {
        ConsoleGroup = NodeConsoleKeys.GroupOf(node),
        MetricsListen = node.Text("metrics-listen"),
        Cluster = NodeClusterKeys.Read(node),
        Reach = NodeReachKeys.Read(node),
        Scripts = NodeScriptKeys.Read(node),
    };

    private static DirectorResource DirectorOf(ResourceValues director) => new(
        director.Name,
        director.Get<int>("jobs-at-once"),
        director.Get<TimeSpan>("volume-wait"),
        director.Get<TimeSpan>("client-wait"),
        director.Get<TimeSpan>("client-silence"),
        director.Get<TimeSpan>("patience"));

    private static FileSetResource FileSetOf(ResourceValues fileSet) => new(
        fileSet.Name,
        new FileSet(
            fileSet.Name,
            fileSet.List<string>("paths"),
            fileSet.List<SelectionRule>("rules"),
            fileSet.Get<bool>("one-file-system"),
            ListOrNull(fileSet, "file-system-types"),
            ListOrNull(fileSet, "except-file-system-types"),
            fileSet.Get<bool>("nodump"),
            fileSet.Get<bool>("cachedir-tag"),
            ListOrNull(fileSet, "exclude-marker"),
            fileSet.Get<bool>("allow-empty-roots"),
            fileSet.Get<CompressionKind>("compression"),
            fileSet.Get<int>("compression-level")),
        fileSet.Get<bool>("paths-per-run"));

    private static IReadOnlyList<string>? ListOrNull(ResourceValues resource, string key) =>
        resource.List<string>(key) is { Count: > 0 } items ? items : null;

    private static JobResource JobOf(ResourceValues job)
    {
        var type = job.Get<JobType>("type");
        return new JobResource(
            job.Name,
            type,
            job.Get<string>("client"),
            job.Text("fileset"),
            job.Get<string>("storage"),
            job.Text("pool"),
            type == JobType.Restore ? JobLevel.None : job.Get<JobLevel>("level"),
            job.Get<bool>("reference"),
            job.Get<int>("priority"),
            job.Get<int>("jobs-at-once"),
            job.Get<DuplicateRule>("duplicates"))
        {
            Schedule = job.Text("schedule"),
            Retries = job.Get<int>("retries"),
            RetryInterval = job.Get<TimeSpan>("retry-interval"),
            Messages = job.Text("messages"),
            RunScripts = job.List<RunScript>("run-scripts"),
        };
    }

    private static ScheduleResource ScheduleOf(ResourceValues schedule) => new(
        schedule.Name, schedule.List<ScheduleRule>("run"), schedule.Text("time-zone"), schedule.Get<TimeSpan>("catch-up"));
}
