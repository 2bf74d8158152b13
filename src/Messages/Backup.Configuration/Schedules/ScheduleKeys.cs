using System.Text.RegularExpressions;
using Backup.Configuration.Resources;

namespace Backup.Configuration.Schedules;

/// <summary>The Schedule resource, and what a Job says about its times.</summary>
internal static partial class ScheduleKeys
{
    private static readonly KeyType Line = new("line of a schedule", RunLine.Parse);
    private static readonly KeyType Zone = new("time zone", ReadZone);

    public static readonly ResourceKind Kind = new("Schedule", "When jobs are due.",
    [
        new("run", KeyType.ListOf(Line), "\"[KEY=VALUE ...] WORDS at TIME\" or \"[KEY=VALUE ...] cron FIELDS\"; see schedules.md.",
            Required: true),
        new("time-zone", Zone, "Whose clock the times are read from, as \"Europe/Berlin\"; without it the director's host's."),
        new("catch-up", KeyType.Duration, "A time that passed while no director ran is made up for if it is not longer ago.", "12 h"),
    ]);

    public static readonly ResourceKey[] OfJob =
    [
        new("schedule", KeyType.NameOf("Schedule"), "When the job is due; without it, it is started by hand alone."),
        new("retries", KeyType.Number(0, 100), "How often a run that ended Failed or Incomplete is run again.", "0"),
        new("retry-interval", KeyType.Duration, "From such an end to the next try.", "30 min"),
    ];

    private static string ReadZone(string text)
    {
        // An id is a path below the system's folder of zones: nothing that leads elsewhere.
        if (ZoneName().IsMatch(text) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _)) return text;
        string near = NearestName.Hint(text, TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id));
        throw new FormatException($"'{text}' is no time zone of this system"
            + (near.StartsWith("; nearest", StringComparison.Ordinal) ? near : "; for example Europe/Berlin, or UTC"));
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneName();
}
