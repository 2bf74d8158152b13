using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;

namespace Backup.Actors.Director.Commands;

/// <summary>The runs that the words <c>jobid=</c>, <c>job=</c> or <c>all</c> mean.</summary>
internal static class ChosenRuns
{
    /// <summary>Runs that one command takes at once.</summary>
    private const int RunsMax = 1000;

    private static readonly JobState[] Open = [JobState.Queued, JobState.Waiting, JobState.Running, JobState.Ending];

    /// <summary>The runs in the order of their numbers; numbers that no run has are refused, and so is nothing to choose from.</summary>
    public static IReadOnlyList<JobRow> Of(ParsedCommand command, DirectorParts parts)
    {
        if (command.Has("jobid")) return [.. command.Numbers("jobid").Distinct().Select(number => Known(number, parts))];
        string? name = command.Text("job");
        if (name is not null && !parts.Gate.Catalog.Jobs.List(new JobFilter(Name: name, Limit: 1)).Any())
            Specifications.Named(parts.Configuration.Jobs, name, "job");
        IReadOnlyList<JobRow> open = Unended(parts, name);
        return open.Count > 0
            ? open
            : throw new CommandRefusedException($"no run {(name is null ? "" : $"of job {name} ")}is queued or running; see: list jobs");
    }

    /// <summary>Every run that has not ended, of one job or of all.</summary>
    public static IReadOnlyList<JobRow> Unended(DirectorParts parts, string? name = null) =>
    [
        .. Open.SelectMany(state => parts.Gate.Catalog.Jobs.List(new JobFilter(Name: name, State: state, Limit: RunsMax)))
            .OrderBy(row => row.Id.Value).Take(RunsMax),
    ];

    private static JobRow Known(long number, DirectorParts parts) => parts.Gate.Catalog.Jobs.Find(new JobId(number))
        ?? throw new CommandRefusedException($"there is no job {number}; see: list jobs");
}
