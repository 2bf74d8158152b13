using Backup.Configuration.Schedules;
using Backup.Configuration.Variables;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;

namespace Backup.Configuration.Resources;

/// <summary>What no single key can tell: rules between the keys of a resource, and between resources.</summary>
internal sealed class ResourceChecks(ResourceSet resources, MistakeList mistakes)
{
    /// <summary>A volume must hold its labels and at least one large block with its index.</summary>
    private const long VolumeBytesMin = 16 * 1024 * 1024;

    public void CheckAll()
    {
        foreach (ResourceValues node in resources.Of(ResourceTable.Node)) CheckNode(node);
        foreach (ResourceValues client in resources.Of(ResourceTable.Client)) CheckActor(client, NodeRole.Client);
        foreach (ResourceValues storage in resources.Of(ResourceTable.Storage))
        {
            CheckActor(storage, NodeRole.Storage);
            if (StorageNodes.Mistake(storage, resources) is { } mistake) Wrong(storage, mistake.Key, mistake.Text);
            if (DriveKeys.Mistake(storage) is { } wrong) Wrong(storage, wrong.Key, wrong.Text);
            CheckVolumeSize(storage, "volume-size", zeroIsNone: false);
        }
        foreach (ResourceValues pool in resources.Of(ResourceTable.Pool)) CheckVolumeSize(pool, "volume-size-max", zeroIsNone: true);
        foreach (ResourceValues fileSet in resources.Of(ResourceTable.FileSet)) CheckFileSet(fileSet);
        foreach (ResourceValues job in resources.Of(ResourceTable.Job)) CheckJob(job);
        foreach (ResourceValues resource in resources.Of(MessageKinds.Messages).Concat(resources.Of(MessageKinds.Counter)))
            if (MessageKinds.Mistake(resource, resources) is { } mistake) Wrong(resource, mistake.Key, mistake.Text);
        foreach (ResourceValues catalog in resources.Of(CatalogKind.Catalog))
            if (CatalogKind.Mistake(catalog, resources) is { } mistake) Wrong(catalog, mistake.Key, mistake.Text);
        CheckLabelFormats();
        new ScheduleChecks(resources, mistakes).CheckAll();
    }

    private void CheckNode(ResourceValues node)
    {
        if (node.IsGiven("roles") && node.Find("roles") is List<object> { Count: 0 }) Wrong(node, "roles", "a node has at least one role");
        bool Free(string endpoint) => endpoint.EndsWith(":0", StringComparison.Ordinal); // any free port: two of them never collide
        if (node.Text("control-listen") is { } control && control == node.Text("bulk-listen") && !Free(control))
            Wrong(node, "bulk-listen", $"{control} is taken by control-listen; give it another port");
        if (NodeClusterKeys.Mistake(node) is { } mistake) Wrong(node, mistake.Key, mistake.Text);
        if (NodeConsoleKeys.Mistake(node) is { } closed) Wrong(node, closed.Key, closed.Text);
        if (NodeReachKeys.Mistake(node) is { } unreachable) Wrong(node, unreachable.Key, unreachable.Text);
    }

    /// <summary>A client or storage is acted for by a node that has the role.</summary>
    private void CheckActor(ResourceValues actor, NodeRole role)
    {
        if (actor.Text("node") is not { } name || resources.Find(ResourceTable.Node, name) is not { } node) return;
        if (node.Find("roles") is List<object> roles && !roles.Contains(role)) Wrong(actor, "node", $"node '{name}' has no role {role}");
    }

    private void CheckVolumeSize(ResourceValues resource, string key, bool zeroIsNone)
    {
        if (resource.Find(key) is not long bytes || bytes >= VolumeBytesMin || (bytes == 0 && zeroIsNone)) return;
        Wrong(resource, key, $"{bytes} bytes are too few for a volume; at least {VolumeBytesMin >> 20} MiB");
    }

    private void CheckFileSet(ResourceValues fileSet)
    {
        bool perRun = fileSet.Find("paths-per-run") is true;
        if (!perRun && (!fileSet.IsGiven("paths") || fileSet.Find("paths") is List<object> { Count: 0 }))
            Wrong(fileSet, "paths", "paths is missing: give the roots, or paths-per-run = yes");
        foreach (string twice in fileSet.List<string>("paths").CountBy(path => path).Where(path => path.Value > 1).Select(path => path.Key))
            Wrong(fileSet, "paths", $"'{twice}' is given twice");
        if (fileSet.IsGiven("compression-level") && fileSet.Find("compression") is CompressionKind.None)
            Wrong(fileSet, "compression-level", "a level needs compression = zstd");
        foreach (string marker in fileSet.List<string>("exclude-marker").Where(marker => marker.Contains('/', StringComparison.Ordinal)))
            Wrong(fileSet, "exclude-marker", $"'{marker}' is a path; a marker is a file's name");
    }

    private void CheckJob(ResourceValues job)
    {
        if (job.Find("type") is JobType.Restore && job.IsGiven("run-scripts")) Wrong(job, "run-scripts", "scripts run with backups alone");
        if (job.List<RunScript>("run-scripts").Count > RunScript.ScriptsMax)
            Wrong(job, "run-scripts", $"more than {RunScript.ScriptsMax} scripts; let one program call the others");
        if (job.Find("type") is not JobType.Backup) return;
        foreach (string key in (string[])["fileset", "pool"])
            if (job.Find(key) is null && !job.IsGiven(key)) Wrong(job, key, $"{key} is missing: a backup needs one");
    }

    /// <summary>Two pools that name volumes alike would give one name twice.</summary>
    private void CheckLabelFormats()
    {
        var known = new Dictionary<string, ResourceValues>(StringComparer.OrdinalIgnoreCase);
        foreach (ResourceValues pool in resources.Of(ResourceTable.Pool))
        {
            if (pool.Text("label-format") is not { } format) continue;
            if (LabelTemplate.IsOne(format)) CheckCounters(pool, format);
            else if (!known.TryAdd(format, pool))
                Wrong(pool, "label-format", $"pool '{known[format].Name}' names its volumes \"{format}\" too; give each pool its own");
        }
    }

    /// <summary>Pools may share a counter: it gives no number twice.</summary>
    private void CheckCounters(ResourceValues pool, string format)
    {
        foreach (string counter in LabelTemplate.Parse(format).Counters.Where(name => resources.Find(MessageKinds.Counter, name) is null))
            Wrong(pool, "label-format", $"label-format: there is no Counter '{counter}'"
                + NearestName.Hint(counter, resources.Of(MessageKinds.Counter).Select(known => known.Name)));
    }

    private void Wrong(ResourceValues resource, string key, string text) => mistakes.Add(resource.PositionOf(key), resource.Title, text);
}
