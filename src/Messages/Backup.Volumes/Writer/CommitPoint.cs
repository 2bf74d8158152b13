using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Volumes.Writer;

/// <summary>
/// What is on stable storage of one session. IndexRecords are the Node and Unsaved records committed since the last commit point,
/// whole records back to back, for the catalog. Blocks are the first and last of the session on this volume; -1 for none. Segment is the
/// first block of the index segment that has the table of its new blocks, LastFileIndex the highest of which that tells; 0 for no table.
/// </summary>
public sealed record CommitPoint(
    SessionId Session,
    StreamPosition Position,
    byte[] LastPath,
    long FirstBlock,
    long LastBlock,
    long DataRecords,
    long Bytes,
    ReadOnlyMemory<byte> IndexRecords,
    long Segment,
    long LastFileIndex);

/// <summary>How a call of the writer ended.</summary>
public enum StoreOutcome
{
    Stored,

    /// <summary>Stored in memory, but the index lane has filled its bound: commit now.</summary>
    CommitDue,

    /// <summary>The medium is full; what was given is kept. Call <see cref="VolumeWriter.Finish"/>.</summary>
    EndOfMedium,
}

/// <summary>
/// A commit: the points of all sessions that went on. At the end of the medium the points are empty and Finish gives them.
/// </summary>
public sealed record CommitResult(StoreOutcome Outcome, IReadOnlyList<CommitPoint> Points);

/// <summary>The end of a full volume: what is committed on it, and what goes to the next.</summary>
public sealed record FinishResult(IReadOnlyList<CommitPoint> Points, Remainder Remainder);

/// <summary>A volume could not be written, read or used. One line: what, where, what to do.</summary>
public class VolumeException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The medium has no label: nothing was ever written, or it is not ours.</summary>
public sealed class BlankVolumeException(string message) : VolumeException(message);

/// <summary>The medium has data of something else.</summary>
public sealed class ForeignVolumeException(string message) : VolumeException(message);

/// <summary>The volume is of a format newer than this program knows.</summary>
public sealed class NewerFormatException(string message) : VolumeException(message);

/// <summary>Another volume, or another life of it, than was asked for.</summary>
public sealed class WrongVolumeException(string message) : VolumeException(message);

/// <summary>Its label or its last commit point is damaged: it may be read, and not be written to.</summary>
public sealed class DamagedVolumeException(string message, Exception? inner = null) : VolumeException(message, inner);

/// <summary>A frame whose records do not follow on what the session has: a gap, a repetition, an unknown session.</summary>
public sealed class SequenceException(string message) : VolumeException(message);
