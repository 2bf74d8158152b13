using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Labels;
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
}

/// <summary>One thing that is wrong on a volume, with all that is known of what it takes: file indexes inclusive, 0 where none or unknown.</summary>
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

/// <summary>
/// Reads one volume through a drive, in any state the volume may be in. Throws <see cref="Writer.VolumeException"/> from Open; afterwards what is
/// wrong is a fault given to the sink, and all that is whole is read. One thread at a time; the drive is the caller's.
/// </summary>
public sealed class VolumeReader : IDisposable
{
    public VolumeLabel Label => throw new NotSupportedException();

    /// <summary>Loads the volume and checks its label; null takes whatever life is there.</summary>
    public static VolumeReader Open(IDrive drive, string name, VolumeLifeId? life = null) => throw new NotSupportedException();

    /// <summary>
    /// What the volume holds, from its index segments alone; where one is damaged the whole volume is read. Node and Unsaved records go to the sink.
    /// </summary>
    public SessionCatalogue ReadIndex(IRecordSink sink) => throw new NotSupportedException();

    /// <summary>The records of these file indexes of one session, in the order they lie; reads no more blocks than it must.</summary>
    public ReadSummary ReadSession(SessionId session, IReadOnlyList<FileIndexRange> ranges, IRecordSink sink) => throw new NotSupportedException();

    /// <summary>Every record of the volume from its first to its last block.</summary>
    public ReadSummary ReadAll(IRecordSink sink) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
