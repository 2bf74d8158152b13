namespace Backup.Jobs.Jobs;

/// <summary>The deadlines of a job's waits, by name. One runs at a time for each name.</summary>
public enum JobTimer
{
    ReferenceChosen,
    VolumeReserved,
    SessionOpened,
    ClientStarted,
    ClientSpoke,
    StorageEnded,
    CatalogRecorded,
    RestorePlanned,
    CancelCarriedOut,
    ScriptEnded,
}

/// <summary>How long a job waits for each answer before the wait ends it with the reason.</summary>
public sealed record JobDeadlines
{
    public static readonly JobDeadlines Default = new();

    /// <summary>For an answer of the director's own parts: reference tree, restore plan.</summary>
    public TimeSpan Director { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For a volume, also one that an operator has to bring or label.</summary>
    public TimeSpan Volume { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Between two questions for a volume while there is none.</summary>
    public TimeSpan BetweenVolumeQuestions { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the storage node to mount a volume and open the session.</summary>
    public TimeSpan SessionOpened { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the client to be there and take its order.</summary>
    public TimeSpan ClientStarted { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest silence of a working client.</summary>
    public TimeSpan ClientSpoke { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the storage node to write the end of a session after the client's end.</summary>
    public TimeSpan StorageEnded { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the catalog to take what was stored.</summary>
    public TimeSpan Catalogued { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For client and storage to let go after a cancel; then the job ends without them.</summary>
    public TimeSpan Cancel { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A script's own time-out begins when it begins: its order may have to wait for the client as any other.</summary>
    public TimeSpan Of(JobTimer timer) => timer switch
    {
        JobTimer.ReferenceChosen or JobTimer.RestorePlanned => Director,
        JobTimer.VolumeReserved => Volume,
        JobTimer.SessionOpened => SessionOpened,
        JobTimer.ClientStarted => ClientStarted,
        JobTimer.ClientSpoke => ClientSpoke,
        JobTimer.StorageEnded => StorageEnded,
        JobTimer.CatalogRecorded => Catalogued,
        JobTimer.CancelCarriedOut => Cancel,
        JobTimer.ScriptEnded => ClientStarted,
        _ => throw new System.Diagnostics.UnreachableException($"no deadline {timer}"),
    };
}
