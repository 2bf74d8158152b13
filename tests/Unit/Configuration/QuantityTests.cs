using Backup.Configuration.Resources;

namespace Backup.Tests.Unit.Configuration;

public class QuantityTests
{
    [Theory]
    [Trait("Req", "CFG-06")]
    [InlineData("10", 10)]
    [InlineData("10k", 10240)]
    [InlineData("10kb", 10000)]
    [InlineData("10 KiB", 10240)]
    [InlineData("1.5 GiB", 1610612736)]
    [InlineData("2 TB", 2_000_000_000_000)]
    [InlineData("1 GiB 512 MiB", 1610612736)]
    [InlineData("7 EiB", 7L << 60)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void ParseSize_takes_decimal_and_binary_units(string text, long bytes) => Assert.Equal(bytes, Quantities.ParseSize(text));

    [Theory]
    [Trait("Req", "CFG-06")]
    [InlineData("10x", "'x' in '10x' is no unit of size")]
    [InlineData("8 EiB", "more than can be counted")]
    [InlineData("99999999999999999999999999999999", "is not a size")]
    [InlineData("-1", "is not a size; for example '10 GiB'")]
    [InlineData("", "is not a size")]
    [InlineData("GiB", "is not a size")]
    [InlineData("10 GiB 5 5", "is not a size")]
    public void ParseSize_refuses_in_words(string text, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => Quantities.ParseSize(text)).Message, StringComparison.Ordinal);

    [Theory]
    [Trait("Req", "CFG-05")]
    [InlineData("90 s", 90)]
    [InlineData("1 hour 30 min", 5400)]
    [InlineData("2 weeks", 1209600)]
    [InlineData("1.5 d", 129600)]
    [InlineData("7 days", 604800)]
    [InlineData("500ms", 0.5)]
    public void ParseDuration_takes_units_and_sums(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Quantities.ParseDuration(text));

    [Theory]
    [Trait("Req", "CFG-05")]
    [InlineData("90", "'90' may mean 90 seconds or 90 minutes; write '90 s' or '90 min'")]
    [InlineData("5 m", "'5 m': 'm' may mean minutes or months; write '5 min' or '150 d'")]
    [InlineData("1 h 30", "may mean 30 seconds or 30 minutes")]
    [InlineData("5 parsecs", "'parsecs' in '5 parsecs' is no unit of time; units: ms, s, min, h, d, w")]
    [InlineData("-5 s", "is not a duration; for example '30 min'")]
    [InlineData("99999999999999999 w", "more than can be counted")]
    public void ParseDuration_refuses_in_words(string text, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => Quantities.ParseDuration(text)).Message, StringComparison.Ordinal);
}
