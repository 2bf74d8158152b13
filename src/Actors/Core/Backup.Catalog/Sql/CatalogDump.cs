using System.Globalization;

namespace Backup.Catalog.Sql;

/// <summary>Writes the derived tables as lines "table field=value ...": bytes as hex, text quoted, nothing for what is not there.</summary>
internal static class CatalogDump
{
    private static readonly (string Table, string Sql)[] Tables =
    [
        ("installation", DumpSql.Installation),
        ("client", DumpSql.Clients),
        ("fileset", DumpSql.FileSets),
        ("volume", DumpSql.Volumes),
        ("job", DumpSql.Jobs),
        ("session", DumpSql.Sessions),
        ("need", DumpSql.Needs),
        ("span", DumpSql.Spans),
        ("commit", DumpSql.Commits),
        ("unsaved", DumpSql.Unsaved),
        ("node", DumpSql.Nodes),
    ];

    public static void Write(SqlUnit unit, TextWriter to)
    {
        foreach ((string table, string sql) in Tables)
        {
            foreach (IDictionary<string, object?> row in unit.Stream<dynamic>(sql))
            {
                to.Write(table);
                foreach ((string field, object? value) in row)
                    if (value is not null) to.Write($" {field}={Show(value)}");
                to.Write('\n');
            }
        }
    }

    private static string Show(object value) => value switch
    {
        byte[] bytes => Convert.ToHexStringLower(bytes),
        string text => '"' + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r") + '"',
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
