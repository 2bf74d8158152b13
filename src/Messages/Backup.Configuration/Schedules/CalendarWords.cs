using System.Globalization;
using System.Text.RegularExpressions;
using Backup.Configuration.Resources;
using Backup.Messages.Schedules;

namespace Backup.Configuration.Schedules;

/// <summary>
/// Bacula's words for times: months, days, weekdays and their places in the month, weeks, and one "at TIME". What is not named is not
/// restricted; what is named must hold all together. One use reads one line.
/// </summary>
internal sealed partial class CalendarWords
{
    private enum Kind { Month, Weekday, Place, Week, Day }

    private static readonly string[] Keywords = ["on", "at", "hourly", "daily", "weekly", "monthly", "lastday"];
    private static readonly string[] Months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    private static readonly string[] Places = ["last", "first", "second", "third", "fourth", "fifth"];
    private static readonly string[] Ordinals = ["last", "1st", "2nd", "3rd", "4th", "5th"];

    private readonly Dictionary<Kind, ulong> _sets = [];
    private readonly List<Kind> _order = [];
    private readonly HashSet<string> _said = [];
    private int? _minuteOfDay;

    public static CalendarRule Parse(string text)
    {
        var words = new CalendarWords();
        string[] tokens = RangeSpaces().Replace(text.ToLowerInvariant(), "-").Replace(',', ' ')
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] == "at") words.TakeTime(++i < tokens.Length ? tokens[i] : "");
            else words.Take(tokens[i]);
        }
        return words.Rule(text);
    }

    private void TakeTime(string token)
    {
        if (_minuteOfDay is not null) throw new FormatException("a line has one time; write another line for another");
        Match time = TimeOfDay().Match(token);
        if (!time.Success) throw new FormatException($"'{token}' is no time; write it as 'at 23:05' or 'at 11:05pm'");
        int hour = int.Parse(time.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        int minute = int.Parse(time.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        string half = time.Groups[3].Value;
        bool fits = minute < 60 && (half.Length == 0 ? hour < 24 : hour is >= 1 and <= 12);
        if (!fits) throw new FormatException($"'{token}' is no time of a day");
        if (half.Length > 0) hour = hour % 12 + (half == "pm" ? 12 : 0);
        _minuteOfDay = hour * 60 + minute;
    }

    private void Take(string token)
    {
        if (token is "on" or "hourly" or "daily" or "weekly" or "monthly") _said.Add(token);
        else if (token == "lastday") Add(Kind.Day, 1);
        else if (token.Contains(':', StringComparison.Ordinal)) throw new FormatException($"'{token}': a time follows 'at'");
        else if (token.Split('-') is [{ Length: > 0 } from, { Length: > 0 } to]) TakeRange(token, Value(from), Value(to));
        else
        {
            (Kind kind, int value) = Value(token);
            Add(kind, 1UL << value);
        }
    }

    private void TakeRange(string token, (Kind Kind, int Value) from, (Kind Kind, int Value) to)
    {
        if (from.Kind != to.Kind) throw new FormatException($"'{token}': a range is from a {Called(from.Kind)} to a {Called(from.Kind)}");
        if (from.Kind == Kind.Place && (from.Value == 0 || to.Value < from.Value))
            throw new FormatException($"'{token}': places go from 1st to 5th; last stands alone");
        (int least, int most) = Bounds(from.Kind);
        ulong set = 1UL << to.Value;
        for (int value = from.Value; value != to.Value; value = value == most ? least : value + 1) set |= 1UL << value;
        Add(from.Kind, set);
    }

    private static (Kind, int) Value(string word)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int day))
            return day is >= 1 and <= 31 ? (Kind.Day, day) : throw new FormatException($"'{word}' is no day of a month: 1 to 31");
        if (WeekNumber().Match(word) is { Success: true } week)
            return int.Parse(week.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var number and <= 53
                ? (Kind.Week, number) : throw new FormatException($"'{word}' is no week: w00 to w53");
        if (Named(Months, word) is >= 0 and var month) return (Kind.Month, month + 1);
        if (Named(Weekdays, word) is >= 0 and var weekday) return (Kind.Weekday, weekday);
        if (Math.Max(Array.IndexOf(Places, word), Array.IndexOf(Ordinals, word)) is >= 0 and var place) return (Kind.Place, place);
        throw new FormatException($"'{word}' is no word of a calendar" + NearestName.Hint(word, Known()));
    }

    /// <summary>A name in full or by its first three letters; "sept" and "tues" and the like too.</summary>
    private static int Named(string[] names, string word) =>
        word.Length < 3 ? -1 : Array.FindIndex(names, name => name.StartsWith(word, StringComparison.Ordinal));

    private static IEnumerable<string> Known() =>
        [.. Keywords, .. Ordinals, .. Weekdays.Select(name => name[..3]), .. Weekdays, .. Months.Select(name => name[..3]), .. Months];

    private static (int Least, int Most) Bounds(Kind kind) => kind switch
    {
        Kind.Month => (1, 12),
        Kind.Weekday => (0, 6),
        Kind.Place => (1, 5),
        Kind.Week => (0, 53),
        _ => (1, 31),
    };

    private static string Called(Kind kind) => kind switch
    {
        Kind.Place => "place (1st to 5th)",
        Kind.Day => "day of the month",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private void Add(Kind kind, ulong set)
    {
        _sets[kind] = _sets.GetValueOrDefault(kind) | set;
        if (_order.Count == 0 || _order[^1] != kind) _order.Add(kind);
    }

    private CalendarRule Rule(string text)
    {
        CheckTogether(text);
        bool hourly = _said.Contains("hourly");
        if (_minuteOfDay is null && !hourly) throw new FormatException($"'{text}' has no time; add 'at 23:05'");
        if (hourly && _minuteOfDay >= 60) throw new FormatException("hourly takes a minute alone; write 'hourly at 0:15'");
        int minute = _minuteOfDay ?? 0;
        if (_said.Contains("weekly") && !_sets.ContainsKey(Kind.Weekday)) Add(Kind.Weekday, 1); // Sunday, as in Bacula
        if (_said.Contains("monthly") && !_sets.ContainsKey(Kind.Day) && !_sets.ContainsKey(Kind.Weekday)) Add(Kind.Day, 1 << 1);
        CalendarRule any = CalendarRule.Always;
        return any with
        {
            Minutes = 1UL << minute % 60,
            Hours = hourly ? any.Hours : 1U << minute / 60,
            Days = (uint)_sets.GetValueOrDefault(Kind.Day, any.Days),
            Months = (uint)_sets.GetValueOrDefault(Kind.Month, any.Months),
            Weekdays = (uint)_sets.GetValueOrDefault(Kind.Weekday, any.Weekdays),
            Places = (uint)_sets.GetValueOrDefault(Kind.Place, any.Places),
            Weeks = _sets.GetValueOrDefault(Kind.Week, any.Weeks),
        };
    }

    /// <summary>Words that would quietly mean something else than they seem to.</summary>
    private void CheckTogether(string text)
    {
        if (_said.Contains("daily") && _sets.Keys.FirstOrDefault(kind => kind != Kind.Month, Kind.Month) is not Kind.Month and var more)
            throw new FormatException($"'{text}': daily names every day; leave it out, or the {Called(more)}");
        if (_sets.ContainsKey(Kind.Place) && !_sets.ContainsKey(Kind.Weekday))
            throw new FormatException($"'{text}': 1st to 5th and last are of a weekday, as in '1st sat'; the first day of a month is 1");
        int places = _order.Count(kind => kind == Kind.Place), weekdays = _order.Count(kind => kind == Kind.Weekday);
        if (places > 1 || (places > 0 && weekdays > 1))
            throw new FormatException($"'{text}' joins each place with each weekday; write a line for each");
    }

    [GeneratedRegex(@"\s*-\s*", RegexOptions.CultureInvariant)]
    private static partial Regex RangeSpaces();

    [GeneratedRegex(@"\A([0-9]{1,2}):([0-9]{2})(am|pm)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"\Aw([0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex WeekNumber();
}
