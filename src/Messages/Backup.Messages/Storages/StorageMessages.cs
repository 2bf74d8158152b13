using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Messages.Storages;

/// <summary>
/// A volume the director has chosen. <paramref name="IsNew"/>: it is to be labelled with this life first. CapacityBytes 0 = no limit of its
/// own. Blocks: how many the catalog knows to be committed on it; one that has fewer is not written to.
/// </summary>
public sealed record VolumeAssignment(string Volume, VolumeLifeId Life, bool IsNew, string Pool, long CapacityBytes, long Blocks = 0);

/// <summary>Director → storage: take this session in. Idempotent by (session, attempt).</summary>
public sealed record OpenStoreSession(
    SessionLabel Label, int Attempt, VolumeAssignment Volume, Ticket Store, ChannelOffer Catalogue, long Epoch = 0) : IStorageOrder
{
    public IStorageOrder Under(long epoch) => this with { Epoch = epoch };
}

/// <summary>
/// Storage → director: the session's channel may be opened at this endpoint with this ticket, and this volume is in the drive. A director
/// that was started again has offered another ticket meanwhile, which may not be here yet: it waits for the answer to that.
/// </summary>
public sealed record StoreSessionOpened(SessionId Session, string Endpoint, MountedVolume? Volume = null, Guid Ticket = default);

/// <summary>
/// A volume in a drive, as its label says it. The catalog knows it before anything is committed on it. CutBack says what was cut off behind
/// its last commit point, where it had not been closed; else null.
/// </summary>
public sealed record MountedVolume(
    string Volume, VolumeLifeId Life, string Pool, string Storage, Instant Labelled, string? CutBack = null);

/// <summary>Storage → director: an order was refused, and why, in one line.</summary>
public sealed record StorageRefused(SessionId Session, string Reason);

/// <summary>
/// Storage → director: a commit point of a session is on stable storage. CutBack as in <see cref="MountedVolume"/>, of a volume that the
/// session went on to. Warning is a line for the operator about the volume, or null.
/// </summary>
public sealed record SessionCommitted(
    SessionId Session, StreamPosition Position, string? LastPath, string Volume, long Block, string? CutBack = null,
    string? Warning = null);

/// <summary>
/// Storage → director: the volume is full, or its medium is not that volume and cannot be made it (unfit); which one next? None of those
/// that its other drives write to now. IsProtected, of an unfit one: it may be read, and its medium is not to be written.
/// </summary>
public sealed record VolumeWanted(
    SessionId Session, string Full, string Reason, IReadOnlyList<string>? Busy = null, bool IsUnfit = false, bool IsProtected = false);

/// <summary>Director → storage: the answer to <see cref="VolumeWanted"/>; a null volume means there is none, and why.</summary>
public sealed record VolumeAssigned(SessionId Session, VolumeAssignment? Volume, string? Reason, long Epoch = 0) : IStorageOrder
{
    public IStorageOrder Under(long epoch) => this with { Epoch = epoch };
}

/// <summary>
/// Storage → director: the session has ended on this side. Stored is null where the client never sealed it; Failure says why.
/// Position is the last commit point in every case. Said again until <see cref="SessionEndTaken"/>.
/// </summary>
public sealed record StoreSessionEnded(
    SessionId Session,
    SessionStored? Stored,
    StreamPosition Position,
    string? LastPath,
    IReadOnlyList<VolumeSpan> Volumes,
    string? Failure,
    IReadOnlyList<Clients.StageTime> Stages,
    JobId Job = default);

/// <summary>Director → storage: end this session at its last commit point.</summary>
public sealed record CloseStoreSession(SessionId Session, string Reason, long Epoch = 0) : IStorageOrder
{
    public IStorageOrder Under(long epoch) => this with { Epoch = epoch };
}

/// <summary>
/// The volumes of one session to be served, in the order they were written. Segments are places from which its content is found without
/// reading all indexes, in the order they were written; null where the catalog does not know them.
/// </summary>
public sealed record ServableSession(
    SessionId Session, IReadOnlyList<VolumeSpan> Volumes, IReadOnlyList<SegmentPlace>? Segments = null);

