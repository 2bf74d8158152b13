using Backup.Messages.Clients;
using Backup.Messages.Drives;
using Backup.Messages.Jobs;

namespace Backup.Configuration.Resources;

/// <summary>What a node does.</summary>
public enum NodeRole
{
    Director,
    Storage,
    Client,
}

/// <summary>
/// One process of the installation. Listen endpoints are "host:port". The console socket is a path; relative paths, also the data
/// directory's,
/// are the host program's to resolve (a socket against the data directory).
/// </summary>
public sealed record NodeResource(
    string Name,
    IReadOnlyList<NodeRole> Roles,
    string DataDirectory,
    string ControlListen,
    string BulkListen,
    string ConsoleSocket)
{
    /// <summary>The group of the host whose members may use the console too; null where there is none.</summary>
    public string? ConsoleGroup { get; init; }

    /// <summary>Where it tells figures and health by HTTP; null: nowhere.</summary>
    public string? MetricsListen { get; init; }

    /// <summary>How it is a member of the cluster; null where its roles stay in one process.</summary>
    public NodeCluster? Cluster { get; init; }

    /// <summary>How others find it, and how it finds its directors.</summary>
    public NodeReach Reach { get; init; } = NodeReach.AsListened;

    /// <summary>What its clients run for their director.</summary>
    public NodeScripts Scripts { get; init; } = NodeScripts.None;
}

/// <summary>The limits and waits of the part that decides.</summary>
public sealed record DirectorResource(
    string Name,
    int JobsAtOnce,
    TimeSpan VolumeWait,
    TimeSpan ClientWait,
    TimeSpan ClientSilence,
    TimeSpan Patience);

/// <summary>A host that is saved. Node is the node that acts for it; null where it is the client's own name.</summary>
public sealed record ClientResource(string Name, string? Node, int JobsAtOnce);

/// <summary>
/// A place for volumes: a folder of disk volumes, or a library of tapes. Folder is empty where the storage has a library, or is another
/// node's, whose own file knows it.
/// VolumeBytes is the largest a volume becomes where the pool says nothing. OutboxBytesMax is what may be owed to a director that is away.
/// </summary>
public sealed record StorageResource(
    string Name, string? Node, string Folder, long VolumeBytes, TimeSpan CommitInterval, int JobsAtOnce, long OutboxBytesMax = 4L << 30)
{
    /// <summary>Volumes that are written to at the same time; of a library: its drives.</summary>
    public int Drives { get; init; } = 1;

    /// <summary>Jobs that share a volume while there is another drive for a further one; 0: as many as come.</summary>
    public int JobsPerVolume { get; init; }

    /// <summary>How long a job waits for a drive, or for a volume that others have.</summary>
    public TimeSpan DriveWait { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How often and how long its drives are tried.</summary>
    public DriveOpening Opening { get; init; } = DriveOpening.Default;

    /// <summary>What of a volume is read before a job goes on with it.</summary>
    public AppendCheck Check { get; init; }

    /// <summary>A volume that is not closed well is told of, and nothing else comes of it.</summary>
    public bool IgnoresCloseErrors { get; init; }

    /// <summary>Drives of the library, from 0, in which nothing is read.</summary>
    public IReadOnlyList<int> DrivesNotRead { get; init; } = [];

    /// <summary>Drives of the library, from 0, in which nothing is written.</summary>
    public IReadOnlyList<int> DrivesNotWritten { get; init; } = [];

    /// <summary>Of volumes that are labelled from now on.</summary>
    public int BlockBytes { get; init; } = 256 << 10;

    /// <summary>The virtual library; null where the storage is a folder of disk volumes, or another node's.</summary>
    public LibraryResource? Library { get; init; }
}

/// <summary>
/// Tries to open a drive (0: until its job has waited as long as it may), the time between two, and how long an opening and any other
/// call of a drive may take (zero: as long as it takes).
/// </summary>
public sealed record DriveOpening(int Tries, TimeSpan Interval, TimeSpan Timeout, TimeSpan IoTimeout)
{
    public static readonly DriveOpening Default = new(0, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.Zero);
}

/// <summary>What of a volume is read before a job goes on with it.</summary>
public enum AppendCheck
{
    /// <summary>The commit point at its end.</summary>
    End,

    /// <summary>Every block, each with its checksum.</summary>
    Whole,
}

/// <summary>
/// A virtual tape library in a folder: so many slots, each with a cartridge of that size, named by its bar code. Blocks: those that its
/// drives take; null: any.
/// </summary>
public sealed record LibraryResource(
    string Folder, int Slots, int MailSlots, long CartridgeBytes, string BarCodePrefix, BlockSizeRange? Blocks = null);

/// <summary>
/// Volumes that jobs share. A limit of 0 means none. The label format has one counter of its own, "{0001}": its digits are its width; or
/// it is a <see cref="Variables.LabelTemplate"/>.
/// </summary>
public sealed record PoolResource(string Name, string LabelFormat, long VolumeBytesMax, int VolumesMax, bool LabelAutomatically);

/// <summary>What is saved. With PathsPerRun the definition has no roots and each run gives its own.</summary>
public sealed record FileSetResource(string Name, FileSet Definition, bool PathsPerRun);

/// <summary>
/// What is run. Every name leads to a resource. Restore jobs have no FileSet, pool and level. JobsAtOnce 0: no limit of its own.
/// </summary>
public sealed record JobResource(
    string Name,
    JobType Type,
    string Client,
    string? FileSet,
    string Storage,
    string? Pool,
    JobLevel Level,
    bool JoinsReferences,
    int Priority,
    int JobsAtOnce,
    DuplicateRule Duplicates)
{
    /// <summary>The Schedule that makes it due; null where it is started by hand alone.</summary>
    public string? Schedule { get; init; }

    /// <summary>How often a run that ended Failed or Incomplete is run again.</summary>
    public int Retries { get; init; }

    /// <summary>From the bad end to the next try.</summary>
    public TimeSpan RetryInterval { get; init; }

    /// <summary>Where its messages go; null where they go to its log alone.</summary>
    public string? Messages { get; init; }

    /// <summary>Programs that run before and after it.</summary>
    public IReadOnlyList<RunScript> RunScripts { get; init; } = [];
}
