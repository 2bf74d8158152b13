using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Labels;

namespace Backup.Volumes.Reader;

/// <summary>
/// One session as a volume has it. Start is null where it began on another volume and the Continuation is damaged; End is null where
/// it did not end here.
/// </summary>
public sealed record SessionOnVolume(
    SessionId Session,
    SessionLabel? Start,
    Continuation? Continues,
    SessionEnd? End,
    IReadOnlyList<AttemptStart> Attempts,
    CommitMark? LastCommit,
    long NodeRecords,
    long UnsavedRecords);

/// <summary>
/// What a catalog rebuild takes from one volume. Complete is false where a part of the index was damaged and the data had to be read.
/// </summary>
public sealed record SessionCatalogue(VolumeLabel Label, VolumeCounts? Counts, IReadOnlyList<SessionOnVolume> Sessions, bool Closed,
    bool FromIndexes);
