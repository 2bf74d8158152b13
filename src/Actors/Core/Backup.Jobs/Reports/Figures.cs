using System.Globalization;

namespace Backup.Jobs.Reports;

/// <summary>Numbers as a report shows them.</summary>
public static class Figures
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>"1,234,567".</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1,234,567 (1.2 MiB)"; small ones alone with "B".</summary>
    public static string Bytes(long bytes)
    {
        if (bytes is > -1024 and < 1024) return $"{bytes} B";
        double shown = bytes;
        int unit = -1;
        while (Math.Abs(shown) >= 1024)
        {
            shown /= 1024;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B ({shown:0.0} {Units[unit]})");
    }

    /// <summary>"1.2 MiB/s".</summary>
    public static string Rate(double bytesPerSecond)
    {
        string[] units = ["B", .. Units];
        int unit = 0;
        for (; bytesPerSecond >= 1024; unit++) bytesPerSecond /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond:0.0} {units[unit]}/s");
    }

    /// <summary>"2 d 3 h 4 min", "1 min 7 s", "0.250 s".</summary>
    public static string Duration(TimeSpan span)
    {
        if (span < TimeSpan.FromMinutes(1)) return string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.000} s");
        (long Value, string Unit)[] parts = [((long)span.TotalDays, "d"), (span.Hours, "h"), (span.Minutes, "min"), (span.Seconds, "s")];
        return string.Join(' ', parts.Where(part => part.Value > 0).Select(part => $"{part.Value} {part.Unit}"));
    }
}
