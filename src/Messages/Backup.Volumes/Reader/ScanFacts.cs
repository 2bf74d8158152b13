using Backup.Messages.Sessions;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>Takes what a scan of one volume yields, in the order it lies on the volume.</summary>
public interface IScanSink
{
    /// <summary>A session begins or goes on on this volume; once for each session.</summary>
    void Start(SessionLabel label);

    void Commit(ScannedCommit commit);

    void End(SessionEnd end);

    void Report(VolumeFault fault);
}

/// <summary>
/// One commit point of one session, with its Node and Unsaved records. Counts are the volume's as of this commit point. Where IsWhole is
/// false records of it are lost: this is one run of those that are left, and From and To hold for the index lane alone. Segment and
/// LastFileIndex are as in <see cref="Writer.CommitPoint"/>.
/// </summary>
public sealed record ScannedCommit(
    CommitMark Mark,
    StreamPosition From,
    StreamPosition To,
    bool IsWhole,
    VolumeCounts Counts,
    IReadOnlyList<IndexRecord> Records,
    long Segment,
    long LastFileIndex);

/// <summary>A record of the index lane: Node or Unsaved.</summary>
public sealed record IndexRecord(RecordType Type, byte[] Payload);

/// <summary>What a scan read: from the index segments alone or everything, whether the volume is full, and how much.</summary>
public sealed record ScanSummary(bool FromIndexes, bool IsFull, long Blocks, long Bytes);
