using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Messages.Jobs.Events;

/// <summary>
/// Something that happened to a job, with its own time. Persisted as a CBOR map under the manifest of <see cref="JobEventCodec"/>; fields
/// are
/// added at the end with a default and never change their meaning.
/// </summary>
public interface IJobEvent
{
    Instant At { get; }
}

/// <summary>The job exists. The session's id is drawn here, once, so that every later order can be repeated.</summary>
public sealed record JobQueued(JobId Job, SessionId Session, JobSpecification Specification, Instant At) : IJobEvent;

/// <summary>The level that runs. The reference is null for a Full; UpgradeReason says why it is not the level asked for.</summary>
public sealed record ReferenceChosen(JobLevel Level, ReferenceTree? Reference, string? UpgradeReason, Instant At) : IJobEvent;

/// <summary>A volume is reserved for an attempt (from 1) of the session.</summary>
public sealed record SessionPlanned(string Volume, int Attempt, Instant At) : IJobEvent;

/// <summary>The job waits, and for this.</summary>
public sealed record WaitBegan(string Reason, Instant At) : IJobEvent;

/// <summary>The client has taken its order: the job runs.</summary>
public sealed record Started(Instant At) : IJobEvent;

/// <summary>The next step of the job's life; Reason is what a user reads while it lasts.</summary>
public sealed record PhaseChanged(JobPhase Phase, string Reason, Instant At) : IJobEvent;

/// <summary>A commit point of the session.</summary>
public sealed record SessionCommitted(StreamPosition Position, string? Path, string Volume, Instant At) : IJobEvent;

/// <summary>The client's part of a backup is over.</summary>
public sealed record ClientEnded(BackupEnded Outcome, Instant At) : IJobEvent;

/// <summary>The storage node's part of a backup is over: stored, or why not.</summary>
public sealed record StorageEnded(SessionStored? Stored, string? Failure, IReadOnlyList<StageTime> Stages, Instant At) : IJobEvent;

/// <summary>What the catalog holds of the session, counted by the catalog, or why it could not be recorded.</summary>
public sealed record Catalogued(StreamPosition Position, long DataRecords, long Nodes, string? Failure, Instant At) : IJobEvent;

/// <summary>A restore's sessions and volumes, in the order of reading; Missing names what a partial restore leaves out.</summary>
public sealed record RestorePlanned(
    IReadOnlyList<string> Volumes, IReadOnlyList<SessionId> Sessions, IReadOnlyList<string> Missing, Instant At) : IJobEvent;

/// <summary>The client's part of a restore is over.</summary>
public sealed record RestoreClientEnded(RestoreEnded Outcome, Instant At) : IJobEvent;

/// <summary>A script is to run. The number is its place in the specification, from 1.</summary>
public sealed record ScriptBegan(int Script, Instant At) : IJobEvent;

/// <summary>A script is over. Problem is null where it did what it should.</summary>
public sealed record ScriptDone(int Script, string? Problem, Instant At) : IJobEvent;

/// <summary>It is known what the job is worth; scripts that run after it are all that is left.</summary>
public sealed record EndDecided(JobState State, string Reason, Instant At) : IJobEvent;

/// <summary>A user wants the job to end.</summary>
public sealed record CancelAsked(string User, Instant At) : IJobEvent;

/// <summary>The job's end, for good. Reason is one line; empty for OK.</summary>
public sealed record Ended(JobState State, string Reason, Instant At) : IJobEvent;
