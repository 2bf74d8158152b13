using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Trees;
using Backup.Catalog.Volumes;

namespace Backup.Catalog.Sessions;

/// <summary>Where facts about a session come from.</summary>
public enum Origin
{
    /// <summary>From the running session: opened first, commit points without a gap, an end last.</summary>
    Live,

    /// <summary>From volumes, in any order: what is not known yet is awaited, what is known already changes nothing.</summary>
    Scan,
}

/// <summary>
/// One commit point: what came of a session between two positions, on one volume. Span has the session's first and last block on that
/// volume up to here, -1 for none; Counters are the volume's up to here. Nodes and Unsaved are read inside the transaction, so they
/// must not wait for anyone, and again where the engine has to repeat it. Segment is the first block of the index segment with the table of
/// its blocks, LastFileIndex the highest of which that tells; 0 for no table.
/// </summary>
public sealed record SessionCommit(
    SessionId Session,
    StreamPosition From,
    StreamPosition To,
    string? LastPath,
    Instant Committed,
    VolumeSpan Span,
    VolumeCounters Counters,
    IEnumerable<StoredNode> Nodes,
    IEnumerable<UnsavedFile> Unsaved,
    long Segment = 0,
    long LastFileIndex = 0);

/// <summary>
/// What a commit did: whether it was new, how far the session is now catalogued without a gap, and how many of the nodes no job had before.
/// </summary>
public sealed record CommitAnswer(bool Applied, StreamPosition Catalogued, int NodesNew);

/// <summary>
/// What the end of a session is worth by its own counts, how far the catalog has it without a gap, and how many different nodes came with
/// it.
/// </summary>
public sealed record EndAnswer(JobState Verdict, StreamPosition Catalogued, long Nodes);

/// <summary>
/// One session as it is known. Pool and storage are those of its last volume, empty before the first commit point. End facts are null
/// while it has no end.
/// </summary>
public sealed record SessionRow(
    SessionId Session,
    JobId? Job,
    string Pool,
    string Storage,
    StreamPosition Catalogued,
    string? LastPath,
    NodeId Root,
    SessionTotals? Totals,
    JobState? Verdict,
    Instant? Ended,
    IReadOnlyList<SessionVolume> Volumes);

/// <summary>Blocks of a session on one volume, and in what state the volume is.</summary>
public sealed record SessionVolume(VolumeSpan Span, VolumeState State);

/// <summary>
/// A session a tree leans on. Known is false where the catalog has no label of it: the volumes that held it were never seen or are gone.
/// </summary>
public sealed record NeededSession(SessionNeed Need, bool Known, bool Whole, JobId? Job, IReadOnlyList<SessionVolume> Volumes);
