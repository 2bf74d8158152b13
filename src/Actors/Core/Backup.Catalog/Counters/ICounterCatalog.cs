using Backup.Messages.Values;

namespace Backup.Catalog.Counters;

/// <summary>A counter that numbers were drawn from: the last of them, and when.</summary>
public sealed record CounterRow(string Name, long Value, Instant Drawn);

/// <summary>How a counter counts: from Minimum to Maximum, and then from Minimum again.</summary>
public sealed record CounterRule(string Name, long Minimum, long Maximum)
{
    /// <summary>What comes after the last number, null where none was drawn yet, and whether the counter began anew for it. Pure.</summary>
    public (long Value, bool Anew) After(long? last) => last switch
    {
        null => (Minimum, false),
        { } value when value >= Maximum => (Minimum, true),
        { } value => (Math.Max(value + 1, Minimum), false),
    };
}

/// <summary>
/// Counters that are kept: no number is given twice before its counter begins anew, whoever draws and whatever stops in between.
/// </summary>
public interface ICounterCatalog
{
    /// <summary>Every counter that was ever drawn from, by name.</summary>
    IReadOnlyList<CounterRow> List();

    /// <summary>
    /// The next number of the first counter. Where a counter begins anew, the one after it is counted up too; all in one transaction.
    /// </summary>
    long Draw(IReadOnlyList<CounterRule> chain, Instant at);
}
