using Backup.Messages.Ids;

namespace Backup.Messages.Clients;

/// <summary>A variable of a script's environment.</summary>
public sealed record ScriptVariable(string Name, string Value);

/// <summary>
/// Director → client: run this program. Script is its number in the job, from 1. Idempotent by (run, script): the client keeps on disk that
/// it began it and how it ended, until the job has. Once: where it was begun and its end is not known it is not begun again.
/// </summary>
public sealed record ScriptOrder(
    JobId Job,
    SessionId Run,
    int Script,
    IReadOnlyList<string> Command,
    IReadOnlyList<ScriptVariable> Environment,
    TimeSpan Timeout,
    bool Once);

/// <summary>Director → client: kill this script. Answered by <see cref="ScriptEnded"/>, also where it is not known.</summary>
public sealed record ScriptStop(JobId Job, SessionId Run, int Script, string Reason);

/// <summary>
/// Client → director: the script is over. Failure says why there is no exit status, or why it was ended. Lines are the first of what it
/// wrote; LinesDropped counts the others.
/// </summary>
public sealed record ScriptEnded(
    JobId Job,
    SessionId Run,
    int Script,
    int? ExitStatus,
    string? Failure,
    IReadOnlyList<string> Lines,
    long LinesDropped,
    TimeSpan Took);
