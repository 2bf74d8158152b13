using Backup.Messages.Schedules;

namespace Backup.Configuration.Resources;

/// <summary>
/// When jobs are due. A null time zone is that of the director's host. A time that passed while no director was there is made up for where
/// it is not longer ago than CatchUp.
/// </summary>
public sealed record ScheduleResource(string Name, IReadOnlyList<ScheduleRule> Rules, string? TimeZone, TimeSpan CatchUp)
{
    /// <summary>Its lines as one text: another text is another schedule.</summary>
    public string Lines => string.Join('\n', Rules.Select(rule => rule.Text));
}
