using Backup.Catalog.Sql;
using Backup.Messages.Values;

namespace Backup.Catalog.Counters;

/// <summary>Counters in SQL.</summary>
internal sealed class SqlCounters(SqlAccess access) : ICounterCatalog
{
    private sealed class CounterData
    {
        public string Name { get; set; } = "";
        public long Value { get; set; }
        public long Drawn { get; set; }
    }

    public IReadOnlyList<CounterRow> List() => access.Read(new CatalogWork("list counters"), unit =>
        (IReadOnlyList<CounterRow>)[.. unit.Rows<CounterData>(CounterSql.List)
            .Select(data => new CounterRow(data.Name, data.Value, SqlTime.From(data.Drawn)))]);

    public long Draw(IReadOnlyList<CounterRule> chain, Instant at) =>
        access.Write(new CatalogWork($"draw from counter {chain[0].Name}"), unit =>
        {
            long? drawn = null;
            foreach (CounterRule counter in chain)
            {
                (long value, bool anew) = counter.After(unit.One<long?>(CounterSql.Value, new { name = counter.Name }));
                unit.Execute(CounterSql.Keep, new { name = counter.Name, value, at = SqlTime.Of(at) });
                drawn ??= value;
                if (!anew) break;
            }
            return drawn!.Value;
        });
}
