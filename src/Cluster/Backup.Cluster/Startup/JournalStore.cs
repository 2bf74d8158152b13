using Akka.Configuration;
using Akka.Persistence.Sql;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Backup.Cluster.Startup;

/// <summary>Where the events of persistent actors are kept: an SQLite file, or a schema of a PostgreSQL database.</summary>
public abstract class JournalStore
{
    private protected JournalStore()
    {
    }

    /// <summary>A journal in an SQLite file of its own.</summary>
    public static JournalStore InFile(string path) => new SqliteJournal(path);

    /// <summary>
    /// A journal in a PostgreSQL database. The connection text says the schema by its search path and has the password; the server is
    /// named as <paramref name="shownAs"/> where something is said of it.
    /// </summary>
    public static JournalStore InPostgreSql(string connectionText, string shownAs) => new PostgreSqlJournal(connectionText, shownAs);

    /// <summary>
    /// Akka's settings for it, after a look whether it can be used at all; throws <see cref="JournalException"/> with one line where not.
    /// </summary>
    internal abstract Config Settings();

    private protected static Config Filled(string resource, string connectionText) => ConfigurationFactory.ParseString(
            NodeSystem.Resource(resource).Replace(
                "${backup.journal.connection-string}", NodeSystem.Quoted(connectionText), StringComparison.Ordinal))
        .WithFallback(SqlPersistence.DefaultConfiguration);
}

internal sealed class SqliteJournal(string path) : JournalStore
{
    /// <summary>
    /// WAL stays in the file once set; the journal's own connections keep SQLite's default synchronous=FULL. That first write goes
    /// through a rollback journal, whose removal EXTRA waits for: left to come back after a loss of power, it takes the file back to
    /// nothing, and all that WAL has since.
    /// </summary>
    internal override Config Settings()
    {
        var connectionText = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true }.ToString();
        try
        {
            using var connection = new SqliteConnection(connectionText);
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous=EXTRA; PRAGMA journal_mode=WAL";
            command.ExecuteScalar();
        }
        catch (SqliteException e)
        {
            throw new JournalException($"the journal {path} cannot be used: {e.Message}; move it away or restore it, then start again", e);
        }
        return Filled("persistence-sqlite.conf", connectionText);
    }
}

internal sealed class PostgreSqlJournal(string connectionText, string shownAs) : JournalStore
{
    /// <summary>The plugin makes its tables, but no schema; two nodes that start at once must not both make it.</summary>
    private const string MakeSchema = """
        DO $$ BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('backup journal', 0));
            IF to_regnamespace('{0}') IS NULL THEN CREATE SCHEMA {0}; END IF;
        END $$
        """;

    internal override Config Settings()
    {
        try
        {
            string schema = new NpgsqlConnectionStringBuilder(connectionText).SearchPath ?? "public";
            using var connection = new NpgsqlConnection(connectionText);
            connection.Open();
            using var command = new NpgsqlCommand(MakeSchema.Replace("{0}", schema, StringComparison.Ordinal), connection);
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException e)
        {
            throw new JournalException($"the journal in {shownAs} cannot be used: {Line(e)}; put that right, then start again", e);
        }
        return Filled("persistence-postgresql.conf", connectionText);
    }

    private static string Line(NpgsqlException e) =>
        (e is PostgresException answered ? answered.MessageText : e.GetBaseException().Message).ReplaceLineEndings(" ");
}
