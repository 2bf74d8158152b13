using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>From a command's words to what a run is to do; everything is checked before a run exists.</summary>
internal static class Specifications
{
    public static JobSpecification Backup(ParsedCommand command, Caller caller, DirectorParts parts)
    {
        BackupConfiguration configuration = parts.Configuration;
        JobResource job = Named(configuration.Jobs, command.Text("job")!, "job");
        if (job.Type != JobType.Backup)
            throw new CommandRefusedException($"job {job.Name} is a {job.Type} job; it is started with: restore");
        FileSetResource fileSet = Named(configuration.FileSets, command.Text("fileset") ?? job.FileSet!, "fileset");
        ClientResource client = Named(configuration.Clients, command.Text("client") ?? job.Client, "client");
        StorageResource storage = Named(configuration.Storages, command.Text("storage") ?? job.Storage, "storage");
        PoolResource pool = Named(configuration.Pools, command.Text("pool") ?? job.Pool!, "pool");
        IReadOnlyList<byte[]> roots = command.Paths("root");
        if (fileSet.PathsPerRun && roots.Count == 0)
            throw new CommandRefusedException($"fileset {fileSet.Name} has no paths of its own; say what to save with root=/path");
        return new JobSpecification(
            job.Name, job.Type, Backed(command.Level() ?? job.Level), client.Name, storage.Name, pool.Name, fileSet.Definition,
            [.. roots.Select(root => ByteText.Show(root))], caller.Name, command.Truth("reference") ?? job.JoinsReferences,
            command.When("when", Instant.Now(parts.Clock)) ?? Instant.Now(parts.Clock),
            Priority: (int)Math.Min(command.Number("priority") ?? job.Priority, int.MaxValue), Duplicates: job.Duplicates,
            RunScripts: job.RunScripts);
    }

    /// <summary>A restore goes before all backups: somebody waits for it.</summary>
    public static JobSpecification Restore(ParsedCommand command, Caller caller, DirectorParts parts)
    {
        JobRow source = RestorePoint(command, parts);
        if (source.Type != JobType.Backup)
            throw new CommandRefusedException($"job {source.Id} is a {source.Type}; only a backup can be restored");
        if (source.State is not (JobState.Ok or JobState.OkWithWarnings))
            throw new CommandRefusedException(
                $"job {source.Id} ({source.Name}) is {source.State.Words()}: it has no complete tree; take an earlier run of: list "
                    + $"jobs job={source.Name}");
        ClientResource client = Named(parts.Configuration.Clients, command.Text("restoreclient") ?? source.Client, "client");
        return new JobSpecification(
            source.Name, JobType.Restore, JobLevel.None, client.Name, StorageOf(source, parts), "", null, [], caller.Name, false,
            Instant.Now(parts.Clock),
            Restore: new RestoreSelection(
                source.Id, source.Root, Selected(command), command.Path("where") ?? [], command.Replace() ?? ReplaceRule.Always,
                command.Says("dryrun")),
            Priority: 1);
    }

    /// <summary>The row of <c>jobid=</c>; a number that no run has is refused.</summary>
    public static JobRow KnownJob(ParsedCommand command, DirectorParts parts)
    {
        long number = command.Number("jobid")!.Value;
        return parts.Gate.Catalog.Jobs.Find(new JobId(number))
            ?? throw new CommandRefusedException($"there is no job {number}; see: list jobs");
    }

    /// <summary>A resource by name; another name is answered with those there are.</summary>
    public static T Named<T>(IReadOnlyDictionary<string, T> resources, string name, string what) =>
        resources.TryGetValue(name, out T? found)
            ? found
            : throw new CommandRefusedException($"there is no {what} '{name}'; there are: "
                + $"{string.Join(", ", resources.Keys.Order(StringComparer.Ordinal))}");

    private static JobLevel Backed(JobLevel level) => level is JobLevel.Full or JobLevel.Differential or JobLevel.Incremental
        ? level
        : throw new CommandRefusedException($"level {level} cannot be run yet; Full, Differential and Incremental can");

    private static JobRow RestorePoint(ParsedCommand command, DirectorParts parts)
    {
        if (command.Has("jobid")) return KnownJob(command, parts);
        Instant asOf = command.Time("before") ?? Instant.Now(parts.Clock);
        string? name = command.Text("job");
        if (name is null)
        {
            string client = command.Text("client")!;
            return parts.Gate.Catalog.Jobs.FindRestorePoint(client, null, asOf)
                ?? throw new CommandRefusedException($"client {client} has no restorable backup as of {asOf}; see: "
                    + $"list jobs client={client}");
        }
        return parts.Gate.Catalog.Jobs.List(new JobFilter(Name: name, Client: command.Text("client"), Type: JobType.Backup,
            Limit: JobFilter.LimitMax))
                .FirstOrDefault(row => row.State is JobState.Ok or JobState.OkWithWarnings && row.Ended <= asOf)
            ?? throw new CommandRefusedException($"job {name} has no restorable run as of {asOf}; see: list jobs job={name}");
    }

    private static IReadOnlyList<byte[]> Selected(ParsedCommand command)
    {
        IReadOnlyList<byte[]> files = command.Paths("file");
        return files.Count > 0 ? files : [BytePath.Root.ToArray()];
    }

    /// <summary>Where the volumes are that the tree needs; a tree without content needs none, and any storage will do.</summary>
    private static string StorageOf(JobRow source, DirectorParts parts)
    {
        VolumeLifeId? life = parts.Gate.Catalog.Sessions.NeededBy(source.Id)
            .Where(needed => needed.Need.Files > 0).SelectMany(needed => needed.Volumes)
            .Select(volume => (VolumeLifeId?)volume.Span.Life).FirstOrDefault();
        return life is { } known && parts.Gate.Catalog.Volumes.Find(known) is { } volume
            ? volume.Identity.Storage
            : parts.Configuration.Storages.Keys.Order(StringComparer.Ordinal).FirstOrDefault()
                ?? throw new CommandRefusedException("the configuration has no storage to restore from");
    }
}
