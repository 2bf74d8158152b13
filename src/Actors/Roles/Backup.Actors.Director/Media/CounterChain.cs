using Backup.Catalog.Counters;
using Backup.Configuration.Resources;

namespace Backup.Actors.Director.Media;

/// <summary>A counter, and after it those that it moves when it begins anew.</summary>
internal static class CounterChain
{
    /// <summary>The configuration has no circles.</summary>
    public static IReadOnlyList<CounterRule> Of(string name, IReadOnlyDictionary<string, CounterResource> counters)
    {
        var chain = new List<CounterRule>();
        for (string? at = name; at is not null; at = counters[at].WrapCounter)
            chain.Add(new CounterRule(at, counters[at].Minimum, counters[at].Maximum));
        return chain;
    }
}
