using System.Globalization;

namespace Backup.Messages.Schedules;

/// <summary>
/// A set of local minutes: those whose month, week, day, hour and minute are all named. Each field is a set of bits, bit n for the value n.
/// Days: 1 to 31, bit 0 the month's last. Weekdays: 0 is Sunday. Places: the first to fifth of a weekday in its month, bit 0 the last.
/// Weeks: 1 to 53 as ISO 8601 counts them, bit 0 the days of January that still belong to the last week of the year before.
/// EitherDay: a day counts where Days or Weekdays name it, as cron has it, instead of both.
/// </summary>
public sealed record CalendarRule(
    ulong Minutes,
    uint Hours,
    uint Days,
    uint Months,
    uint Weekdays,
    uint Places,
    ulong Weeks,
    bool EitherDay = false)
{
    private const ulong AnyMinute = (1UL << 60) - 1;
    private const uint AnyHour = (1U << 24) - 1;
    private const uint AnyDay = uint.MaxValue - 1;
    private const uint AnyMonth = (1U << 13) - 2;
    private const uint AnyWeekday = (1U << 7) - 1;
    private const uint AnyPlace = (1U << 6) - 1;
    private const ulong AnyWeek = (1UL << 54) - 1;

    /// <summary>The days of the Gregorian calendar come again, weekdays and all, after 400 years.</summary>
    private const int DaysOfCycle = 146_097;

    /// <summary>Every minute.</summary>
    public static readonly CalendarRule Always = new(AnyMinute, AnyHour, AnyDay, AnyMonth, AnyWeekday, AnyPlace, AnyWeek);

    /// <summary>
    /// True where every hour is named: then the rule means hours that pass, and not times on the wall, when clocks are put forward or back.
    /// </summary>
    public bool IsEveryHour => Hours == AnyHour;

    /// <summary>False where no day of any year is named ("31 feb").</summary>
    public bool CanFire
    {
        get
        {
            if (Minutes == 0 || Hours == 0) return false;
            var first = new DateOnly(2000, 1, 1);
            for (int day = 0; day < DaysOfCycle; day++)
                if (NamesDay(first.AddDays(day))) return true;
            return false;
        }
    }

    public bool NamesDay(DateOnly day)
    {
        if (!Has(Months, day.Month)) return false;
        bool inDays = Has(Days, day.Day) || (Has(Days, 0) && day.Day == DaysIn(day));
        bool inWeekdays = Has(Weekdays, (int)day.DayOfWeek);
        return (EitherDay ? inDays || inWeekdays : inDays && inWeekdays) && NamesPlace(day) && NamesWeek(day);
    }

    /// <summary>Minute of a day, from 0 at midnight.</summary>
    public bool NamesMinute(int minute) => Has(Hours, minute / 60) && (Minutes >> (minute % 60) & 1) != 0;

    private bool NamesPlace(DateOnly day) =>
        Places == AnyPlace || Has(Places, (day.Day - 1) / 7 + 1) || (Has(Places, 0) && day.Day > DaysIn(day) - 7);

    private bool NamesWeek(DateOnly day)
    {
        if (Weeks == AnyWeek) return true;
        int week = ISOWeek.GetWeekOfYear(day.ToDateTime(TimeOnly.MinValue));
        return (Weeks >> week & 1) != 0 || ((Weeks & 1) != 0 && day.Month == 1 && week >= 52);
    }

    private static int DaysIn(DateOnly day) => DateTime.DaysInMonth(day.Year, day.Month);

    private static bool Has(uint set, int bit) => (set >> bit & 1) != 0;
}
