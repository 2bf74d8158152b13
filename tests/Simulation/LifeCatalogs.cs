using Backup.Catalog;
using Backup.Catalog.Sqlite;
using Microsoft.Data.Sqlite;

namespace Backup.Tests.Simulation;

/// <summary>
/// Catalogs that one life after the other has for itself, empty each time: to open one, and to prepare its statements, was a seventh of a
/// life's cost. Their files are in memory and go with the process.
/// </summary>
internal static class LifeCatalogs
{
    private static readonly Lock Lending = new();
    private static readonly Stack<Lent> Idle = new();
    private static string? _folder;
    private static int _made;

    public static Lent Take()
    {
        lock (Lending)
        {
            return Idle.TryPop(out Lent? idle) ? idle : new Lent(Path.Combine(_folder ??= MakeFolder(), $"catalog-{++_made}"));
        }
    }

    private static string MakeFolder()
    {
        string folder = LifeFolder.Take();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <summary>One catalog until it is given back. It is not closed: whoever wants to see it closed makes one of its own.</summary>
    internal sealed class Lent(string path) : IDisposable
    {
        /// <summary>All that was ever written is taken out; counters begin anew, the epoch is before the first.</summary>
        private const string Tables = """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT IN ('schema_version', 'epoch') AND name NOT GLOB 'sqlite_*'
            """;

        private string? _emptying;

        public ICatalog Catalog { get; } = SqliteCatalog.Open(path);

        public void Dispose()
        {
            using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False");
            connection.Open();
            _emptying ??= string.Join(" ", Names(connection).Select(table => $"DELETE FROM {table};"));
            using SqliteCommand empty = connection.CreateCommand();
            empty.CommandText = $"BEGIN; {_emptying} DELETE FROM sqlite_sequence; UPDATE epoch SET epoch = 0; COMMIT";
            empty.ExecuteNonQuery();
            lock (Lending) Idle.Push(this);
        }

        private static List<string> Names(SqliteConnection connection)
        {
            using SqliteCommand list = connection.CreateCommand();
            list.CommandText = Tables;
            using SqliteDataReader rows = list.ExecuteReader();
            var names = new List<string>();
            while (rows.Read()) names.Add(rows.GetString(0));
            return names;
        }
    }
}
