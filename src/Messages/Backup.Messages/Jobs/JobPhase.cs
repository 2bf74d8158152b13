namespace Backup.Messages.Jobs;

/// <summary>What a job that has not ended is doing, or waits for. The names are in persisted events.</summary>
public enum JobPhase
{
    /// <summary>Queued: its turn has not come.</summary>
    WaitingForTurn,

    /// <summary>Programs run that are to run before the job.</summary>
    RunningBefore,

    /// <summary>The catalog looks for the reference tree.</summary>
    ChoosingReference,

    /// <summary>A volume of the pool is to be reserved.</summary>
    ReservingVolume,

    /// <summary>The storage node opens the session.</summary>
    OpeningSession,

    /// <summary>The client is to take its order.</summary>
    StartingClient,

    /// <summary>Backup: the client walks, compares and sends.</summary>
    Saving,

    /// <summary>Backup: the client is done, the storage node writes the session's end.</summary>
    Storing,

    /// <summary>Backup: what was stored comes into the catalog.</summary>
    Cataloguing,

    /// <summary>Restore: the volumes needed are found and checked for completeness.</summary>
    Planning,

    /// <summary>Restore: the storage node opens the sessions to be read.</summary>
    OpeningServe,

    /// <summary>Restore: the client writes.</summary>
    Restoring,

    /// <summary>It is known how the job ends; programs run that are to run after it.</summary>
    RunningAfter,

    /// <summary>The job has ended.</summary>
    Done,
}
