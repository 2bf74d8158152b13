using System.Buffers;
using System.Globalization;

namespace Backup.Configuration.Resources;

/// <summary>Sizes and durations as people write them. Both throw FormatException with what is wrong and what would be right.</summary>
public static class Quantities
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly Dictionary<string, decimal> SizeUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["B"] = 1,
        ["kB"] = 1_000m, ["MB"] = 1_000_000m, ["GB"] = 1_000_000_000m, ["TB"] = 1_000_000_000_000m, ["PB"] = 1_000_000_000_000_000m,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40, ["PiB"] = 1L << 50, ["EiB"] = 1L << 60,
        ["k"] = 1L << 10, ["M"] = 1L << 20, ["G"] = 1L << 30, ["T"] = 1L << 40, // As Bacula reads them.
    };

    private static readonly Dictionary<string, decimal> DurationSeconds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ms"] = 0.001m,
        ["s"] = 1, ["sec"] = 1, ["second"] = 1, ["seconds"] = 1,
        ["min"] = 60, ["minute"] = 60, ["minutes"] = 60,
        ["h"] = 3600, ["hour"] = 3600, ["hours"] = 3600,
        ["d"] = 86400, ["day"] = 86400, ["days"] = 86400,
        ["w"] = 604800, ["week"] = 604800, ["weeks"] = 604800,
    };

    /// <summary>Bytes, 0 to 2^63-1. A number without unit is bytes; kB, MB... are powers of 1000, KiB, MiB... and Bacula's k, m, g, t of
    /// 1024.</summary>
    public static long ParseSize(string text)
    {
        decimal bytes = 0;
        foreach ((decimal number, string unit) in Parts(text, "a size", "10 GiB"))
        {
            if (unit.Length > 0 && !SizeUnits.ContainsKey(unit))
                throw new FormatException($"'{unit}' in '{text}' is no unit of size;"
                    + " units: B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB, EiB");
            bytes = Sum(bytes, number, unit.Length == 0 ? 1 : SizeUnits[unit], text);
        }
        return bytes <= long.MaxValue ? (long)bytes : throw TooMuch(text);
    }

    /// <summary>A span of time, 0 to 29,000 years. Every number has its unit: a bare one, and 'm', could be read in two ways.</summary>
    public static TimeSpan ParseDuration(string text)
    {
        decimal seconds = 0;
        foreach ((decimal number, string unit) in Parts(text, "a duration", "30 min"))
        {
            if (unit.Length == 0) throw new FormatException($"'{text}' may mean {number} seconds or {number} minutes;"
                + $" write '{number} s' or '{number} min'");
            if (unit.Equals("m", StringComparison.OrdinalIgnoreCase))
                throw new FormatException($"'{text}': 'm' may mean minutes or months; write '{number} min' or '{number * 30} d'");
            if (!DurationSeconds.TryGetValue(unit, out decimal worth))
                throw new FormatException($"'{unit}' in '{text}' is no unit of time; units: ms, s, min, h, d, w");
            seconds = Sum(seconds, number, worth, text);
        }
        decimal ticks = seconds * TimeSpan.TicksPerSecond;
        return ticks <= long.MaxValue ? TimeSpan.FromTicks((long)ticks) : throw TooMuch(text);
    }

    private static decimal Sum(decimal sum, decimal number, decimal worth, string text) =>
        number <= long.MaxValue / worth && sum + number * worth <= long.MaxValue ? sum + number * worth : throw TooMuch(text);

    private static FormatException TooMuch(string text) => new($"'{text}' is more than can be counted");

    /// <summary>Pairs of number and unit ("1 hour 30 min"); a missing unit is empty and only the last may be.</summary>
    private static List<(decimal Number, string Unit)> Parts(string text, string what, string example)
    {
        var parts = new List<(decimal, string)>();
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits < 0) digits = rest.Length;
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)) break;
            rest = rest[digits..].TrimStart();
            int letters = rest.IndexOfAnyExceptInRange('A', 'z');
            if (letters < 0) letters = rest.Length;
            parts.Add((number, rest[..letters].ToString()));
            rest = rest[letters..].TrimStart();
            if (parts[^1].Item2.Length == 0) break;
        }
        return rest.IsEmpty && parts.Count > 0 ? parts : throw new FormatException($"'{text}' is not {what}; for example '{example}'");
    }
}
