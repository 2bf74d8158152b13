namespace Backup.Commands;

/// <summary>What is, what waits and why: status, explain, inspect.</summary>
public static partial class CommandTable
{
    // Properties and no fields: the order in which fields of two files are set is nobody's.
    private static KeyDefinition Full => new("full", KeyType.YesNo, "memory too");

    private static KeyDefinition OneNode => new("node", KeyType.Name, "another node than the one that answers");

    private static TableDefinition MemoryTable => new("Memory",
    [
        new("node", ColumnType.Text), new("role", ColumnType.Text), new("working_set", ColumnType.Bytes), new("heap", ColumnType.Bytes),
        new("buffers", ColumnType.Bytes),
    ]);

    private static TableDefinition SilentTable => new("Not answered",
        [new("who", ColumnType.Text), new("why", ColumnType.Text)]);

    private static TableDefinition RunningTable => new("Running and waiting",
    [
        new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("level", ColumnType.Text), new("client", ColumnType.Text),
        new("state", ColumnType.Text), new("files", ColumnType.Number), new("bytes", ColumnType.Bytes), new("now", ColumnType.Rate),
        new("average", ColumnType.Rate), new("since", ColumnType.Time), new("doing", ColumnType.Text),
    ]);

    private static CommandDefinition[] Statuses() =>
    [
        new(CommandId.StatusDirector, "status", "director", "what runs, what waits and why, what ended")
        {
            Keys = [Full],
            Tables =
            [
                new("Director", [new("node", ColumnType.Text), new("version", ColumnType.Text), new("running", ColumnType.Number),
                    new("waiting", ColumnType.Number), new("limit", ColumnType.Number)]),
                RunningTable,
                new("Scheduled jobs", [new("job", ColumnType.Text), new("trigger", ColumnType.Text), new("level", ColumnType.Text),
                    new("client", ColumnType.Text), new("pool", ColumnType.Text), new("next", ColumnType.Time),
                    new("note", ColumnType.Text)]),
                new("Ended", [new("letter", ColumnType.Text), new("jobid", ColumnType.Id), new("job", ColumnType.Text),
                    new("level", ColumnType.Text), new("client", ColumnType.Text), new("files", ColumnType.Number),
                    new("bytes", ColumnType.Bytes), new("elapsed", ColumnType.Duration), new("ended", ColumnType.Time),
                    new("state", ColumnType.Text)]),
                MemoryTable, SilentTable,
            ],
            IsDefault = true, Example = "status director full",
        },
        new(CommandId.StatusStorage, "status", "storage", "drives, volumes in them, sessions")
        {
            Keys = [new("storage", KeyType.Name, "one storage; all without it"), Full],
            Tables =
            [
                new("Storages", [new("storage", ColumnType.Text), new("state", ColumnType.Text), new("volume", ColumnType.Text),
                    new("left", ColumnType.Bytes), new("sessions", ColumnType.Number), new("reading", ColumnType.Number),
                    new("received", ColumnType.Bytes), new("folder", ColumnType.Path), new("waits_for", ColumnType.Text),
                    new("since", ColumnType.Time), new("deadline", ColumnType.Time)]),
                new("Sessions", [new("storage", ColumnType.Text), new("jobid", ColumnType.Id), new("job", ColumnType.Text),
                    new("received", ColumnType.Bytes), new("average", ColumnType.Rate), new("since", ColumnType.Time)]),
                new("Drives", [new("storage", ColumnType.Text), new("drive", ColumnType.Id), new("volume", ColumnType.Text),
                    new("use", ColumnType.Text), new("since", ColumnType.Time), new("read", ColumnType.Text),
                    new("write", ColumnType.Text), new("blocks", ColumnType.Text)]),
                new("Waiting", [new("storage", ColumnType.Text), new("jobid", ColumnType.Id), new("volume", ColumnType.Text),
                    new("to", ColumnType.Text), new("reason", ColumnType.Text), new("since", ColumnType.Time),
                    new("until", ColumnType.Time)]),
                new("Slots", [new("storage", ColumnType.Text), new("slot", ColumnType.Id), new("kind", ColumnType.Text),
                    new("volume", ColumnType.Text)]),
                MemoryTable, SilentTable,
            ],
            Example = "status storage=disk1",
        },
        new(CommandId.StatusClient, "status", "client", "whether a client is there and what it does")
        {
            Keys = [new("client", KeyType.Name, "one client; all without it"), Full],
            Tables =
            [
                new("Clients", [new("client", ColumnType.Text), new("state", ColumnType.Text), new("since", ColumnType.Time),
                    new("host", ColumnType.Text), new("system", ColumnType.Text), new("version", ColumnType.Text)]),
                new("Jobs", [new("client", ColumnType.Text), new("jobid", ColumnType.Id), new("work", ColumnType.Text),
                    new("level", ColumnType.Text), new("files", ColumnType.Number), new("bytes", ColumnType.Bytes),
                    new("now", ColumnType.Rate), new("average", ColumnType.Rate), new("since", ColumnType.Time),
                    new("path", ColumnType.Path)]),
                MemoryTable, SilentTable,
            ],
            Example = "status client=host1",
        },
        new(CommandId.StatusJob, "status", "job", "where a run stands")
        {
            Keys = [OneRun], Columns = Facts, Example = "status job jobid=12",
        },
        new(CommandId.Explain, "explain", null, "why it waits: who holds what since when, and what frees it")
        {
            Keys =
            [
                OneRun with { Required = false },
                new("storage", KeyType.Name, "what waits for this storage, and who holds it"),
                new("client", KeyType.Name, "what waits for this client, and who holds it"),
            ],
            Excluding = [("jobid", "storage"), ("jobid", "client"), ("storage", "client")],
            Columns =
            [
                new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("state", ColumnType.Text), new("waits_for", ColumnType.Text),
                new("since", ColumnType.Time), new("holder", ColumnType.Text), new("frees_it", ColumnType.Text),
                new("deadline", ColumnType.Time), new("then", ColumnType.Text),
            ],
            Example = "explain jobid=12",
        },
    ];

