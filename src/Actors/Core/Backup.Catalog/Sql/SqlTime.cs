using Backup.Messages.Values;

namespace Backup.Catalog.Sql;

/// <summary>Times in the catalog are nanoseconds since 1970 in UTC, 64-bit: 1678 to 2262. Outside that OverflowException.</summary>
internal static class SqlTime
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static long Of(Instant instant) => checked(instant.Seconds * NanosecondsPerSecond + instant.Nanoseconds);

    public static long? Of(Instant? instant) => instant is { } known ? Of(known) : null;

    public static Instant From(long nanoseconds)
    {
        long seconds = Math.DivRem(nanoseconds, NanosecondsPerSecond, out long rest);
        return rest < 0 ? new Instant(seconds - 1, (uint)(rest + NanosecondsPerSecond)) : new Instant(seconds, (uint)rest);
    }

    public static Instant? From(long? nanoseconds) => nanoseconds is { } known ? From(known) : null;
}
