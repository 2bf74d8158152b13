using System.Globalization;

namespace Backup.Tests.Simulation.Running;

/// <summary>How often each kind of fault was met.</summary>
internal sealed class FaultCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Add(string kind, long times = 1) => _counts[kind] = _counts.GetValueOrDefault(kind) + times;

    public void Add(FaultCounts others)
    {
        foreach ((string kind, long times) in others._counts) Add(kind, times);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static FaultCounts Parse(string text)
    {
        var counts = new FaultCounts();
        foreach (string part in text.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            if (part.LastIndexOf(' ') is var at and > 0) counts.Add(part[..at], long.Parse(part[(at + 1)..], CultureInfo.InvariantCulture));
        return counts;
    }

    public override string ToString() => string.Join(", ", _counts.Select(c => $"{c.Key} {c.Value}"));
}
