using Backup.Configuration.Schedules;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;

namespace Backup.Configuration.Resources;

/// <summary>One key: its name, how its value is read, whether it must be given, what holds where it is not, and what it is for.</summary>
internal sealed record ResourceKey(string Name, KeyType Type, string Help, string? Default = null, bool Required = false);

/// <summary>One kind of resource.</summary>
internal sealed record ResourceKind(string Name, string Help, IReadOnlyList<ResourceKey> Keys)
{
    public ResourceKey? Find(string key) => Keys.FirstOrDefault(known => known.Name == key);
}

/// <summary>The one table that the validation and the reference page are made from.</summary>
internal static class ResourceTable
{
    public static readonly ResourceKind Node = new("Node", "One process of the installation and what it does.",
    [
        new("roles", KeyType.ListOf(KeyType.Word<NodeRole>(NodeRole.Director, NodeRole.Storage, NodeRole.Client)), "What the node does.",
            Required: true),
        new("data-directory", KeyType.Text, "Where it keeps its state; relative to the folder it is started in.", Required: true),
        new("control-listen", KeyType.Endpoint, "Where it takes control links.", "127.0.0.1:9101"),
        new("bulk-listen", KeyType.Endpoint, "Where it takes bulk channels.", "127.0.0.1:9103"),
        new("metrics-listen", KeyType.Endpoint,
            "Where it tells figures (/metrics, for Prometheus) and health (/health/ready) by plain HTTP; without it nowhere."),
        .. NodeConsoleKeys.All,
        .. NodeClusterKeys.All,
        .. NodeReachKeys.All,
        .. NodeScriptKeys.All,
    ]);

    public static readonly ResourceKind Director = new("Director", "Limits and waits of the part that decides.",
    [
        new("jobs-at-once", KeyType.Number(1, 10_000), "How many jobs run at the same time.", "10"),
        new("patience", KeyType.Duration, "How long others go past a waiting job; then what it needs is kept free for it.", "6 h"),
        new("volume-wait", KeyType.Duration, "How long a job waits for a volume before it fails.", "1 d"),
        new("client-wait", KeyType.Duration, "How long a job waits for its client to take the order.", "10 min"),
        new("client-silence", KeyType.Duration, "How long a working client may be silent.", "10 min"),
    ]);

    public static readonly ResourceKind Client = new("Client", "A host whose files are saved.",
    [
        new("node", KeyType.ForeignName, "The node that acts for it; without it the node of the client's own name."),
        new("jobs-at-once", KeyType.Number(1, 32), "How many backups of this client run at the same time.", "1"),
    ]);

    public static readonly ResourceKind Storage = new("Storage", "A place for volumes: a folder of disk volumes, or a library of tapes.",
    [
        new("node", KeyType.ForeignName,
            "The node it belongs to; without it the only Node here with role Storage, or else the node of its own name."),
        new("folder", KeyType.Text,
            "Folder of the volumes; relative to the node's data directory. Given in the file of its own node, and only there."),
        new("volume-size", KeyType.Size, "Largest size of a volume where the pool gives none.", "50 GiB"),
        new("commit-interval", KeyType.Duration, "How far commit points are apart while data arrive; at most this is lost.", "5 s"),
        new("outbox-size-max", KeyType.Size, "What may be owed to a director that is away; beyond it the drive waits.", "4 GiB"),
        new("jobs-at-once", KeyType.Number(1, 1000), "How many backups write at the same time.", "4"),
        .. DriveKeys.All,
    ]);

    public static readonly ResourceKind Pool = new("Pool", "Volumes that jobs share.",
    [
        new("label-format", KeyType.LabelFormat,
            "Names of new volumes: one more than the highest there is, the digits in braces are its width; or the next of a Counter,"
                + " \"Vol-%(Counter:NAME:4)\".", "Vol-{0001}"),
        new("volume-size-max", KeyType.Size, "A volume that reaches this size is full; 0: the storage's size.", "0"),
        new("volumes-max", KeyType.Number(0, 1_000_000), "The most volumes in the pool; 0: no limit.", "0"),
        new("label-automatically", KeyType.Boolean, "Whether a new volume is labelled when none can be appended to.", "yes"),
    ]);

    public static readonly ResourceKind FileSet = new("FileSet", "What of a client is saved.",
    [
        new("paths", KeyType.ListOf(KeyType.AbsolutePath), "The roots: each with everything below it."),
        new("paths-per-run", KeyType.Boolean, "The roots are given with each run (root=DIR); then paths may be left out.", "no"),
        new("rules", KeyType.ListOf(KeyType.SelectionRule),
            "\"exclude|include path|wildcard|regex PATTERN\"; the last that matches decides."),
        new("one-file-system", KeyType.Boolean, "Whether mount points below a root are not crossed.", "yes"),
        new("file-system-types", KeyType.ListOf(KeyType.Text), "Only file systems of these types are saved."),
        new("except-file-system-types", KeyType.ListOf(KeyType.Text), "File systems of these types are not saved."),
        new("nodump", KeyType.Boolean, "Whether files with the nodump attribute are left out.", "no"),
        new("cachedir-tag", KeyType.Boolean, "Whether directories with a CACHEDIR.TAG are left out.", "no"),
        new("exclude-marker", KeyType.ListOf(KeyType.Text), "A directory that holds a file of such a name is left out."),
        new("allow-empty-roots", KeyType.Boolean, "Whether an empty root is no mistake.", "no"),
        new("compression", KeyType.Word(CompressionKind.None, CompressionKind.Zstd), "How content is compressed.", "None"),
        new("compression-level", KeyType.Number(1, 19), "From fast to small.", "1"),
    ]);

    private static readonly ResourceKey[] JobKeys =
    [
        new("type", KeyType.Word(JobType.Backup, JobType.Restore), "What the job does.", "Backup"),
        new("client", KeyType.NameOf("Client"), "Whose files.", Required: true),
        new("fileset", KeyType.NameOf("FileSet"), "Which files; a backup needs one."),
        new("storage", KeyType.NameOf("Storage"), "Where the volumes are.", Required: true),
        new("pool", KeyType.NameOf("Pool"), "Which volumes; a backup needs one."),
        new("level", KeyType.Word(JobLevel.Full, JobLevel.Differential, JobLevel.Incremental), "Against what a backup compares.",
            "Incremental"),
        new("messages", KeyType.NameOf("Messages"), "Where its messages go; without it to its log alone."),
        new("reference", KeyType.Boolean, "Whether later jobs may compare with this one's tree.", "yes"),
        .. ScheduleKeys.OfJob,
        .. AdmissionKeys.OfJob,
    ];

    public static readonly ResourceKind Job = new("Job", "What is run.",
        [new("defaults", KeyType.NameOf("JobDefs"), "Where keys that are not given here come from."), .. JobKeys]);

    public static readonly ResourceKind Schedule = ScheduleKeys.Kind;

    public static readonly ResourceKind JobDefs = new("JobDefs", "Keys that several jobs share; any key of a Job but defaults.",
        [.. JobKeys.Select(key => key with { Required = false, Default = null })]);

    public static readonly IReadOnlyList<ResourceKind> Kinds =
    [
        Node, CatalogKind.Catalog, Director, Client, Storage, Pool, FileSet, Schedule, JobDefs, Job,
        MessageKinds.Messages, MessageKinds.Counter,
    ];
}
