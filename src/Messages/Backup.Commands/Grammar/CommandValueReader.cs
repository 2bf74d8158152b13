using System.Globalization;
using System.Text.RegularExpressions;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Commands;

/// <summary>The text of a key → its typed value, or a usage error that says what would be taken.</summary>
internal sealed partial class CommandValueReader(TimeZoneInfo zone)
{
    private const int MaximumPathBytes = 4096;
    private const long MaximumDays = 366;

    private static readonly string[] ZonedTimes =
    [
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK",
        "yyyy-MM-dd HH:mm K", "yyyy-MM-dd HH:mm:ss K",
    ];

    private static readonly string[] LocalTimes =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    public CommandValue Read(CommandDefinition command, KeyDefinition key, string text) => key.Type switch
    {
        KeyType.Text when text.Length > 0 => new CommandValue(text),
        KeyType.Name when ResourceName().IsMatch(text) => new CommandValue(text),
        KeyType.Number => ReadNumber(command, key, text),
        KeyType.YesNo => ReadYesNo(command, key, text),
        KeyType.Level => ReadEnum<JobLevel>(command, key, text, value => IsTaken(command, value)),
        KeyType.State => ReadState(command, key, text),
        KeyType.Replace => ReadEnum<ReplaceRule>(command, key, text, _ => true),
        KeyType.Time => ReadTime(command, key, text),
        KeyType.Duration => ReadDuration(command, key, text, text),
        KeyType.When when text.StartsWith('+') => FromNow(ReadDuration(command, key, text, text[1..])),
        KeyType.When => ReadTime(command, key, text),
        KeyType.Path => ReadPath(command, key, text),
        _ => throw Refuse(command, key, text, key.Type == KeyType.Name
            ? "a name is 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit" : "it is empty"),
    };

    /// <summary>By hand a job runs against a reference or none; the other levels come about in their own ways and can be listed.</summary>
    private static bool IsTaken(CommandDefinition command, JobLevel level) => command.Id is CommandId.Run or CommandId.Estimate
        ? level is JobLevel.Full or JobLevel.Differential or JobLevel.Incremental
        : level != JobLevel.None;

    private static CommandValue ReadNumber(CommandDefinition command, KeyDefinition key, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? new CommandValue(number.ToString(CultureInfo.InvariantCulture), number)
            : throw Refuse(command, key, text, "a positive whole number is wanted");

    private static CommandValue ReadYesNo(CommandDefinition command, KeyDefinition key, string text) => text.ToLowerInvariant() switch
    {
        "yes" => new CommandValue("yes", 1),
        "no" => new CommandValue("no"),
        _ => throw Refuse(command, key, text, "yes or no is wanted"),
    };

    private static CommandValue ReadState(CommandDefinition command, KeyDefinition key, string text)
    {
        foreach (JobState state in Enum.GetValues<JobState>())
            if (text == state.Letter().ToString() || text.Equals(state.Words(), StringComparison.OrdinalIgnoreCase))
                return new CommandValue(state.ToString(), (long)state);
        return ReadEnum<JobState>(command, key, text, _ => true);
    }

    private static CommandValue ReadEnum<T>(CommandDefinition command, KeyDefinition key, string text, Func<T, bool> isTaken)
        where T : struct, Enum
    {
        T[] taken = [.. Enum.GetValues<T>().Where(isTaken)];
        string[] names = [.. taken.Select(value => value.ToString().ToLowerInvariant())];
        IReadOnlyList<string> matches = CommandWords.Match(text, names);
        if (matches.Count != 1) throw Refuse(command, key, text, $"one of: {string.Join(", ", taken)}");
        T found = taken[Array.IndexOf(names, matches[0])];
        return new CommandValue(found.ToString(), Convert.ToInt64(found, CultureInfo.InvariantCulture));
    }

    private static CommandValue FromNow(CommandValue after) => after with { Text = $"+{after.Text}" };

    private static CommandValue ReadDuration(CommandDefinition command, KeyDefinition key, string text, string span)
    {
        Match match = Span().Match(span);
        long unit = match.Groups["unit"].Value switch { "s" => 1, "min" => 60, "h" => 3600, "d" => 86_400, _ => 0 };
        string digits = match.Groups["number"].Value;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number is > 0 and <= MaximumDays * 86_400 && number * unit <= MaximumDays * 86_400
            ? new CommandValue(span, number * unit)
            : throw Refuse(command, key, text, $"a span is written 10s, 5min, 2h or 1d, and is at most {MaximumDays}d");
    }

    private CommandValue ReadTime(CommandDefinition command, KeyDefinition key, string text)
    {
        const DateTimeStyles Styles = DateTimeStyles.None;
        bool isZoned = ZoneAtEnd().IsMatch(text);
        if (isZoned && DateTimeOffset.TryParseExact(text, ZonedTimes, CultureInfo.InvariantCulture, Styles, out DateTimeOffset zoned))
            return TimeValue(Instant.From(zoned));
        if (isZoned || !DateTime.TryParseExact(text, LocalTimes, CultureInfo.InvariantCulture, Styles, out DateTime local))
            throw Refuse(command, key, text, "a time is written \"2026-11-23 10:00\", with seconds and a zone (Z, +01:00) if wanted");
        if (zone.IsInvalidTime(local))
            throw Refuse(command, key, text, "the clocks were put forward over this time; add a zone (Z, +01:00)");
        // Without the explicit clamp the first and last day of the calendar overflow in zones away from UTC.
        long ticks = Math.Clamp(local.Ticks - zone.GetUtcOffset(local).Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return TimeValue(Instant.From(new DateTimeOffset(ticks, TimeSpan.Zero)));
    }

    private static CommandValue TimeValue(Instant time) => new(time.ToString(), 0, time);

    private static CommandValue ReadPath(CommandDefinition command, KeyDefinition key, string text)
    {
        if (!text.StartsWith('/')) throw Refuse(command, key, text, "an absolute path is wanted, from '/'");
        byte[] bytes = ByteText.Parse(text);
        if (bytes.Contains((byte)0)) throw Refuse(command, key, text, "a path holds no zero byte");
        try
        {
            byte[] path = BytePath.Normalize(bytes);
            return path.Length <= MaximumPathBytes
                ? new CommandValue(ByteText.Show(path), 0, default, path)
                : throw Refuse(command, key, text, $"it has {path.Length:N0} bytes; at most {MaximumPathBytes:N0} are taken");
        }
        catch (FormatException mistake)
        {
            throw Refuse(command, key, text, mistake.Message);
        }
    }

    private static CommandUsageException Refuse(CommandDefinition command, KeyDefinition key, string text, string why) =>
        new($"'{key.Name}={CommandWords.Show(text)}' of '{command.Name}' is not taken: {why}");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"\A(?<number>[0-9]{1,9})(?<unit>s|min|h|d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Span();

    [GeneratedRegex(@":[0-9]{2} ?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneAtEnd();
}
