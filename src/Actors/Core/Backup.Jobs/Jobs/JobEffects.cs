using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Jobs.Jobs;

/// <summary>Something the actor is to do after the events are durable. Each is idempotent by job, session and attempt.</summary>
public interface IJobEffect;

/// <summary>Ask the catalog for the tree to compare with. Answer: <see cref="ReferenceAnswered"/>.</summary>
public sealed record ChooseReference(JobId Job, string JobName, string Client, FileSet FileSet, JobLevel Level) : IJobEffect;

/// <summary>Ask for a volume to append to. Answer: <see cref="VolumeReserved"/> or <see cref="VolumeRefused"/>.</summary>
public sealed record ReserveVolume(JobId Job, string Storage, string Pool) : IJobEffect;

/// <summary>Ask the storage node to open the session. Answer: <see cref="SessionOpened"/> or <see cref="OrderFailed"/>.</summary>
public sealed record OpenSession(JobId Job, SessionId Session, int Attempt, string Storage, string Volume) : IJobEffect;

/// <summary>Order the client to save. Answer: <see cref="ClientStarted"/>, later <see cref="ClientReported"/>.</summary>
public sealed record StartClient(
    JobId Job, SessionId Session, int Attempt, string Client, JobLevel Level, FileSet FileSet, ReferenceTree? Reference,
    Instant? Since) : IJobEffect;

/// <summary>Tell the client to stop its part. It answers with <see cref="ClientReported"/> or <see cref="RestoreReported"/>.</summary>
public sealed record CancelClient(JobId Job, SessionId Session, string Client, string Reason) : IJobEffect;

/// <summary>Tell the storage node to end the session at its last commit point and to let go of volume and drive.</summary>
public sealed record CloseSession(JobId Job, SessionId Session, string Storage, string Reason) : IJobEffect;

/// <summary>
/// Ask the storage node where the session is, and offer it new tickets. Answer: <see cref="SessionFound"/>, <see cref="SessionMissing"/> or
/// the session's end.
/// </summary>
public sealed record ReattachSession(JobId Job, SessionId Session, int Attempt, string Storage) : IJobEffect;

/// <summary>Ask the client whether it works on the job. Answer: as to the order, the job's end, or <see cref="PartyLost"/>.</summary>
public sealed record ReattachClient(JobId Job, string Client) : IJobEffect;

/// <summary>Record the session's end in the catalog and count what it holds. Answer: <see cref="CatalogReported"/>.</summary>
public sealed record RecordInCatalog(JobId Job, SessionId Session, SessionSeal Seal, SessionStored Stored) : IJobEffect;

/// <summary>Find and check what a restore needs. Answer: <see cref="RestorePlanAnswered"/> or <see cref="OrderFailed"/>.</summary>
public sealed record PlanRestore(JobId Job, RestoreSelection Selection) : IJobEffect;

/// <summary>Ask the storage node to serve these sessions. Answer: <see cref="SessionOpened"/>.</summary>
public sealed record OpenServe(JobId Job, string Storage, IReadOnlyList<string> Volumes, IReadOnlyList<SessionId> Sessions) : IJobEffect;

/// <summary>Order the client to restore. Answer: <see cref="ClientStarted"/>, later <see cref="RestoreReported"/>.</summary>
public sealed record StartRestoreClient(JobId Job, string Client, RestoreSelection Selection) : IJobEffect;

/// <summary>Run the script of this number (from 1) on the client or here. Answer: <see cref="ScriptReported"/>.</summary>
public sealed record RunScriptNow(ScriptPlace On, string Client, int Script) : IJobEffect;

/// <summary>Kill this script; it answers with <see cref="ScriptReported"/>.</summary>
public sealed record StopScript(ScriptPlace On, string Client, ScriptStop Order) : IJobEffect;

/// <summary>Begin a named timer, in place of a running one of that name. When it ends: <see cref="TimerFired"/>.</summary>
public sealed record StartTimer(JobTimer Timer, TimeSpan After) : IJobEffect;

/// <summary>A line of the job's log.</summary>
public sealed record LogLine(JobId Job, string Text) : IJobEffect;

/// <summary>The job has ended: let go of everything it held, stop its timers, write its row and its report.</summary>
public sealed record Report(JobId Job, JobState State, string Reason) : IJobEffect;

/// <summary>What a command leads to: events to make durable and apply, then the answer, then the effects in order.</summary>
public sealed record Decision(IReadOnlyList<IJobEvent> Events, IReadOnlyList<IJobEffect> Effects, IJobAnswer Answer);
