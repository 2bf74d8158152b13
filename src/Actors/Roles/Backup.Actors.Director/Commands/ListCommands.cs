using Backup.Catalog.Clients;
using Backup.Catalog.Jobs;
using Backup.Catalog.Log;
using Backup.Catalog.Volumes;
using Backup.Commands;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Actors.Director.Commands;

/// <summary>What the catalog knows, as tables.</summary>
internal sealed class ListCommands(DirectorParts parts)
{
    private const int RowsDefault = 100;

    private static readonly Dictionary<JobLevel, string> LevelWords = new() { [JobLevel.None] = "" };

    public IEnumerable<ApiEvent> Jobs(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListJobs);
        var filter = new JobFilter(
            command.Number("jobid") is { } id ? new JobId(id) : null, command.Text("job"), command.Text("client"),
            null, null, command.Level(),
            command.State(), Limit: Limit(command, RowsDefault));
        foreach (JobRow job in parts.Gate.Catalog.Jobs.List(filter).Reverse()) yield return Row(job);
    }

    public IEnumerable<ApiEvent> Files(ParsedCommand command)
    {
        JobRow job = Specifications.KnownJob(command, parts);
        if (job.Session is null || (job.Root.IsEmpty && !job.State.HasEnded()))
            throw new CommandRefusedException($"job {job.Id} is {job.State.Words()}: it has no tree; see: list jobs");
        byte[] start = command.Path("path") ?? BytePath.Root.ToArray();
        yield return ColumnsEvent.Of(CommandId.ListFiles);
        int left = Limit(command, int.MaxValue);
        foreach (TreePlace place in Places(new TreeReader(parts.Gate.Catalog.Trees), job, start))
        {
            if (place.Entry.Flags.HasFlag(EntryFlags.Passage)) continue;
            if (left-- == 0) yield break;
            yield return Row(place);
        }
    }

    public IEnumerable<ApiEvent> Unsaved(ParsedCommand command)
    {
        JobRow job = Specifications.KnownJob(command, parts);
        byte[]? below = command.Path("path");
        yield return ColumnsEvent.Of(CommandId.ListUnsaved);
        int left = Limit(command, int.MaxValue);
        for (int skip = 0; ; skip += RowsDefault)
        {
            IReadOnlyList<UnsavedFile> page = parts.Gate.Catalog.Sessions.Unsaved(job.Id, RowsDefault, skip);
            foreach (UnsavedFile file in page.Where(f => below is null || BytePath.IsWithin(f.Path, below)))
            {
                if (left-- == 0) yield break;
                yield return RowEvent.Of(("reason", file.Reason.ToString()), ("detail", file.Detail), ("path", ByteText.Show(file.Path)));
            }
            if (page.Count < RowsDefault) yield break;
        }
    }

    public IEnumerable<ApiEvent> Volumes(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListVolumes);
        var filter = new VolumeFilter(
            Pool: command.Text("pool"), Job: command.Number("jobid") is { } id ? new JobId(id) : null,
            Limit: Limit(command, VolumeFilter.LimitMax));
        foreach (VolumeRow volume in parts.Gate.Catalog.Volumes.List(filter))
            yield return RowEvent.Of(
                ("volume", volume.Identity.Name), ("pool", volume.Identity.Pool), ("storage", volume.Identity.Storage),
                ("state", volume.State.ToString()),
                ("bytes", volume.Bytes), ("jobs", volume.Sessions), ("labelled", volume.Identity.Labelled),
                ("written", volume.LastWritten));
    }

    public IEnumerable<ApiEvent> Clients(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListClients);
        foreach (ClientRow client in parts.Gate.Catalog.Clients.List().Take(Limit(command, int.MaxValue)))
            yield return Counted(client.Name, new JobFilter(Client: client.Name, Limit: JobFilter.LimitMax));
    }

    public IEnumerable<ApiEvent> FileSets(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListFilesets);
        foreach (string name in parts.Gate.Catalog.Clients.FileSets().Select(f => f.Name).Distinct().Take(Limit(command, int.MaxValue)))
            yield return Counted(name, new JobFilter(FileSet: name, Limit: JobFilter.LimitMax));
    }

    public IEnumerable<ApiEvent> Pools()
    {
        yield return ColumnsEvent.Of(CommandId.ListPools);
        foreach (PoolRow pool in parts.Gate.Catalog.Volumes.Pools())
            yield return RowEvent.Of(("name", pool.Name), ("volumes", pool.Volumes), ("bytes", pool.Bytes));
    }

    public IEnumerable<ApiEvent> Log(ParsedCommand command)
    {
        JobRow job = Specifications.KnownJob(command, parts);
        int left = Limit(command, int.MaxValue);
        for (int skip = 0; left > 0; skip += RowsDefault)
        {
            IReadOnlyList<LogLine> page = parts.Gate.Catalog.Log.List(job.Id, Math.Min(left, RowsDefault), skip);
            foreach (LogLine line in page) yield return LogEvent.At(line.At, LogSeverity.Note, line.Text, line.Job.Value);
            left -= page.Count;
            if (page.Count < RowsDefault) yield break;
        }
    }

    private static IEnumerable<TreePlace> Places(TreeReader tree, JobRow job, byte[] start)
    {
        if (start is [BytePath.Slash]) return tree.Walk(job.Root);
        TreeEntry entry = tree.Find(job.Root, start)
            ?? throw new CommandRefusedException($"{ByteText.Show(start)} is not in the tree of job {job.Id}");
        var place = new TreePlace(start, entry);
        return entry.Kind == EntryKind.Directory ? tree.Walk(entry.Child, start).Prepend(place) : [place];
    }

    private static RowEvent Row(JobRow job) => RowEvent.Of(
        ("jobid", job.Id.Value), ("job", job.Name), ("type", job.Type.ToString()),
        ("level", LevelWords.GetValueOrDefault(job.Level, job.Level.ToString())),
        ("client", job.Client), ("started", job.Started),
        ("elapsed", job.Ended is { } end && job.Started is { } start ? end.Since(start) : default(ApiValue)),
        ("files", job.Files), ("bytes", job.Bytes), ("state", job.State.Words()));

    private static RowEvent Row(TreePlace place) => RowEvent.Of(
        ("type", place.Entry.Kind.Letter().ToString()), ("mode", Convert.ToString(place.Entry.Mode, 8).PadLeft(4, '0')),
        ("owner", place.Entry.UserId), ("group", place.Entry.GroupId), ("size", place.Entry.Size), ("modified", place.Entry.Modified),
        ("path", ByteText.Show(place.Path)));

    private RowEvent Counted(string name, JobFilter filter)
    {
        IReadOnlyList<JobRow> jobs = parts.Gate.Catalog.Jobs.List(filter);
        return RowEvent.Of(("name", name), ("jobs", jobs.Count), ("last", jobs.Count > 0 ? jobs[0].Scheduled : default(ApiValue)));
    }

    private static int Limit(ParsedCommand command, int otherwise) => (int)Math.Min(command.Number("limit") ?? otherwise, int.MaxValue);
}
