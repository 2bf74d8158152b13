namespace Backup.Commands;

/// <summary>The one table of commands, in the order in which help shows them.</summary>
public static class CommandTable
{
    private static readonly KeyDefinition Yes = new("yes", KeyType.YesNo, "do it without asking");
    private static readonly KeyDefinition Wait = new("wait", KeyType.YesNo,
        "follow the job to its end; the exit status tells how it ended");
    private static readonly KeyDefinition Limit = new("limit", KeyType.Number, "at most so many rows");
    private static readonly KeyDefinition OneRun = new("jobid", KeyType.Number, "one run of a job") { Required = true };
    private static readonly KeyDefinition Level = new("level", KeyType.Level,
        "Full, Differential or Incremental instead of the job's level");
    private static readonly KeyDefinition Roots = new("root", KeyType.Path, "save this directory instead of the FileSet's")
        { Repeatable = true };
    private static readonly KeyDefinition ByPath = new("path", KeyType.Path, "only this path and what lies below it");

    private static readonly IReadOnlyList<ColumnDefinition> CountedResource =
        [new("name", ColumnType.Text), new("jobs", ColumnType.Number), new("last", ColumnType.Time)];

    public static IReadOnlyList<CommandDefinition> Commands { get; } =
        [.. Acts(), .. Lists(), .. ConfigurationTable.Commands, .. ScheduleTable.Commands, .. Questions()];

    /// <summary>The verbs, each once, in the table's order.</summary>
    public static IReadOnlyList<string> Verbs { get; } = [.. Commands.Select(command => command.Verb).Distinct()];

    public static CommandDefinition Of(CommandId id) => Commands.First(command => command.Id == id);

    private static CommandDefinition[] Acts() =>
    [
        new(CommandId.Run, "run", null, "start a job now")
        {
            Keys =
            [
                new("job", KeyType.Name, "name of the job") { Required = true },
                Level,
                new("client", KeyType.Name, "another client than the job's"),
                new("fileset", KeyType.Name, "another FileSet than the job's"),
                new("storage", KeyType.Name, "another storage than the job's"),
                new("pool", KeyType.Name, "another pool than the job's"),
                Roots,
                new("reference", KeyType.YesNo, "no: later jobs never compare with this run"),
                Wait,
                Yes,
            ],
            NeedsYes = true,
            Example = "run job=nightly level=Full wait yes",
        },
        new(CommandId.Restore, "restore", null, "bring files back from a job's tree")
        {
            Keys =
            [
                new("jobid", KeyType.Number, "what this run saw"),
                new("job", KeyType.Name, "what the job's newest usable run saw"),
                new("client", KeyType.Name, "what the newest usable run of this client saw"),
                new("before", KeyType.Time, "the newest run that ended no later than this"),
                new("file", KeyType.Path, "only this file or directory; all without it") { Repeatable = true },
                new("all", KeyType.YesNo, "everything, said aloud"),
                new("where", KeyType.Path, "put everything below this directory; at its old place without it"),
                new("replace", KeyType.Replace, "what happens to files that stand in the way"),
                new("dryrun", KeyType.YesNo, "count what would be restored and write nothing"),
                new("toclient", KeyType.Name, "another client than the one it came from"),
                new("done", KeyType.YesNo, "ends a selection; taken so that Bacula's command lines work"),
                Wait,
                Yes,
            ],
            RequiredOneOf = ["jobid", "job", "client"],
            Excluding = [("jobid", "job"), ("jobid", "client"), ("jobid", "before"), ("all", "file")],
            NeedsYes = true,
            NeedlessWith = "dryrun",
            Example = "restore job=nightly before=\"2026-11-23 10:00\" file=/etc/hosts where=/tmp/r wait yes",
        },
        new(CommandId.Estimate, "estimate", null, "count what a job would save, without saving it")
        {
            Keys =
            [
                new("job", KeyType.Name, "name of the job") { Required = true },
                Level,
                Roots,
                new("listing", KeyType.YesNo, "name every file"),
            ],
            Columns = [new("size", ColumnType.Bytes), new("path", ColumnType.Path)],
            Example = "estimate job=nightly level=Incremental listing",
        },
        new(CommandId.Cancel, "cancel", null, "end a job on all nodes that take part in it")
            { Keys = [OneRun], Example = "cancel jobid=12" },
        new(CommandId.Wait, "wait", null, "follow a job to its end; the exit status tells how it ended")
            { Keys = [OneRun], Example = "wait jobid=12" },
    ];

