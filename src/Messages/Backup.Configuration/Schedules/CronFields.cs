using System.Globalization;
using Backup.Configuration.Resources;
using Backup.Messages.Schedules;

namespace Backup.Configuration.Schedules;

/// <summary>
/// The five fields of a cron line: minute, hour, day of month, month, day of week; each a list of values, ranges and steps. Where both days
/// are restricted, either counts (POSIX crontab).
/// </summary>
internal static class CronFields
{
    private sealed record Field(string Name, int Least, int Most, string[] Names);

    private static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Field[] Fields =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, ["", .. Months]),
        new("day of week", 0, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    public static CalendarRule Parse(IReadOnlyList<string> words)
    {
        if (words.Count != Fields.Length)
            throw new FormatException($"cron has five fields (minute, hour, day of month, month, day of week), not {words.Count}");
        ulong[] sets = [.. Fields.Zip(words, Set)];
        ulong weekdays = (sets[4] | sets[4] >> 7) & 0x7F; // 7 is Sunday too
        bool either = words[2][0] != '*' && words[4][0] != '*';
        return CalendarRule.Always with
        {
            Minutes = sets[0], Hours = (uint)sets[1], Days = (uint)sets[2], Months = (uint)sets[3], Weekdays = (uint)weekdays,
            EitherDay = either,
        };
    }

    /// <summary>"1-20/5": every fifth of them.</summary>
    private const char Step = '/';

    private static ulong Set(Field field, string word) =>
        word.Split(',').Aggregate(0UL, (set, part) => set | Part(field, word, part));

    private static ulong Part(Field field, string word, string part)
    {
        string[] stepped = part.Split(Step);
        string[] ends = stepped[0].Split('-');
        if (stepped.Length > 2 || ends.Length > 2) throw Wrong(field, word);
        int step = stepped.Length == 2 ? Number(field, word, stepped[1]) : 1;
        if (step < 1) throw new FormatException($"'{word}' as {field.Name}: a step is at least 1");
        bool all = stepped[0] == "*";
        int from = all ? field.Least : Value(field, word, ends[0]);
        int to = all ? Math.Min(field.Most, field.Name == "day of week" ? 6 : field.Most)
            : ends.Length == 2 ? Value(field, word, ends[1])
            : stepped.Length == 2 ? field.Most
            : from;
        if (from > to) throw new FormatException($"'{word}' as {field.Name}: {from} is behind {to}; write two ranges");
        ulong set = 0;
        for (int value = from; value <= to; value += step) set |= 1UL << value;
        return set;
    }

    private static int Value(Field field, string word, string text)
    {
        int named = text.Length == 0 ? -1 : Array.FindIndex(field.Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) return named;
        if (text.Length > 0 && char.IsAsciiLetter(text[0]) && field.Names.Length > 0)
            throw new FormatException($"'{text}' is no {field.Name}{NearestName.Hint(text, field.Names.Where(name => name.Length > 0))}");
        int value = Number(field, word, text);
        return value >= field.Least && value <= field.Most ? value : throw Wrong(field, word);
    }

    private static int Number(Field field, string word, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 60
            ? number
            : throw Wrong(field, word);

    private static FormatException Wrong(Field field, string word) =>
        new($"'{word}' is no {field.Name}: values {field.Least} to {field.Most}, as in '*', '1', '1-5', '*/2' or '1,15'");
}
