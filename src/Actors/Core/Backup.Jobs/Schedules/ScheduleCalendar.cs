using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Jobs.Schedules;

/// <summary>A time at which a run is due, and the line that says so: where several name one minute, the first of them.</summary>
public sealed record DueTime(Instant At, ScheduleRule Rule);

/// <summary>
/// When the lines of a schedule are due in a time zone. A line that names some hours means times on the wall: one that clocks skip is due
/// at the first minute behind the gap, one that they show twice is due the first time only. A line that names every hour means hours that
/// pass. Pure, thread safe.
/// </summary>
public sealed class ScheduleCalendar(IReadOnlyList<ScheduleRule> rules, TimeZoneInfo zone)
{
    private const int MinutesOfDay = 1440;

    /// <summary>Clocks never go back further than a day; what they showed earlier cannot come again.</summary>
    private const int DaysBehind = 2;

    /// <summary>The longest pause between two days of any rule that can fire at all is far shorter.</summary>
    private const int DaysSearched = 366 * 100;

    private const long UnixEpochMinute = 719_162L * MinutesOfDay;
    private static readonly long LastMinute = DateTime.MaxValue.Ticks / TimeSpan.TicksPerMinute - DaysBehind * MinutesOfDay;

    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>The first due time behind a moment; null where there is none in a hundred years.</summary>
    public DueTime? Next(Instant after) => After(after).FirstOrDefault();

    /// <summary>All due times behind a moment, in order, each once; ends where none comes for a hundred years.</summary>
    public IEnumerable<DueTime> After(Instant after)
    {
        long first = MinuteOf(after) + 1;
        long fruitless = 0;
        for (long day = first / MinutesOfDay; fruitless < DaysSearched && (day + 1) * MinutesOfDay < LastMinute; day++)
        {
            fruitless++;
            if (!MayFireAround(day)) continue;
            foreach ((long minute, int rule) in OfUtcDay(day).Where(due => due.Key >= first))
            {
                fruitless = 0;
                yield return new DueTime(new Instant((minute - UnixEpochMinute) * 60, 0), rules[rule]);
            }
        }
    }

    private static long MinuteOf(Instant instant) =>
        Math.Clamp(Math.DivRem(instant.Seconds, 60).Quotient - (instant.Seconds % 60 < 0 ? 1 : 0) + UnixEpochMinute,
            (DaysBehind + 1) * MinutesOfDay, LastMinute);

    /// <summary>Offsets are at most 14 hours, but a zone that changes sides of the date line skips a whole day more.</summary>
    private bool MayFireAround(long utcDay)
    {
        for (long day = utcDay - 2; day <= utcDay + 1; day++)
            if (rules.Any(rule => rule.When.NamesDay(DateOnly.FromDayNumber((int)day)))) return true;
        return false;
    }

    /// <summary>What is due in one day of UTC: UTC minute and the line's number, in order, each minute once.</summary>
    private SortedDictionary<long, int> OfUtcDay(long day)
    {
        long from = day * MinutesOfDay, to = from + MinutesOfDay;
        var due = new SortedDictionary<long, int>();
        long shown = ZoneStretches.Between(Zone, from - DaysBehind * MinutesOfDay, from).Max(stretch => stretch.End - 1 + stretch.Offset);
        foreach (ZoneStretch stretch in ZoneStretches.Between(Zone, from, to))
        {
            for (int rule = 0; rule < rules.Count; rule++)
            {
                CalendarRule when = rules[rule].When;
                long begin = when.IsEveryHour ? stretch.Start + stretch.Offset : shown + 1;
                foreach (long wall in Named(when, begin, stretch.End + stretch.Offset))
                    due.TryAdd(Math.Max(stretch.Start, wall - stretch.Offset), rule);
            }
            shown = Math.Max(shown, stretch.End - 1 + stretch.Offset);
        }
        return due;
    }

    /// <summary>The wall minutes in [from, to) that a rule names.</summary>
    private static IEnumerable<long> Named(CalendarRule rule, long from, long to)
    {
        for (long day = from / MinutesOfDay; day * MinutesOfDay < to; day++)
        {
            if (!rule.NamesDay(DateOnly.FromDayNumber((int)day))) continue;
            long midnight = day * MinutesOfDay;
            int last = (int)Math.Min(to - midnight, MinutesOfDay);
            for (int minute = (int)Math.Max(from - midnight, 0); minute < last; minute++)
                if (rule.NamesMinute(minute)) yield return midnight + minute;
        }
    }
}