    private static CommandDefinition[] Lists() =>
    [
        new(CommandId.ListJobs, "list", "jobs", "runs of jobs, newest last")
        {
            Keys =
            [
                OneRun with { Required = false },
                new("job", KeyType.Name, "only runs of this job"),
                new("client", KeyType.Name, "only runs of this client"),
                Level with { Help = "only this level" },
                new("state", KeyType.State, "only runs in this state (OK, OkWithWarnings, Incomplete, Failed, Canceled, Running ...)"),
                Limit with { Help = "only the newest so many" },
            ],
            Columns =
            [
                new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("type", ColumnType.Text), new("level", ColumnType.Text),
                new("client", ColumnType.Text), new("started", ColumnType.Time), new("elapsed", ColumnType.Duration),
                new("files", ColumnType.Number), new("bytes", ColumnType.Bytes), new("state", ColumnType.Text),
            ],
            Example = "list jobs job=nightly state=Failed limit=10",
        },
        new(CommandId.ListFiles, "list", "files", "what a run's tree holds")
        {
            Keys = [OneRun, ByPath, Limit],
            Columns =
            [
                new("type", ColumnType.Text), new("mode", ColumnType.Text), new("owner", ColumnType.Id), new("group", ColumnType.Id),
                new("size", ColumnType.Bytes), new("modified", ColumnType.Time), new("path", ColumnType.Path),
            ],
            Example = "list files jobid=12 path=/etc limit=100",
        },
        new(CommandId.ListUnsaved, "list", "unsaved", "what a run could not save, and why")
        {
            Keys = [OneRun, ByPath, Limit],
            Columns = [new("reason", ColumnType.Text), new("detail", ColumnType.Text), new("path", ColumnType.Path)],
            Example = "list unsaved jobid=12",
        },
        new(CommandId.ListVolumes, "list", "volumes", "volumes and what is on them")
        {
            Keys =
            [
                new("jobid", KeyType.Number, "only volumes that this run was written to"),
                new("pool", KeyType.Name, "only volumes of this pool"),
                Limit,
            ],
            Columns =
            [
                new("volume", ColumnType.Text), new("pool", ColumnType.Text), new("storage", ColumnType.Text),
                new("state", ColumnType.Text),
                new("bytes", ColumnType.Bytes), new("jobs", ColumnType.Number), new("labelled", ColumnType.Time),
                new("written", ColumnType.Time),
            ],
            Example = "list volumes pool=daily",
        },
        new(CommandId.ListClients, "list", "clients", "clients, with their runs")
        {
            Keys = [Limit], Columns = CountedResource, Example = "list clients",
        },
        new(CommandId.ListFilesets, "list", "filesets", "FileSets, with their runs")
        {
            Keys = [Limit], Columns = CountedResource, Example = "list filesets",
        },
        new(CommandId.ListPools, "list", "pools", "pools, with their volumes")
        {
            Keys = [Limit],
            Columns = [new("name", ColumnType.Text), new("volumes", ColumnType.Number), new("bytes", ColumnType.Bytes)],
            Example = "list pools",
        },
    ];

    private static CommandDefinition[] Questions() =>
    [
        new(CommandId.StatusDirector, "status", "director", "what runs, what waits and why, what ended")
        {
            IsDefault = true, Example = "status director",
        },
        new(CommandId.StatusStorage, "status", "storage", "drives, volumes in them, sessions")
        {
            Keys = [new("storage", KeyType.Name, "one storage; all without it")], Example = "status storage=disk1",
        },
        new(CommandId.StatusClient, "status", "client", "whether a client is there and what it does")
        {
            Keys = [new("client", KeyType.Name, "one client; all without it")], Example = "status client=host1",
        },
        new(CommandId.StatusJob, "status", "job", "where a run stands")
        {
            Keys = [OneRun], Example = "status job jobid=12",
        },
        new(CommandId.Log, "log", null, "what a run said") { Keys = [OneRun, Limit], Example = "log jobid=12" },
        new(CommandId.Report, "report", null, "the report of a run that ended") { Keys = [OneRun], Example = "report jobid=12" },
        new(CommandId.Version, "version", null, "versions of the console and of the node it talks to") { Example = "version" },
        new(CommandId.Help, "help", null, "the commands, or all about one of them") { FreeWords = 2, Example = "help list jobs" },
    ];
}
