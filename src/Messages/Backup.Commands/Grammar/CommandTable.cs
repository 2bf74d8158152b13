namespace Backup.Commands;

/// <summary>The one table of commands, in the order in which help shows them.</summary>
public static partial class CommandTable
{
    private static readonly KeyDefinition Yes = new("yes", KeyType.YesNo, "do it without asking");
    private static readonly KeyDefinition Wait = new("wait", KeyType.YesNo,
        "follow the job to its end; the exit status tells how it ended");
    private static readonly KeyDefinition Offset = new("offset", KeyType.Number, "leave out so many rows first");
    private static readonly KeyDefinition Preview = new("preview", KeyType.YesNo, "say what would be done, and do nothing");
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
        [
            .. Acts(), .. Lists(), .. Statuses(), .. Inspections(), .. ConfigurationTable.Commands, .. ScheduleTable.Commands,
            .. Questions(),
        ];

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
                new("priority", KeyType.Number, "its place among those that wait: lower goes first"),
                new("when", KeyType.When, "not before this time, or so long from now"),
                Wait,
                Preview,
                Yes,
            ],
            NeedsYes = true, Acts = true,
            NeedlessWith = ["preview"],
            Columns = Facts,
            Example = "run job=nightly level=Full when=+10s wait yes",
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
                new("restoreclient", KeyType.Name, "another client than the one it came from"),
                new("done", KeyType.YesNo, "ends a selection; taken so that Bacula's command lines work"),
                Wait,
                Preview,
                Yes,
            ],
            RequiredOneOf = ["jobid", "job", "client"],
            Excluding = [("jobid", "job"), ("jobid", "client"), ("jobid", "before"), ("all", "file")],
            NeedsYes = true, Acts = true,
            NeedlessWith = ["dryrun", "preview"],
            Columns = Facts,
            Example = "restore job=nightly before=\"2026-11-23 10:00\" file=/etc/hosts where=/tmp/r wait yes",
        },
        new(CommandId.Estimate, "estimate", null, "count what a job would save, without saving it")
        {
            Keys =
            [
                new("job", KeyType.Name, "name of the job") { Required = true },
                Level,
                new("client", KeyType.Name, "another client than the job's"),
                new("fileset", KeyType.Name, "another FileSet than the job's"),
                Roots,
                new("listing", KeyType.YesNo, "name every file that would be saved"),
            ],
            Tables =
            [
                new("Files", [new("size", ColumnType.Bytes), new("path", ColumnType.Path)]),
                new("Estimate", [new("entries", ColumnType.Number), new("files", ColumnType.Number), new("bytes", ColumnType.Bytes),
                    new("files_to_save", ColumnType.Number), new("bytes_to_save", ColumnType.Bytes)]),
            ],
            Example = "estimate job=nightly level=Incremental listing",
        },
        new(CommandId.Cancel, "cancel", null, "end runs on all nodes that take part in them")
        {
            Keys =
            [
                OneRun with { Required = false, Repeatable = true },
                new("job", KeyType.Name, "every run of this job that has not ended"),
                new("all", KeyType.YesNo, "every run that has not ended"), Yes,
            ],
            RequiredOneOf = ["jobid", "job", "all"], NeedsYesWith = ["all"], Acts = true,
            Excluding = [("jobid", "job"), ("jobid", "all"), ("job", "all")],
            Columns = [new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("answer", ColumnType.Text)],
            Example = "cancel jobid=12",
        },
        new(CommandId.Wait, "wait", null, "follow runs to their end; the exit status tells how the worst ended")
        {
            Keys =
            [
                OneRun with { Required = false },
                new("job", KeyType.Name, "every run of this job that has not ended"),
                new("all", KeyType.YesNo, "every run that has not ended"),
                new("timeout", KeyType.Duration, "no longer than this; exit status 1 then"),
            ],
            RequiredOneOf = ["jobid", "job", "all"], Excluding = [("jobid", "job"), ("jobid", "all"), ("job", "all")],
            Example = "wait jobid=12 timeout=2h",
        },
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
                Offset with { Help = "leave out so many of the newest" },
            ],
            Columns =
            [
                new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("type", ColumnType.Text), new("level", ColumnType.Text),
                new("client", ColumnType.Text), new("trigger", ColumnType.Text), new("user", ColumnType.Text),
                new("started", ColumnType.Time), new("elapsed", ColumnType.Duration),
                new("files", ColumnType.Number), new("bytes", ColumnType.Bytes), new("state", ColumnType.Text),
            ],
            Example = "list jobs job=nightly state=Failed limit=10",
        },
        new(CommandId.ListFiles, "list", "files", "what a run's tree holds")
        {
            Keys = [OneRun, ByPath, new("children", KeyType.YesNo, "only what lies directly in it"), Limit, Offset],
            Columns =
            [
                new("type", ColumnType.Text), new("mode", ColumnType.Text), new("owner", ColumnType.Id), new("group", ColumnType.Id),
                new("size", ColumnType.Bytes), new("modified", ColumnType.Time), new("path", ColumnType.Path),
            ],
            Example = "list files jobid=12 path=/etc limit=100",
        },
        new(CommandId.ListUnsaved, "list", "unsaved", "what a run could not save, and why")
        {
            Keys = [OneRun, ByPath, Limit, Offset],
            Columns = [new("reason", ColumnType.Text), new("detail", ColumnType.Text), new("path", ColumnType.Path)],
            Example = "list unsaved jobid=12",
        },
        new(CommandId.ListVolumes, "list", "volumes", "volumes and what is on them")
        {
            Keys =
            [
                new("jobid", KeyType.Number, "only volumes that this run was written to"),
                new("pool", KeyType.Name, "only volumes of this pool"),
                new("storage", KeyType.Name, "only volumes of this storage"),
                Limit, Offset,
            ],
            Columns =
            [
                new("volume", ColumnType.Text), new("pool", ColumnType.Text), new("storage", ColumnType.Text),
                new("state", ColumnType.Text),
                new("bytes", ColumnType.Bytes), new("capacity", ColumnType.Bytes), new("used", ColumnType.Text),
                new("jobs", ColumnType.Number), new("labelled", ColumnType.Time), new("written", ColumnType.Time),
            ],
            Example = "list volumes pool=daily",
        },
        new(CommandId.ListJobMedia, "list", "jobmedia", "which blocks of which volumes a run lies on")
        {
            Keys = [OneRun],
            Columns =
            [
                new("jobid", ColumnType.Id), new("volume", ColumnType.Text), new("first_block", ColumnType.Id),
                new("last_block", ColumnType.Id), new("volume_state", ColumnType.Text),
            ],
            Example = "list jobmedia jobid=12",
        },
        new(CommandId.ListLog, "list", "log", "what a run said, as a table")
        {
            Keys = [OneRun, Limit, Offset],
            Columns = [new("jobid", ColumnType.Id), new("time", ColumnType.Time), new("text", ColumnType.Text)],
            Example = "list log jobid=12",
        },
        new(CommandId.ListStorages, "list", "storages", "storages, with the volumes they hold")
        {
            Keys = [Limit],
            Columns = [new("name", ColumnType.Text), new("node", ColumnType.Text), new("volumes", ColumnType.Number),
                new("bytes", ColumnType.Bytes)],
            Example = "list storages",
        },
        new(CommandId.ListClients, "list", "clients", "clients, with their runs and what they said of themselves last")
        {
            Keys = [Limit],
            Columns =
            [
                .. CountedResource, new("host", ColumnType.Text), new("address", ColumnType.Text), new("system", ColumnType.Text),
                new("distribution", ColumnType.Text), new("version", ColumnType.Text),
            ],
            Example = "list clients",
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
        new(CommandId.ListCounters, "list", "counters", "Counters, with the number drawn last")
        {
            Keys = [new("counter", KeyType.Name, "only this one")],
            Columns =
            [
                new("counter", ColumnType.Text), new("value", ColumnType.Id), new("drawn", ColumnType.Time),
                new("minimum", ColumnType.Id), new("maximum", ColumnType.Id), new("wrap_counter", ColumnType.Text),
            ],
            Example = "list counters counter=daily",
        },
        new(CommandId.ShowFileset, "show", "fileset", "what a FileSet said when runs used it, as it stands on their volumes")
        {
            Keys =
            [
                new("fileset", KeyType.Name, "name of the FileSet") { Required = true },
                new("all", KeyType.YesNo, "earlier versions too"),
            ],
            Tables =
            [
                new("Versions", [new("fileset", ColumnType.Text), new("version", ColumnType.Text), new("recorded", ColumnType.Time)]),
                new("Settings", [new("version", ColumnType.Text), new("setting", ColumnType.Text), new("value", ColumnType.Text)]),
            ],
            Example = "show fileset=quickstart",
        },
    ];

    private static CommandDefinition[] Questions() =>
    [
        new(CommandId.Log, "log", null, "what a run said") { Keys = [OneRun, Limit, Offset], Example = "log jobid=12" },
        new(CommandId.Messages, "messages", null, "what all runs said last")
        {
            Keys = [Limit with { Help = "only the newest so many lines; 50 without it" }], Example = "messages limit=20",
        },
        new(CommandId.Report, "report", null, "the report of a run that ended") { Keys = [OneRun], Example = "report jobid=12" },
        new(CommandId.Version, "version", null, "versions of the console and of the node it talks to") { Example = "version" },
        new(CommandId.Help, "help", null, "the commands, or all about one of them") { FreeWords = 2, Example = "help list jobs" },
    ];
}
