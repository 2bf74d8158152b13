using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Messages.Sessions;

/// <summary>
/// The start of a session as it stands on media: everything about the job that a catalog rebuilt from volumes must know.
/// Made by the director, written by the storage node.
/// </summary>
public sealed record SessionLabel(
    SessionId Session,
    InstallationId Installation,
    JobId Job,
    string JobName,
    JobType Type,
    JobLevel Level,
    JobLevel LevelAsked,
    string Client,
    ClientPlatform Platform,
    string FileSet,
    string FileSetText,
    Hash256 FileSetHash,
    string Pool,
    string Storage,
    Instant Scheduled,
    Instant Started,
    JobId? ReferenceJob,
    NodeId ReferenceRoot,
    bool JoinsReferences,
    string User,
    string SoftwareVersion,
    int FormatVersion);

/// <summary>The end of a session on media: the client's seal, the storage node's counts, and when.</summary>
public sealed record SessionEnd(
    SessionId Session,
    JobId Job,
    SessionSeal Seal,
    StreamPosition StoredPosition,
    long DataRecordsStored,
    long BytesStored,
    Instant Ended);
