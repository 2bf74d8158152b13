using System.Globalization;

namespace Backup.Messages.Values;

/// <summary>
/// A point in UTC: whole seconds since 1970 (negative before) and nanoseconds within the second. Holds what any file system can.
/// </summary>
public readonly record struct Instant(long Seconds, uint Nanoseconds) : IComparable<Instant>
{
    private const long LastDisplayableSecond = 253_402_300_799; // 9999-12-31T23:59:59Z, the end of DateTimeOffset
    private const long FirstDisplayableSecond = -62_135_596_800; // 0001-01-01T00:00:00Z

    /// <summary>The instant of a clock reading; the seam for time is <see cref="TimeProvider"/>.</summary>
    public static Instant From(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return rest < 0
            ? new Instant(seconds - 1, (uint)((rest + TimeSpan.TicksPerSecond) * 100))
            : new Instant(seconds, (uint)(rest * 100));
    }

    /// <summary>Now, by the given clock.</summary>
    public static Instant Now(TimeProvider clock) => From(clock.GetUtcNow());

    public int CompareTo(Instant other)
    {
        int seconds = Seconds.CompareTo(other.Seconds);
        return seconds != 0 ? seconds : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    public static bool operator <(Instant left, Instant right) => left.CompareTo(right) < 0;
    public static bool operator >(Instant left, Instant right) => left.CompareTo(right) > 0;
    public static bool operator <=(Instant left, Instant right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Instant left, Instant right) => left.CompareTo(right) >= 0;

    /// <summary>Moves by a span, to the tick (100 ns) of <see cref="TimeSpan"/>.</summary>
    public Instant Plus(TimeSpan span)
    {
        long nanoseconds = Nanoseconds + span.Ticks % TimeSpan.TicksPerSecond * 100;
        long seconds = Seconds + span.Ticks / TimeSpan.TicksPerSecond;
        if (nanoseconds < 0) { nanoseconds += 1_000_000_000; seconds--; }
        if (nanoseconds >= 1_000_000_000) { nanoseconds -= 1_000_000_000; seconds++; }
        return new Instant(seconds, (uint)nanoseconds);
    }

    /// <summary>The span from <paramref name="earlier"/> to this instant; saturates where TimeSpan ends (about 29,000 years).</summary>
    public TimeSpan Since(Instant earlier)
    {
        double seconds = (double)Seconds - earlier.Seconds + ((double)Nanoseconds - earlier.Nanoseconds) * 1e-9;
        return seconds >= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue
            : seconds <= TimeSpan.MinValue.TotalSeconds ? TimeSpan.MinValue
            : TimeSpan.FromTicks((Seconds - earlier.Seconds) * TimeSpan.TicksPerSecond + ((long)Nanoseconds - earlier.Nanoseconds) / 100);
    }

    /// <summary>ISO 8601 in UTC to the second ("2026-11-23T00:42:57Z"); outside the years 1 to 9999 the raw "@seconds".</summary>
    public override string ToString() => Seconds is < FirstDisplayableSecond or > LastDisplayableSecond
        ? string.Create(CultureInfo.InvariantCulture, $"@{Seconds}")
        : DateTimeOffset.FromUnixTimeSeconds(Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
