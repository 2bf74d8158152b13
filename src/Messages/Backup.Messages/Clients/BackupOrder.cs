using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Messages.Clients;

/// <summary>
/// Director → client: save this. The reference root is empty for a Full. With Level Since only what changed at or after
/// <paramref name="Since"/> is saved. Idempotent by (session, attempt).
/// </summary>
public sealed record BackupOrder(
    JobId Job,
    SessionId Session,
    int Attempt,
    JobLevel Level,
    FileSet FileSet,
    NodeId ReferenceRoot,
    Instant ReferenceScanStarted,
    Instant? Since,
    ChannelOffer Store,
    ChannelOffer Tree);

/// <summary>Seconds of work (CPU or waiting, as named) of one stage, for the job's report.</summary>
public sealed record StageTime(string Stage, double Seconds);

/// <summary>What a client says while it works, at most once a second.</summary>
public sealed record ClientProgress(
    JobId Job, SessionId Session, long Entries, long FilesSaved, long BytesRead, long BytesSent, string CurrentPath);

/// <summary>
/// How a client's part ended. Seal and Stored are null where it did not get that far; Failure says why. Retried counts the files
/// that failed at first and were tried again at the end, SavedOnRetry those of them that were saved then.
/// </summary>
public sealed record BackupEnded(
    JobId Job,
    SessionId Session,
    int Attempt,
    SessionSeal? Seal,
    SessionStored? Stored,
    StreamPosition Committed,
    string? LastCommittedPath,
    string? Failure,
    IReadOnlyList<StageTime> Stages,
    long Retried = 0,
    long SavedOnRetry = 0);
