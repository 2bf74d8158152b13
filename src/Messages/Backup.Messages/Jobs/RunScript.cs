namespace Backup.Messages.Jobs;

/// <summary>When a script runs: before anything else of the job, or when it is known how the job ends.</summary>
public enum ScriptMoment
{
    Before,
    After,
}

/// <summary>Where a script runs.</summary>
public enum ScriptPlace
{
    Client,
    Director,
}

/// <summary>For which end of the job a script after it runs.</summary>
public enum ScriptCondition
{
    Always,
    Success,
    Failure,
}

/// <summary>
/// A program that runs before or after a job. The command is a program and its arguments, each with variables %(Name) in it; no shell is
/// between. FailJob: before the job, the job fails with it; after, OK becomes OK with warnings. Once: where a restart leaves it unknown
/// how it ended it is not run again, and counts as failed.
/// </summary>
public sealed record RunScript(
    ScriptMoment When,
    ScriptPlace On,
    IReadOnlyList<string> Command,
    ScriptCondition If,
    bool FailJob,
    bool Once,
    TimeSpan Timeout)
{
    /// <summary>Scripts of one job.</summary>
    public const int ScriptsMax = 32;

    /// <summary>Whether it runs for a job that ends so.</summary>
    public bool IsFor(JobState end) => If switch
    {
        ScriptCondition.Success => end is JobState.Ok or JobState.OkWithWarnings,
        ScriptCondition.Failure => end is not (JobState.Ok or JobState.OkWithWarnings),
        _ => true,
    };
}
