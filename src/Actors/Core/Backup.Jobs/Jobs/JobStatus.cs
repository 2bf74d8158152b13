using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Jobs.Jobs;

/// <summary>Everything known of one job, as its events tell it. Immutable; the only way to a new one is <see
/// cref="JobHistory.Apply"/>.</summary>
public sealed record JobStatus
{
    /// <summary>Before the first event: no job yet. Every command but <see cref="QueueJob"/> is refused.</summary>
    public static readonly JobStatus None = new();

    public JobId Job { get; init; }
    public SessionId Session { get; init; }
    public JobState State { get; init; } = JobState.Queued;
    public JobPhase Phase { get; init; } = JobPhase.WaitingForTurn;

    /// <summary>What the job waits for or does, in words; empty when it has ended.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Since when it waits for that.</summary>
    public Instant Since { get; init; }

    /// <summary>Since when it is in its phase, whatever the reasons in between.</summary>
    public Instant PhaseSince { get; init; }

    /// <summary>What the drive waits for, as the storage node says again and again; no event tells it.</summary>
    public DriveWait? Drive { get; init; }

    /// <summary>Null only in <see cref="None"/>.</summary>
    public JobSpecification? Specification { get; init; }

    public JobLevel LevelRun { get; init; } = JobLevel.None;
    public ReferenceTree? Reference { get; init; }
    public string? UpgradeReason { get; init; }

    /// <summary>The volume reserved for the current attempt.</summary>
    public string? Volume { get; init; }

    /// <summary>Attempts of the session begun so far.</summary>
    public int Attempt { get; init; }

    public Instant Queued { get; init; }
    public Instant? Started { get; init; }
    public Instant? EndedAt { get; init; }
    public CommitPoint Committed { get; init; } = CommitPoint.None;
    public BackupEnded? Client { get; init; }
    public StorageEnded? Storage { get; init; }
    public Catalogued? Catalog { get; init; }
    public RestorePlanned? Plan { get; init; }

    /// <summary>How long the plan of a restore took.</summary>
    public TimeSpan Planning { get; init; }
    public RestoreEnded? Restored { get; init; }
    public string? CanceledBy { get; init; }

    /// <summary>The script that runs, from 1; 0 where none does.</summary>
    public int Script { get; init; }

    /// <summary>Scripts up to this one are over or were passed by.</summary>
    public int ScriptsDone { get; init; }

    /// <summary>The first failure of a script whose failure counts.</summary>
    public string? ScriptProblem { get; init; }

    /// <summary>What the job is worth, known before its last scripts have run; null before.</summary>
    public JobState? DecidedState { get; init; }

    public string DecidedReason { get; init; } = "";

    /// <summary>What the storage node made durable, told by itself or, where its word did not come, to the client.</summary>
    public SessionStored? Stored => Storage?.Stored ?? Client?.Stored;

    /// <summary>Why it ended as it did, one line; empty for OK.</summary>
    public string EndReason { get; init; } = "";

    public bool Exists => Specification is not null;
    public bool HasEnded => State.HasEnded();
    public bool IsRestore => Specification?.Type == JobType.Restore;
}