    private static CommandDefinition[] Inspections() =>
    [
        new(CommandId.InspectCluster, "inspect", "cluster", "the nodes that see each other; let one leave, or declare it dead")
        {
            Keys =
            [
                new("show", KeyType.YesNo, "only look; so without it too"),
                new("leave", KeyType.Name, "this node is to leave in order"),
                new("down", KeyType.Name, "this node is dead: the others go on without it"), Yes,
            ],
            Excluding = [("show", "leave"), ("show", "down"), ("leave", "down")],
            NeedsYesWith = ["leave", "down"], ActsWith = ["leave", "down"],
            Columns =
            [
                new("node", ColumnType.Text), new("address", ColumnType.Text), new("status", ColumnType.Text),
                new("reachable", ColumnType.Text), new("roles", ColumnType.Text), new("is", ColumnType.Text),
            ],
            IsDefault = true, Example = "inspect cluster",
        },
        new(CommandId.InspectActors, "inspect", "actors", "the live tree of actors of a node")
        {
            Keys = [OneNode, new("below", KeyType.Path, "only below this actor, as /user/director")],
            Columns = ActorColumns, Example = "inspect actors below=/user/director",
        },
        new(CommandId.InspectMailboxes, "inspect", "mailboxes", "actors of a node that have messages waiting")
        {
            Keys = [OneNode], Columns = ActorColumns, Example = "inspect mailboxes",
        },
        new(CommandId.InspectLeases, "inspect", "leases", "all that is held and waited for: by whom, since when, until when, what frees it")
        {
            Columns =
            [
                new("what", ColumnType.Text), new("name", ColumnType.Text), new("is", ColumnType.Text), new("jobid", ColumnType.Id),
                new("job", ColumnType.Text), new("since", ColumnType.Time), new("until", ColumnType.Time),
                new("holder", ColumnType.Text), new("frees_it", ColumnType.Text), new("then", ColumnType.Text),
            ],
            Example = "inspect leases",
        },
        new(CommandId.InspectLog, "inspect", "log", "the last lines of a node's log")
        {
            Keys = [OneNode, Limit], Example = "inspect log limit=50",
        },
    ];

    private static IReadOnlyList<ColumnDefinition> ActorColumns =>
    [
        new("node", ColumnType.Text), new("path", ColumnType.Text), new("type", ColumnType.Text), new("waiting", ColumnType.Number),
        new("children", ColumnType.Number),
    ];

    private static IReadOnlyList<ColumnDefinition> Facts => [new("what", ColumnType.Text), new("value", ColumnType.Any)];
}
