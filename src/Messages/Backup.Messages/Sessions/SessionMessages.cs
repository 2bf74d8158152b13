using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Messages.Sessions;

/// <summary>
/// How far into a session's two lanes something holds: the number of records of each (data: content; index: nodes and notes).
/// </summary>
public readonly record struct StreamPosition(long Data, long Index);

/// <summary>Storage → client: everything up to here is on stable storage.</summary>
public sealed record Committed(StreamPosition Position, string? LastPath);

/// <summary>Client → storage, at the end of a session: everything it sent, and what it is worth.</summary>
public sealed record SessionSeal(
    StreamPosition Position,
    NodeId Root,
    SessionTotals Totals,
    IReadOnlyList<SessionNeed> Needs,
    Instant ScanStarted,
    Instant ScanEnded,
    string? Failure);

/// <summary>
/// What a tree leans on: a session that holds content (files, bytes) or nodes of it. The tree's own session is listed too.
/// </summary>
public sealed record SessionNeed(SessionId Session, long Files, long Bytes, long Nodes);

/// <summary>
/// Counted facts of a session, by whoever counted them; sent = stored = catalogued is what OK means. FilesSaved: entries other than
/// directories (files, links, devices) that were saved in this session, not those that were found unchanged.
/// </summary>
public sealed record SessionTotals(
    long Entries,
    long FilesSaved,
    long BytesRead,
    long BytesSent,
    long DataRecords,
    long Nodes,
    long Unsaved,
    long Warnings);

/// <summary>Storage → client, the answer to a seal: on stable storage with a session end record.</summary>
public sealed record SessionStored(StreamPosition Position, long DataRecords, long BytesStored, IReadOnlyList<VolumeSpan> Volumes);

/// <summary>
/// Blocks of a session on one volume, first to last, inclusive. Bytes are those of its data records there; 0 where who says it does not
/// know.
/// </summary>
public sealed record VolumeSpan(string Volume, VolumeLifeId Life, long FirstBlock, long LastBlock, long Bytes = 0);

/// <summary>
/// From where on a volume content of a session is found: the first block of an index segment that has a table of its blocks, and the
/// highest file index of which it tells. Volume is the place of the volume among the session's, from 0.
/// </summary>
public sealed record SegmentPlace(int Volume, long Block, long LastFileIndex);

/// <summary>
/// Client → storage in a restore: send the content of these file indexes of a session, in this order. Ranges are inclusive.
/// </summary>
public sealed record Want(SessionId Session, IReadOnlyList<FileIndexRange> Ranges);

public readonly record struct FileIndexRange(long First, long Last);

/// <summary>Client → director on a tree channel: send these nodes.</summary>
public sealed record WantNodes(IReadOnlyList<NodeId> Nodes);

/// <summary>
/// The serving end → the asking end: all that was wanted so far has been sent; what could not be is named. A storage node says where its
/// time for this want went; null from one of an older version.
/// </summary>
public sealed record Served(long Records, IReadOnlyList<ServeFault> Faults, IReadOnlyList<Clients.StageTime>? Stages = null);

/// <summary>Content that could not be read: which, and why.</summary>
public sealed record ServeFault(SessionId Session, long FileIndex, string Reason);

/// <summary>
/// Either end: the session ends here, and this is why. On a catalogue channel MayPass says that the same may be taken later.
/// </summary>
public sealed record SessionFailed(string Reason, bool MayPass = false);
