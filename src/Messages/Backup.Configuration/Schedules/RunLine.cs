using System.Globalization;
using Backup.Configuration.Resources;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;

namespace Backup.Configuration.Schedules;

/// <summary>
/// One line of a schedule: KEY=VALUE pairs, or a bare level, then calendar words or "cron" with its five fields. Throws FormatException
/// with what is wrong and what would be right.
/// </summary>
public static class RunLine
{
    private const int CharactersMax = 400;

    private static readonly string[] Keys = ["level", "pool", "storage", "priority", "messages"];
    private static readonly string[] Levels = [nameof(JobLevel.Full), nameof(JobLevel.Differential), nameof(JobLevel.Incremental)];

    /// <summary>The rule of a line.</summary>
    public static ScheduleRule Parse(string text)
    {
        if (text.Length > CharactersMax)
            throw new FormatException($"the line has {text.Length} characters; at most {CharactersMax}");
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var overrides = new RunOverrides();
        int at = 0;
        for (; at < words.Length && IsOverride(words[at], at); at++) overrides = With(overrides, words[at]);
        if (at == words.Length)
            throw new FormatException($"'{text}' does not say when; for example \"mon-fri at 23:05\", or \"cron 5 23 * * 1-5\"");
        CalendarRule when = words[at].Equals("cron", StringComparison.OrdinalIgnoreCase)
            ? CronFields.Parse(words[(at + 1)..])
            : CalendarWords.Parse(string.Join(' ', words[at..]));
        return when.CanFire
            ? new ScheduleRule(string.Join(' ', words), when, overrides)
            : throw new FormatException($"'{text}' names no day of any year");
    }

    private static bool IsOverride(string word, int at) => word.Contains('=', StringComparison.Ordinal)
        || (at == 0 && Levels.Contains(word, StringComparer.OrdinalIgnoreCase));

    private static RunOverrides With(RunOverrides before, string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? "level" : word[..equals].ToLowerInvariant(), value = word[(equals + 1)..];
        if (key == "accurate") throw new FormatException($"'{word}': every backup compares accurately; leave accurate out");
        if (!Keys.Contains(key)) throw new FormatException($"'{key}' is no key of a run{NearestName.Hint(key, Keys)}");
        if (value.Length == 0) throw new FormatException($"'{word}' has no value; write {key}=VALUE without spaces");
        if (before.ToString().Split(' ').Any(given => given.StartsWith(key + '=', StringComparison.Ordinal)))
            throw new FormatException($"'{key}' is given twice");
        return key switch
        {
            "level" => before with { Level = LevelOf(value) },
            "pool" => before with { Pool = value },
            "storage" => before with { Storage = value },
            "messages" => before with { Messages = value },
            _ => before with { Priority = PriorityOf(value) },
        };
    }

    private static JobLevel LevelOf(string value) =>
        Levels.FirstOrDefault(level => level.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } known
            ? JobCodes.ParseLevel(known)
            : throw new FormatException($"'{value}' is no level of a run{NearestName.Hint(value, Levels)}");

    private static int PriorityOf(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int priority) && priority is >= 1 and <= 1000
            ? priority
            : throw new FormatException($"'{value}' is no priority: a whole number from 1, the first, to 1000");
}
