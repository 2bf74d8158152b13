namespace Backup.Catalog.Sql;

/// <summary>Statements about counters.</summary>
internal static class CounterSql
{
    public const string List = "SELECT name AS Name, value AS Value, drawn AS Drawn FROM counter ORDER BY name";
    public const string Value = "SELECT value FROM counter WHERE name = @name";
    public const string Keep = """
        INSERT INTO counter (name, value, drawn) VALUES (@name, @value, @at)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, drawn = excluded.drawn
        """;
}
