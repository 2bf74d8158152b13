namespace Backup.Jobs.Schedules;

/// <summary>A stretch of UTC minutes, from Start up to End, in which the zone's offset does not change. All in minutes.</summary>
internal readonly record struct ZoneStretch(long Start, long End, int Offset);

/// <summary>
/// A zone's offsets as stretches, found by asking for the offset each hour and halving where it changed: so no more is trusted of the zone
/// than what its wall clock shows at a moment, whatever the reason of a change.
/// </summary>
internal static class ZoneStretches
{
    private const int ProbeMinutes = 60;

    /// <summary>The stretches of [from, to), UTC minutes since 0001-01-01, in order.</summary>
    public static IEnumerable<ZoneStretch> Between(TimeZoneInfo zone, long from, long to)
    {
        long start = from;
        int offset = OffsetAt(zone, from);
        for (long at = from; at < to - 1;)
        {
            long next = Math.Min(at + ProbeMinutes, to - 1);
            if (OffsetAt(zone, next) == offset)
            {
                at = next;
                continue;
            }
            at = FirstOther(zone, at, next, offset);
            yield return new ZoneStretch(start, at, offset);
            start = at;
            offset = OffsetAt(zone, at);
        }
        yield return new ZoneStretch(start, to, offset);
    }

    /// <summary>Minutes from UTC to the wall.</summary>
    public static int OffsetAt(TimeZoneInfo zone, long minute) =>
        (int)(zone.GetUtcOffset(new DateTime(minute * TimeSpan.TicksPerMinute, DateTimeKind.Utc)).Ticks / TimeSpan.TicksPerMinute);

    private static long FirstOther(TimeZoneInfo zone, long same, long other, int offset)
    {
        while (other - same > 1)
        {
            long middle = (same + other) / 2;
            if (OffsetAt(zone, middle) == offset) same = middle;
            else other = middle;
        }
        return other;
    }
}