/// <summary>Director → storage: serve content of these sessions to whoever holds the ticket.</summary>
public sealed record OpenServe(JobId Job, Ticket Ticket, IReadOnlyList<ServableSession> Sessions, long Epoch = 0) : IStorageOrder
{
    public IStorageOrder Under(long epoch) => this with { Epoch = epoch };
}

/// <summary>Storage → director: the serving channel may be opened at this endpoint.</summary>
public sealed record ServeOpened(JobId Job, string Endpoint);

/// <summary>Storage → director: serving was refused.</summary>
public sealed record ServeRefused(JobId Job, string Reason);

/// <summary>Director → storage: the restore is over, withdraw its tickets.</summary>
public sealed record CloseServe(JobId Job, long Epoch = 0) : IStorageOrder
{
    public IStorageOrder Under(long epoch) => this with { Epoch = epoch };
}

/// <summary>
/// What a storage node is doing, for the operator. Volume is what is being written to, several divided by ", ". Waiting is what its drives
/// wait for, null where they do not. BytesWritten counts what the drives' threads have written since the process began; the outbox is what
/// the catalog has not acknowledged yet. Wait says the same as Waiting where that has a deadline. Drives and slots are those of a library,
/// MediumWaits who waits for a drive or a volume. BytesLeft: on the volumes that are written to, null where nobody knows.
/// </summary>
public sealed record StorageStatus(string Name, string Folder, string? Volume, string State,
    IReadOnlyList<StoringSession> Sessions, long ServingChannels, long BytesWritten = 0, string? Waiting = null,
    long OutboxBytes = 0, long OutboxBytesMax = 0, MemoryUse? Memory = null, DriveWait? Wait = null,
    IReadOnlyList<DriveUse>? Drives = null, IReadOnlyList<SlotStatus>? Slots = null, IReadOnlyList<MediumWait>? MediumWaits = null,
    long? BytesLeft = null);

/// <summary>
/// A drive of a library, from 0: the cartridge in it, and who uses it since when; null where nobody does. IsNotRead, IsNotWritten: the
/// configuration keeps restores or backups from it. Blocks: the lengths it takes in bytes ("1-245760"), null where it takes any.
/// </summary>
public sealed record DriveUse(int Drive, string? Volume, string? Use, Instant? Since, bool IsNotRead = false, bool IsNotWritten = false,
    string? Blocks = null);

/// <summary>A slot of a library, from 1, and the cartridge in it; null where it is empty. IsMail: an import/export slot.</summary>
public sealed record SlotStatus(int Slot, string? Volume, bool IsMail);

/// <summary>
/// Who waits for a volume in a drive, to write or to read it, why, since when, and until when it will wait. ForDrive: not for others to
/// end, but for a drive that could not be opened.
/// </summary>
public sealed record MediumWait(
    JobId Job, string Volume, bool Writes, string Reason, Instant Since, Instant Until, bool ForDrive = false);

/// <summary>One session being stored. Bytes are of records received; Since is when it was opened.</summary>
public sealed record StoringSession(SessionId Session, JobId Job, string JobName, StreamPosition Committed,
    long BytesReceived, Instant Since);

/// <summary>Operator → storage: <see cref="StorageStatus"/>, please.</summary>
public sealed record StorageStatusWanted;

/// <summary>
/// Storage → director on the catalogue channel, after the records of one commit point: what they belong to.
/// Idempotent by (session, position). Pool, storage and labelling time are the volume label's; counters are the volume's as of this commit
/// point; its capacity 0 where nobody knows. Segment is the first block of the index segment that has the table of its blocks,
/// LastFileIndex the highest of which that tells; 0 where there is no table.
/// </summary>
public sealed record CatalogueCommit(
    SessionId Session,
    StreamPosition From,
    StreamPosition To,
    string? LastPath,
    Instant At,
    VolumeSpan Span,
    string Pool,
    string Storage,
    Instant Labelled,
    long VolumeBlocks,
    long VolumeBytes,
    bool VolumeIsFull = false,
    long Segment = 0,
    long LastFileIndex = 0,
    long VolumeCapacity = 0);

/// <summary>
/// Director → storage on the catalogue channel, the answer to a session's end: how far it is in the catalog, and what it is worth.
/// </summary>
public sealed record SessionCatalogued(SessionId Session, StreamPosition Position, Jobs.JobState Verdict);
