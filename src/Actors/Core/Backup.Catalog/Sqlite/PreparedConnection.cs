using System.Data;
using Microsoft.Data.Sqlite;

namespace Backup.Catalog.Sqlite;

/// <summary>
/// A connection that keeps the statements of its commands prepared, by their text: parsing and planning take SQLite longer than running
/// most of the catalog's statements. One thread at a time, as with any connection.
/// </summary>
internal sealed class PreparedConnection(string connectionText) : SqliteConnection(connectionText)
{
    /// <summary>Statements that are kept; the catalog has some eighty, and some whose text depends on a number of values.</summary>
    private const int KeptMax = 200;

    private readonly Dictionary<string, SqliteCommand> _kept = new(StringComparer.Ordinal);

    public override SqliteCommand CreateCommand() => new Borrower(this) { Connection = this, Transaction = Transaction };

    private SqliteCommand Lend(SqliteCommand to)
    {
        string text = to.CommandText;
        if (!_kept.Remove(text, out SqliteCommand? statement)) statement = new SqliteCommand(text, this);
        statement.Transaction = to.Transaction;
        statement.CommandTimeout = to.CommandTimeout;
        foreach (SqliteParameter parameter in to.Parameters) statement.Parameters.Add(parameter);
        return statement;
    }

    private void TakeBack(SqliteCommand statement)
    {
        statement.Parameters.Clear();
        statement.Transaction = null;
        if (_kept.Count >= KeptMax || !_kept.TryAdd(statement.CommandText, statement)) statement.Dispose();
    }

    /// <summary>A command as its user knows it. From its first run to its end it has a kept statement for itself. All other ways to run
    /// it come to the one below.</summary>
    private sealed class Borrower(PreparedConnection home) : SqliteCommand
    {
        private SqliteCommand? _statement;
        private SqliteDataReader? _rows;

        public override SqliteDataReader ExecuteReader(CommandBehavior behavior)
        {
            SqliteCommand statement = _statement ??= home.Lend(this);
            try
            {
                return _rows = statement.ExecuteReader(behavior);
            }
            catch (SqliteException)
            {
                _statement = null; // how far it came is not known
                statement.Dispose();
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && _statement is { } statement)
            {
                _statement = null;
                _rows?.Dispose();
                if (home.State == ConnectionState.Open) home.TakeBack(statement);
                else statement.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
