using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Volumes.Labels;

/// <summary>An attempt of a session begins and goes on from a position; what older attempts wrote behind it is void.</summary>
public sealed record AttemptStart(SessionId Session, int Attempt, StreamPosition ContinuesFrom);

/// <summary>A session goes on here: its start again, where it stood, its bytes stored so far, and the volume it comes from.</summary>
public sealed record Continuation(SessionLabel Label, int Attempt, StreamPosition Position, long BytesBefore, string PreviousVolume,
    VolumeLifeId PreviousLife);

/// <summary>
/// A commit point of one session: how far it is on this volume, the last path that is whole, and its blocks here from first to last.
/// </summary>
public sealed record CommitMark(
    SessionId Session,
    int Attempt,
    StreamPosition Position,
    byte[] LastPath,
    long FirstBlock,
    long LastBlock,
    long DataRecords,
    long Bytes,
    Instant At);

/// <summary>
/// Where one session's data lane lies since the last index segment: for each block the first file index and first sequence in it.
/// Three columns of as many
/// varints (LEB128), each value the difference to the one before (file index: zigzag). LastFileIndex is the highest in the last block.
/// </summary>
public sealed record BlockTable(SessionId Session, long LastFileIndex, byte[] Blocks, byte[] FileIndexes, byte[] Sequences);

/// <summary>The last record of every index segment: the segment before it (0 for none), and what the volume holds up to here.</summary>
public sealed record VolumeIndex(long PreviousSegment, VolumeCounts Counts);

/// <summary>Counted facts of a volume.</summary>
public sealed record VolumeCounts(
    long Blocks,
    long Bytes,
    long Sessions,
    long Files,
    long DataRecords,
    long Commits,
    long Mounts,
    Instant FirstWritten,
    Instant LastWritten);

/// <summary>The volume is closed: its counts, and the volume that its unfinished sessions go on to, where it is known.</summary>
public sealed record EndOfVolume(string Volume, VolumeCounts Counts, bool Full);
