using Backup.Messages.Ids;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>Where a record came from.</summary>
public readonly record struct RecordPlace(SessionId Session, int Attempt, long Block);

public enum FaultKind
{
    /// <summary>The medium gave an error for this block.</summary>
    Unreadable,

    /// <summary>The block's checksum, magic or length is wrong.</summary>
    Damaged,

    /// <summary>A block of another life of the medium, or of another place.</summary>
    Misplaced,

    /// <summary>Records are missing.</summary>
    Gap,

    /// <summary>Records came again; the repetition was left out.</summary>
    Repeated,

    /// <summary>A record cannot be read.</summary>
    BadRecord,

    /// <summary>The volume does not end with a commit point: what lies behind the last one was never reported as stored.</summary>
    TornTail,
}

/// <summary>
/// One thing that is wrong on a volume, with all that is known of what it takes: file indexes inclusive, 0 where none or unknown.
/// </summary>
public sealed record VolumeFault(FaultKind Kind, long Block, SessionId? Session, long FirstFileIndex, long LastFileIndex, string Text);

/// <summary>Takes records as a reader comes to them. Payloads are the reader's memory until the call returns.</summary>
public interface IRecordSink
{
    /// <summary>One whole record; false ends the reading.</summary>
    bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload);

    void Report(VolumeFault fault);
}

/// <summary>What a reading came to.</summary>
public sealed record ReadSummary(long Blocks, long Records, long UnknownRecords, long Faults);
