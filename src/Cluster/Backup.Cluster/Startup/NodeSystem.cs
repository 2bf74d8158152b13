using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Backup.Cluster.Wire;
using Backup.Messages.Wire;
using Microsoft.Data.Sqlite;

namespace Backup.Cluster.Startup;

/// <summary>Makes the actor system of a node: settings, protocols, journal.</summary>
public static class NodeSystem
{
    /// <summary>The name every member of one installation shares.</summary>
    public const string Name = "backup";

    /// <summary>
    /// A system whose persistent actors live in the given SQLite file. Throws <see cref="JournalException"/> with one line where the file
    /// cannot be used.
    /// </summary>
    public static ActorSystem Create(WireMap protocols, string journalFile)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = journalFile, Pooling = true }.ToString();
        PrepareJournal(journalFile, connection);
        Config config = ConfigurationFactory.ParseString(
                Resource("persistence-sqlite.conf")
                    .Replace("${backup.journal.connection-string}", $"\"{Escape(connection)}\"", StringComparison.Ordinal))
            .WithFallback(ConfigurationFactory.ParseString(Resource("reference.conf")))
            .WithFallback(SqlPersistence.DefaultConfiguration);
        return ActorSystem.Create(Name, Setup(protocols, config));
    }

    /// <summary>A system without a journal, for a client node.</summary>
    public static ActorSystem CreateWithoutJournal(string name, WireMap protocols) =>
        ActorSystem.Create(name, Setup(protocols, ConfigurationFactory.ParseString(Resource("reference.conf"))));

    private static ActorSystemSetup Setup(WireMap protocols, Config config) => ActorSystemSetup.Create(
        BootstrapSetup.Create().WithConfig(config), new WireSetup(protocols), WireSetup.Serialization(protocols));

    /// <summary>WAL stays in the file once set; the journal's own connections keep SQLite's default synchronous=FULL.</summary>
    private static void PrepareJournal(string file, string connectionString)
    {
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL";
            command.ExecuteScalar();
        }
        catch (SqliteException e)
        {
            throw new JournalException($"the journal {file} cannot be used: {e.Message}; move it away or restore it, then start again", e);
        }
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Resource(string name)
    {
        using Stream stream = typeof(NodeSystem).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>The actors' journal cannot be used; one line for the operator.</summary>
public sealed class JournalException(string message, Exception inner) : IOException(message, inner);
