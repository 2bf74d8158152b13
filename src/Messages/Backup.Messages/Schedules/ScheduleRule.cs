using Backup.Messages.Jobs;

namespace Backup.Messages.Schedules;

/// <summary>What one line of a schedule gives a run in place of the job's own; null leaves it as the job has it.</summary>
public sealed record RunOverrides(
    JobLevel? Level = null,
    string? Pool = null,
    string? Storage = null,
    int? Priority = null,
    string? Messages = null)
{
    public static readonly RunOverrides None = new();

    /// <summary>As it is written in a schedule: "level=Full pool=monthly"; empty where nothing is given.</summary>
    public override string ToString() => string.Join(' ', Words());

    private IEnumerable<string> Words()
    {
        if (Level is { } level) yield return $"level={level}";
        if (Pool is { } pool) yield return $"pool={pool}";
        if (Storage is { } storage) yield return $"storage={storage}";
        if (Priority is { } priority) yield return $"priority={priority}";
        if (Messages is { } messages) yield return $"messages={messages}";
    }
}

/// <summary>One line of a schedule: when, with what; Text is the line as it is written.</summary>
public sealed record ScheduleRule(string Text, CalendarRule When, RunOverrides Overrides);
