using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Schedules;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Messages.Jobs;

/// <summary>
/// What one run of a job is to do, as it was when the run was queued: later changes of the configuration do not reach it.
/// A backup has a FileSet, a restore has a <see cref="RestoreSelection"/>, never both. Messages is a Messages resource in place of the
/// job's; null leaves the job's.
/// </summary>
public sealed record JobSpecification(
    string JobName,
    JobType Type,
    JobLevel Level,
    string Client,
    string Storage,
    string Pool,
    FileSet? FileSet,
    IReadOnlyList<string> RootsOverride,
    string User,
    bool JoinsReferences,
    Instant Scheduled,
    Instant? Since = null,
    RestoreSelection? Restore = null,
    int Priority = JobSpecification.PriorityDefault,
    DuplicateRule Duplicates = DuplicateRule.Allow,
    JobTrigger Trigger = JobTrigger.Manual,
    JobId? RetryOf = null,
    int Retry = 0,
    IReadOnlyList<RunScript>? RunScripts = null,
    string? Messages = null)
{
    /// <summary>The lower number goes first, as in Bacula.</summary>
    public const int PriorityDefault = 10;

    /// <summary>Names the run that a schedule or a failure made due; null for what a user began.</summary>
    public RunKey? Key => Trigger == JobTrigger.Manual ? null : new RunKey(JobName, Scheduled);

    /// <summary>In the order they run; the number of a script is its place here, from 1.</summary>
    public IReadOnlyList<RunScript> Scripts => RunScripts ?? [];

    /// <summary>The FileSet this run saves: the configured one, with the roots given for this run where there are any.</summary>
    public FileSet? EffectiveFileSet => FileSet is null || RootsOverride.Count == 0 ? FileSet : FileSet with { Roots = RootsOverride };
}

/// <summary>
/// What a restore brings back. Partial means that what is lost on the volumes is left out instead of refusing the whole.
/// Paths as in <see cref="RestoreOrder"/>.
/// </summary>
public sealed record RestoreSelection(
    JobId SourceJob,
    NodeId Root,
    IReadOnlyList<byte[]> Paths,
    byte[] Target,
    ReplaceRule Replace,
    bool DryRun,
    bool Partial = false);

/// <summary>The tree that a backup compares with, and the job that saw it.</summary>
public sealed record ReferenceTree(JobId Job, JobLevel Level, NodeId Root, Instant ScanStarted);

/// <summary>Up to where a session is on stable storage. The path is the last one complete there, null before the first.</summary>
public sealed record CommitPoint(StreamPosition Position, string? Path, string? Volume)
{
    public static readonly CommitPoint None = new(default, null, null);

    /// <summary>True before anything was committed.</summary>
    public bool IsNone => Position == default;

    /// <summary>As the reason of an Incomplete job names it.</summary>
    public override string ToString() => IsNone
        ? "nothing was committed"
        : $"last commit point: data record {Position.Data}, index record {Position.Index}"
          + (Path is null ? "" : $", after {Path}") + (Volume is null ? "" : $", on volume {Volume}");
}
