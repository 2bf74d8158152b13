using Backup.Messages.Jobs;

namespace Backup.Commands;

/// <summary>Exit statuses, the same for the console, the API and scripts.</summary>
public static class EndStatus
{
    public const int Ok = 0;
    public const int Refused = 1;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Incomplete = 3;
    public const int Canceled = 4;

    /// <summary>The shell's 128 + SIGINT: watching ended, the job goes on.</summary>
    public const int Detached = 130;

    /// <summary>Of two: Failed before Canceled, before Incomplete, before OK.</summary>
    public static int Worse(int one, int other) => Array.IndexOf(WorstFirst, one) <= Array.IndexOf(WorstFirst, other) ? one : other;

    private static readonly int[] WorstFirst = [Failed, Canceled, Incomplete, Ok];

    /// <summary>
    /// OK and OK with warnings 0, Incomplete 3, Failed 1, Canceled 4; a run that has not ended has done nothing wrong yet.
    /// </summary>
    public static int Of(JobState state) => state switch
    {
        JobState.Incomplete => Incomplete,
        JobState.Failed => Failed,
        JobState.Canceled => Canceled,
        _ => Ok,
    };
}
