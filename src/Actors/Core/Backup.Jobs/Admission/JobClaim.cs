using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Jobs.Admission;

/// <summary>What one job needs for its turn. Jobs arrive in the order of their numbers.</summary>
public sealed record JobClaim(JobId Job, string JobName, string Client, string Storage, string Pool, int Priority)
{
    /// <summary>
    /// Somebody waits for a restore, it reads with drives of its own and spends nothing that backups are limited for: it needs a turn of
    /// the director and nothing else.
    /// </summary>
    public bool IsRestore { get; init; }

    /// <summary>Two runs are duplicates where this is equal: the same job, client and roots.</summary>
    public string Run { get; init; } = "";

    /// <summary>It does not wait for the end of a run that it is a duplicate of.</summary>
    public bool RunsBeside { get; init; }

    /// <summary>The claim of a run as it was queued.</summary>
    public static JobClaim Of(JobId job, JobSpecification wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return new JobClaim(job, wanted.JobName, wanted.Client, wanted.Storage, wanted.Pool, wanted.Priority)
        {
            IsRestore = wanted.Type == JobType.Restore,
            Run = RunOf(wanted),
            RunsBeside = wanted.Duplicates == DuplicateRule.Allow,
        };
    }

    /// <summary>What is equal of duplicates.</summary>
    public static string RunOf(JobSpecification wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return string.Join('\0', [wanted.Type.ToString(), wanted.JobName, wanted.Client, .. wanted.RootsOverride]);
    }

    /// <summary>The things of which the job takes one each, besides the drive; in the order of <see cref="ScarceKind"/>.</summary>
    internal IEnumerable<Scarce> Needs
    {
        get
        {
            if (!IsRestore)
            {
                yield return new Scarce(ScarceKind.Run, Run);
                yield return new Scarce(ScarceKind.Job, JobName);
                yield return new Scarce(ScarceKind.Client, Client);
                yield return new Scarce(ScarceKind.Storage, Storage);
            }
            yield return Scarce.Director;
        }
    }

    internal Scarce Drive => new(ScarceKind.Drive, Storage);
}

/// <summary>A job that has its turn, since then; or one that waits for it, since then.</summary>
public sealed record ClaimSince(JobClaim Claim, Instant Since);

/// <summary>How many jobs at the same time; a name that is not listed has no limit of its own. Patience: see <see cref="Turns"/>.</summary>
public sealed record AdmissionLimits(
    int Director,
    IReadOnlyDictionary<string, int> Clients,
    IReadOnlyDictionary<string, int> Storages,
    IReadOnlyDictionary<string, int> Jobs,
    TimeSpan Patience)
{
    /// <summary>Pools that a storage can store for at the same time: its drives. One where a storage is not listed.</summary>
    public IReadOnlyDictionary<string, int> Drives { get; init; } = new Dictionary<string, int>();

    /// <summary>Jobs that wait for their turn; more are refused.</summary>
    public const int WaitingMax = 10_000;

    public int Of(Scarce thing) => thing.Kind switch
    {
        ScarceKind.Director => Director,
        ScarceKind.Client => Clients.GetValueOrDefault(thing.Name, int.MaxValue),
        ScarceKind.Storage => Storages.GetValueOrDefault(thing.Name, int.MaxValue),
        ScarceKind.Job => Jobs.GetValueOrDefault(thing.Name, int.MaxValue),
        ScarceKind.Drive => Drives.GetValueOrDefault(thing.Name, 1),
        _ => 1,
    };
}
