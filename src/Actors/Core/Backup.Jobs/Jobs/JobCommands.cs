using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Jobs.Jobs;

/// <summary>Something a job is told or asked. Each may come twice or late: the second changes nothing.</summary>
public interface IJobCommand;

/// <summary>Make the job. The ids are drawn by the caller.</summary>
public sealed record QueueJob(JobId Job, SessionId Session, JobSpecification Specification) : IJobCommand;

/// <summary>The job's turn has not come, and this is why ("2 of 2 jobs of client c1 run").</summary>
public sealed record HoldJob(string Reason) : IJobCommand;

/// <summary>The job's turn has come.</summary>
public sealed record BeginJob : IJobCommand;

/// <summary>Answer to <see cref="ChooseReference"/>: the tree, or why none can be used ("no usable Full: FileSet changed").</summary>
public sealed record ReferenceAnswered(ReferenceTree? Reference, string? WhyNot) : IJobCommand;

/// <summary>Answer to <see cref="ReserveVolume"/>.</summary>
public sealed record VolumeReserved(string Volume) : IJobCommand;

/// <summary>Answer to <see cref="ReserveVolume"/>: none now. With MayCome the job waits for one, without it ends.</summary>
public sealed record VolumeRefused(string Reason, bool MayCome) : IJobCommand;

/// <summary>Volumes of the pool or drives have changed: a job that waits for one asks again.</summary>
public sealed record VolumesChanged : IJobCommand;

/// <summary>Answer to <see cref="OpenSession"/> or <see cref="OpenServe"/>.</summary>
public sealed record SessionOpened(int Attempt) : IJobCommand;

/// <summary>Answer to <see cref="StartClient"/> or <see cref="StartRestoreClient"/>: the order is taken.</summary>
public sealed record ClientStarted(int Attempt) : IJobCommand;

/// <summary>The client shows that it works; puts its deadline off.</summary>
public sealed record ClientProgressed : IJobCommand;

/// <summary>The storage node says that its drive waits, with a deadline of its own: no silence of others counts meanwhile.</summary>
public sealed record DriveWaits : IJobCommand;

/// <summary>An order could not be carried out. The phase says which one it was; a failure for another phase is late and changes
/// nothing.</summary>
public sealed record OrderFailed(JobPhase Phase, string Reason) : IJobCommand;

/// <summary>Who works for a job.</summary>
public enum JobParty
{
    Client,
    Storage,
}

/// <summary>A party of the job is gone for good, and how.</summary>
public sealed record PartyLost(JobParty Party, string Reason) : IJobCommand;

/// <summary>Answer to <see cref="ReattachSession"/>: the session is there; open where its channel can be opened.</summary>
public sealed record SessionFound(int Attempt, bool IsOpen) : IJobCommand;

/// <summary>Answer to <see cref="ReattachSession"/>: it is not, and why that may be.</summary>
public sealed record SessionMissing(string Reason) : IJobCommand;

/// <summary>From the storage node: a commit point.</summary>
public sealed record CommitReported(StreamPosition Position, string? Path, string Volume) : IJobCommand;

/// <summary>From the client: its part of a backup is over.</summary>
public sealed record ClientReported(BackupEnded Outcome) : IJobCommand;

/// <summary>From the storage node: its part of the session is over, and up to where it was committed.</summary>
public sealed record StorageReported(
    SessionStored? Stored, string? Failure, IReadOnlyList<StageTime> Stages, StreamPosition Position = default, string? Path = null)
    : IJobCommand;

/// <summary>Answer to <see cref="RecordInCatalog"/>: what the catalog holds of the session, or why it could not be recorded.</summary>
public sealed record CatalogReported(StreamPosition Position, long DataRecords, long Nodes, string? Failure) : IJobCommand;

/// <summary>Answer to <see cref="PlanRestore"/>. Missing names what no volume holds, one line each.</summary>
public sealed record RestorePlanAnswered(
    IReadOnlyList<string> Volumes, IReadOnlyList<SessionId> Sessions, IReadOnlyList<string> Missing) : IJobCommand;

/// <summary>From the client: its part of a restore is over.</summary>
public sealed record RestoreReported(RestoreEnded Outcome) : IJobCommand;

/// <summary>A script is over, on the client or on the director.</summary>
public sealed record ScriptReported(ScriptEnded Outcome) : IJobCommand;

/// <summary>A user wants the job to end.</summary>
public sealed record CancelJob(string User) : IJobCommand;

/// <summary>A deadline has passed; one that the job no longer waits for changes nothing.</summary>
public sealed record TimerFired(JobTimer Timer) : IJobCommand;

/// <summary>A director has read the job from its journal and is about to go on with it.</summary>
public sealed record RecoverJob : IJobCommand;

/// <summary>What the sender of a command is told.</summary>
public interface IJobAnswer;

/// <summary>Done as asked.</summary>
public sealed record JobAccepted : IJobAnswer
{
    public static readonly JobAccepted Instance = new();
}

/// <summary>Nothing changed, because it had been so before or is too late; no error.</summary>
public sealed record JobUnchanged(string Reason) : IJobAnswer;

/// <summary>Nothing changed, because it cannot be done; one line for the user.</summary>
public sealed record JobRefused(string Reason) : IJobAnswer;
