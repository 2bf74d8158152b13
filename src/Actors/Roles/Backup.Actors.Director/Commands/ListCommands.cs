using Backup.Catalog.Clients;
using Backup.Catalog.Jobs;
using Backup.Catalog.Log;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Commands;
using Backup.Configuration.Resources;
using Backup.Jobs.Schedules;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Actors.Director.Commands;

/// <summary>What the catalog knows, as tables.</summary>
internal sealed class ListCommands(DirectorParts parts)
{
    private const int RowsDefault = 100;

    /// <summary>Of the hash by which versions of a FileSet are told apart.</summary>
    private const int FileSetVersionDigits = 12;

    /// <summary>Newest runs whose lines are looked through for 'messages', and how many lines there are at most.</summary>
    private const int MessagesJobs = 50, MessagesDefault = 50, MessagesMax = 1000;

    private static readonly Dictionary<JobLevel, string> LevelWords = new() { [JobLevel.None] = "" };

    public IEnumerable<ApiEvent> Jobs(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListJobs);
        var filter = new JobFilter(
            command.Number("jobid") is { } id ? new JobId(id) : null, command.Text("job"), command.Text("client"),
            null, null, command.Level(),
            command.State(), Limit: (int)Math.Min(JobFilter.LimitMax, Limit(command, RowsDefault) + Offset(command)));
        foreach (JobRow job in parts.Gate.Catalog.Jobs.List(filter).Skip(Offset(command)).Reverse()) yield return Row(job);
    }

    public IEnumerable<ApiEvent> Files(ParsedCommand command)
    {
        JobRow job = Specifications.KnownJob(command, parts);
        if (job.Session is null || (job.Root.IsEmpty && !job.State.HasEnded()))
            throw new CommandRefusedException($"job {job.Id} is {job.State.Words()}: it has no tree; see: list jobs");
        byte[] start = command.Path("path") ?? BytePath.Root.ToArray();
        yield return ColumnsEvent.Of(CommandId.ListFiles);
        int left = Limit(command, int.MaxValue);
        int skip = Offset(command);
        bool isBrowsed = command.Says("children");
        var tree = new TreeReader(parts.Gate.Catalog.Trees);
        foreach (TreePlace place in isBrowsed ? Children(tree, job, start) : Places(tree, job, start))
        {
            if (!isBrowsed && place.Entry.Flags.HasFlag(EntryFlags.Passage)) continue;
            if (skip-- > 0) continue;
            if (left-- == 0) yield break;
            yield return Row(place);
        }
    }

    public IEnumerable<ApiEvent> Unsaved(ParsedCommand command)
    {
        JobRow job = Specifications.KnownJob(command, parts);
        byte[]? below = command.Path("path");
        yield return ColumnsEvent.Of(CommandId.ListUnsaved);
        int left = Limit(command, int.MaxValue), leftOut = Offset(command);
        for (int skip = 0; ; skip += RowsDefault)
        {
            IReadOnlyList<UnsavedFile> page = parts.Gate.Catalog.Sessions.Unsaved(job.Id, RowsDefault, skip);
            foreach (UnsavedFile file in page.Where(f => below is null || BytePath.IsWithin(f.Path, below)))
            {
                if (leftOut-- > 0) continue;
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
            Limit: VolumeFilter.LimitMax);
        string? storage = command.Text("storage");
        foreach (VolumeRow volume in parts.Gate.Catalog.Volumes.List(filter).Where(v => storage is null || v.Identity.Storage == storage)
                     .Skip(Offset(command)).Take(Limit(command, int.MaxValue)))
            yield return RowEvent.Of(
                ("volume", volume.Identity.Name), ("pool", volume.Identity.Pool), ("storage", volume.Identity.Storage),
                ("state", volume.State.ToString()),
                ("bytes", volume.Bytes), ("capacity", volume.Capacity is { } bytes ? new ApiValue(bytes) : default),
                ("used", volume.Capacity is > 0 and { } capacity ? $"{Math.Min(100, volume.Bytes * 100 / capacity)} %" : null),
                ("jobs", volume.Sessions), ("labelled", volume.Identity.Labelled),
                ("written", volume.LastWritten));
    }

    public IEnumerable<ApiEvent> Clients(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListClients);
        foreach (ClientRow client in parts.Gate.Catalog.Clients.List().Take(Limit(command, int.MaxValue)))
        {
            ClientPlatform? on = client.Platform;
            yield return Counted(client.Name, new JobFilter(Client: client.Name, Limit: JobFilter.LimitMax),
                ("host", on?.HostName), ("address", on?.Address is { Length: > 0 } address ? address : null),
                ("system", on is null ? null : $"{on.System} {on.Release} {on.Architecture}"), ("distribution", on?.Distribution),
                ("version", on?.SoftwareVersion));
        }
    }

    public IEnumerable<ApiEvent> FileSets(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListFilesets);
        foreach (string name in parts.Gate.Catalog.Clients.FileSets().Select(f => f.Name).Distinct().Take(Limit(command, int.MaxValue)))
            yield return Counted(name, new JobFilter(FileSet: name, Limit: JobFilter.LimitMax));
    }

    /// <summary>The text of a FileSet's definition as it stands on volumes, setting by setting; the newest version first.</summary>
    public IEnumerable<ApiEvent> FileSetText(ParsedCommand command)
    {
        string name = command.Text("fileset")!;
        IReadOnlyList<FileSetRow> known = parts.Gate.Catalog.Clients.FileSets(name);
        if (known.Count == 0)
            throw new CommandRefusedException($"no run has used a FileSet '{name}'; 'list filesets' shows those that were used");
        FileSetRow[] versions = [.. known.Take(command.Says("all") ? known.Count : 1)];
        yield return ColumnsEvent.Of(CommandId.ShowFileset, "Versions");
        foreach (FileSetRow version in versions)
            yield return RowEvent.Of(("fileset", name), ("version", Short(version)), ("recorded", version.Recorded));
        yield return ColumnsEvent.Of(CommandId.ShowFileset, "Settings");
        foreach (FileSetRow version in versions)
            foreach (string line in version.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = line.Split(": ", 2);
                yield return RowEvent.Of(("version", Short(version)), ("setting", parts[0]), ("value", parts.Length > 1 ? parts[1] : ""));
            }
    }

    private static string Short(FileSetRow version) => version.Hash.ToString()[..FileSetVersionDigits];

    public IEnumerable<ApiEvent> Pools()
    {
        yield return ColumnsEvent.Of(CommandId.ListPools);
        foreach (PoolRow pool in parts.Gate.Catalog.Volumes.Pools())
            yield return RowEvent.Of(("name", pool.Name), ("volumes", pool.Volumes), ("bytes", pool.Bytes));
    }

    public IEnumerable<ApiEvent> JobMedia(ParsedCommand command)
    {
        JobRow job = Specifications.KnownJob(command, parts);
        yield return ColumnsEvent.Of(CommandId.ListJobMedia);
        foreach (SessionVolume volume in parts.Gate.Catalog.Sessions.FindOfJob(job.Id)?.Volumes ?? [])
            yield return RowEvent.Of(
                ("jobid", job.Id.Value), ("volume", volume.Span.Volume), ("first_block", volume.Span.FirstBlock),
                ("last_block", volume.Span.LastBlock), ("volume_state", volume.State.ToString()));
    }

    public IEnumerable<ApiEvent> Storages(ParsedCommand command)
    {
        yield return ColumnsEvent.Of(CommandId.ListStorages);
        IReadOnlyList<VolumeRow> volumes = parts.Gate.Catalog.Volumes.List(new VolumeFilter(Limit: VolumeFilter.LimitMax));
        foreach (StorageResource storage in parts.Configuration.Storages.Values.OrderBy(s => s.Name, StringComparer.Ordinal)
                     .Take(Limit(command, int.MaxValue)))
        {
            VolumeRow[] own = [.. volumes.Where(volume => volume.Identity.Storage == storage.Name)];
            yield return RowEvent.Of(("name", storage.Name), ("node", storage.Node ?? storage.Name), ("volumes", own.Length),
                ("bytes", own.Sum(volume => volume.Bytes)));
        }
    }

    public IEnumerable<ApiEvent> Log(ParsedCommand command) =>
        Lines(command).Select(line => LogEvent.At(line.At, LogSeverity.Note, line.Text, line.Job.Value));

    public IEnumerable<ApiEvent> LogTable(ParsedCommand command) => Lines(command)
        .Select(line => (ApiEvent)RowEvent.Of(("jobid", line.Job.Value), ("time", line.At), ("text", line.Text)))
        .Prepend(ColumnsEvent.Of(CommandId.ListLog));

    /// <summary>The newest lines of all runs, the oldest of them first.</summary>
    public IEnumerable<ApiEvent> Messages(ParsedCommand command)
    {
        int wanted = Math.Min(Limit(command, MessagesDefault), MessagesMax);
        var newest = new List<LogLine>();
        foreach (JobRow job in parts.Gate.Catalog.Jobs.List(new JobFilter(Limit: MessagesJobs)))
        {
            IReadOnlyList<LogLine> lines = parts.Gate.Catalog.Log.List(job.Id, MessagesMax);
            newest.AddRange(lines.Skip(Math.Max(0, lines.Count - wanted)));
        }
        return newest.OrderBy(line => line.At).TakeLast(wanted)
            .Select(line => LogEvent.At(line.At, LogSeverity.Note, line.Text, line.Job.Value));
    }

    private IEnumerable<LogLine> Lines(ParsedCommand command)
    {
        JobRow job = Specifications.KnownJob(command, parts);
        int left = Limit(command, int.MaxValue);
        for (int skip = Offset(command); left > 0; skip += RowsDefault)
        {
            IReadOnlyList<LogLine> page = parts.Gate.Catalog.Log.List(job.Id, Math.Min(left, RowsDefault), skip);
            foreach (LogLine line in page) yield return line;
            left -= page.Count;
            if (page.Count < RowsDefault) yield break;
        }
    }

    /// <summary>What lies directly in a directory of the tree, whether it was saved for itself or on the way to what was.</summary>
    private static IEnumerable<TreePlace> Children(TreeReader tree, JobRow job, byte[] directory)
    {
        TreeEntry entry = tree.Find(job.Root, directory)
            ?? throw new CommandRefusedException($"{ByteText.Show(directory)} is not in the tree of job {job.Id}");
        if (entry.Kind != EntryKind.Directory) throw new CommandRefusedException($"{ByteText.Show(directory)} is no directory");
        return tree.Entries(entry.Child).Select(child => new TreePlace(BytePath.Join(directory, child.Name), child));
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
        ("client", job.Client), ("trigger", TriggerOf(job)), ("user", job.User), ("started", job.Started),
        ("elapsed", job.Ended is { } end && job.Started is { } start ? end.Since(start) : default(ApiValue)),
        ("files", job.Files), ("bytes", job.Bytes), ("state", job.State.Words()));

    /// <summary>A run that was tried again has the user of the one that failed, and so its trigger.</summary>
    private static string TriggerOf(JobRow job) => (job.User == RunOrder.User ? JobTrigger.Automatic : JobTrigger.Manual).ToString();

    private static RowEvent Row(TreePlace place) => RowEvent.Of(
        ("type", place.Entry.Kind.Letter().ToString()), ("mode", Convert.ToString(place.Entry.Mode, 8).PadLeft(4, '0')),
        ("owner", place.Entry.UserId), ("group", place.Entry.GroupId), ("size", place.Entry.Size), ("modified", place.Entry.Modified),
        ("path", ByteText.Show(place.Path)));

    private RowEvent Counted(string name, JobFilter filter, params (string Column, ApiValue Value)[] more)
    {
        IReadOnlyList<JobRow> jobs = parts.Gate.Catalog.Jobs.List(filter);
        return RowEvent.Of(
            [("name", name), ("jobs", jobs.Count), ("last", jobs.Count > 0 ? jobs[0].Scheduled : default(ApiValue)), .. more]);
    }

    private static int Offset(ParsedCommand command) => (int)Math.Min(command.Number("offset") ?? 0, int.MaxValue);

    private static int Limit(ParsedCommand command, int otherwise) => (int)Math.Min(command.Number("limit") ?? otherwise, int.MaxValue);
}
