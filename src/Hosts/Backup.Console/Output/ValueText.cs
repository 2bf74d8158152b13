using System.Globalization;
using System.Text;
using Backup.Commands;

namespace Backup.Consoles.Output;

/// <summary>Values as a person reads them. Sizes have binary units, times are in the given zone.</summary>
internal static class ValueText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Of(ApiValue value, ColumnType type, TimeZoneInfo zone) => (value.Kind, type) switch
    {
        (ApiValueKind.Nothing, _) => "-",
        (ApiValueKind.Text, ColumnType.Time) => Time(value.Text!, zone),
        (ApiValueKind.Text, ColumnType.Any) => Time(value.Text!, zone),
        (ApiValueKind.Text, _) => Clean(value.Text!),
        (ApiValueKind.Truth, _) => value.Truth ? "yes" : "no",
        (_, ColumnType.Rate) => $"{Bytes(value.Real)}/s",
        (_, ColumnType.Bytes) => Bytes(value.Real),
        (_, ColumnType.Duration) => Duration(value.Real),
        (ApiValueKind.Number, ColumnType.Id) => value.Number.ToString(CultureInfo.InvariantCulture),
        (ApiValueKind.Number, _) => Count(value.Number),
        _ => value.Real.ToString("#,0.##", CultureInfo.InvariantCulture),
    };

    public static bool IsRightAligned(ColumnType type) =>
        type is ColumnType.Rate or ColumnType.Number or ColumnType.Id or ColumnType.Bytes or ColumnType.Duration;

    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"0 B", "428.4 KiB": four digits at most before the unit changes.</summary>
    public static string Bytes(double bytes)
    {
        int unit = 0;
        // 1023.95 and above would be shown as "1024.0" of the smaller unit.
        while (Math.Abs(bytes) >= (unit == 0 ? 1024 : 1023.95) && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }
        return $"{bytes.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>"0.25 s", "12 s", "3 min 05 s", "2 h 07 min", "3 d 04 h".</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || Math.Abs(seconds) > TimeSpan.MaxValue.TotalSeconds / 2) return "-";
        if (seconds < 0) return "-" + Duration(-seconds);
        if (seconds < 9.995) return $"{seconds.ToString("0.00", CultureInfo.InvariantCulture)} s";
        long whole = (long)Math.Round(seconds);
        return whole switch
        {
            < 60 => $"{whole} s",
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{whole / 60} min {whole % 60:00} s"),
            < 86_400 => string.Create(CultureInfo.InvariantCulture, $"{whole / 3600} h {whole / 60 % 60:00} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{whole / 86_400} d {whole / 3600 % 24:00} h"),
        };
    }

    /// <summary>ISO 8601 in UTC → the zone's "2026-11-23 00:42:57"; what is no such time stays as it came.</summary>
    public static string Time(string utc, TimeZoneInfo zone) =>
        DateTimeOffset.TryParseExact(utc, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time)
            ? TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : Clean(utc);

    /// <summary>
    /// Text that cannot act on the terminal: control and formatting characters become <c>\xHH</c>. Line ends stay where they are allowed.
    /// </summary>
    public static string Clean(string text, bool keepLines = false)
    {
        if (!text.Any(c => IsActing(c, keepLines))) return text;
        var clean = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (!IsActing(c, keepLines))
            {
                clean.Append(c);
                continue;
            }
            foreach (byte b in Encoding.UTF8.GetBytes([c])) clean.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }
        return clean.ToString();
    }

    private static bool IsActing(char c, bool keepLines) =>
        (char.IsControl(c) && !(keepLines && c is '\n' or '\t')) || char.GetUnicodeCategory(c) is UnicodeCategory.Format;
}
