namespace Backup.Messages.Jobs;

/// <summary>What a job does. The letters are Bacula's.</summary>
public enum JobType : byte
{
    Backup = (byte)'B',
    Restore = (byte)'R',
    Verify = (byte)'V',
    Admin = (byte)'D',
}

/// <summary>Against which reference tree a backup compares.</summary>
public enum JobLevel : byte
{
    None = (byte)' ',
    Full = (byte)'F',
    Differential = (byte)'D',
    Incremental = (byte)'I',
    Since = (byte)'S',
    Base = (byte)'B',
    VirtualFull = (byte)'f',
}

/// <summary>A job's life. End states: OK (T), OK with warnings (W), Incomplete (I), Failed (E), Canceled (A).</summary>
public enum JobState : byte
{
    Queued = (byte)'C',
    Waiting = (byte)'w',
    Running = (byte)'R',
    Ending = (byte)'L',
    Ok = (byte)'T',
    OkWithWarnings = (byte)'W',
    Incomplete = (byte)'I',
    Failed = (byte)'E',
    Canceled = (byte)'A',
}

/// <summary>What becomes of a run while another of the same job, client and roots has not ended.</summary>
public enum DuplicateRule
{
    /// <summary>There is no further run; the log of the one that is there says so.</summary>
    Refuse,

    /// <summary>The further run waits for the end of the one that is there.</summary>
    Queue,

    /// <summary>Runs that wait for their turn are canceled; the further one waits for the one that works.</summary>
    CancelQueued,

    /// <summary>The runs that are there are canceled; the further one begins when they have ended.</summary>
    CancelRunning,

    /// <summary>Both run at the same time, as far as the limits let them.</summary>
    Allow,
}

/// <summary>
/// The one total parser of job types, levels and states: name ↔ value ↔ letter. Unknown words are refused, never taken for a default.
/// </summary>
public static class JobCodes
{
    public static bool HasEnded(this JobState state) =>
        state is JobState.Ok or JobState.OkWithWarnings or JobState.Incomplete or JobState.Failed or JobState.Canceled;

    public static char Letter(this JobState state) => (char)state;
    public static char Letter(this JobLevel level) => (char)level;
    public static char Letter(this JobType type) => (char)type;

    /// <summary>Words as an operator reads them.</summary>
    public static string Words(this JobState state) => state switch
    {
        JobState.Ok => "OK",
        JobState.OkWithWarnings => "OK with warnings",
        _ => state.ToString(),
    };

    public static JobLevel ParseLevel(string word) => Parse<JobLevel>(word, "level");
    public static JobType ParseType(string word) => Parse<JobType>(word, "job type");

    public static JobLevel LevelOf(char letter) => OfLetter<JobLevel>(letter, "level");
    public static JobState StateOf(char letter) => OfLetter<JobState>(letter, "job state");
    public static JobType TypeOf(char letter) => OfLetter<JobType>(letter, "job type");

    private static T Parse<T>(string word, string what) where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
            if (value.ToString().Equals(word, StringComparison.OrdinalIgnoreCase)) return value;
        throw new FormatException($"'{word}' is no {what}; known: {string.Join(", ", Enum.GetNames<T>())}");
    }

    private static T OfLetter<T>(char letter, string what) where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
            if (Convert.ToChar(value, System.Globalization.CultureInfo.InvariantCulture) == letter) return value;
        throw new FormatException($"'{letter}' is no letter of a {what}");
    }
}
