using Backup.Messages.Ids;
using Backup.Volumes.Trees;
using Microsoft.Data.Sqlite;

namespace Backup.Actors.Client.Nodes;

/// <summary>
/// The tables of the node cache, each statement prepared once. Throws SqliteException for every fault of the file. One thread at a
/// time.
/// </summary>
internal sealed class NodeCacheTables : IDisposable
{
    /// <summary>One process uses the file, and has it locked while it is open: a lock for each read was a thirtieth of an
    /// Incremental's cost.</summary>
    private const string Lock = "PRAGMA locking_mode = EXCLUSIVE";

    private const string Schema = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 2000;
        CREATE TABLE IF NOT EXISTS node (id BLOB PRIMARY KEY, holder BLOB NOT NULL, used_day INTEGER NOT NULL, encoding BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS confirmed (session BLOB PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS complete (root BLOB PRIMARY KEY, used_day INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS node_by_use ON node (used_day);
        """;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    private NodeCacheTables(SqliteConnection connection) => _connection = connection;

    public readonly record struct Row(byte[] Encoding, long UsedDay);

    /// <summary>Null where the file cannot be used as it is.</summary>
    public static NodeCacheTables? TryOpen(string file)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            new FileInfo(file).Directory?.Create();
            connection.Open();
            foreach (string text in new[] { Lock, Schema }) // apart: errors behind a first row are not told
            {
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText = text;
                command.ExecuteNonQuery();
            }
            return new NodeCacheTables(connection);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            return null;
        }
    }

    public static void Delete(string file)
    {
        foreach (string end in new[] { "", "-wal", "-shm" })
        {
            try
            {
                File.Delete(file + end);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What cannot be deleted cannot be opened anew either, and that is said.
            }
        }
    }

    public Row? Find(NodeId id)
    {
        SqliteCommand command = Prepared("SELECT encoding, used_day FROM node WHERE id = $1", id.Value.ToArray());
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? new Row(reader.GetFieldValue<byte[]>(0), reader.GetInt64(1)) : null;
    }

    public SessionId? HolderOf(NodeId id) =>
        Prepared("SELECT holder FROM node WHERE id = $1", id.Value.ToArray()).ExecuteScalar() is byte[] { Length: SessionId.Size } holder
            ? SessionId.Read(holder)
            : null;

    public void Put(StoredNode node, long day) =>
        Prepared("INSERT INTO node (id, holder, used_day, encoding) VALUES ($1, $2, $3, $4) "
            + "ON CONFLICT (id) DO UPDATE SET holder = $2, used_day = $3, encoding = $4",
            node.Id.Value.ToArray(), BytesOf(node.Holder), day, node.Encoding).ExecuteNonQuery();

    public void Touch(NodeId id, long day) =>
        Prepared("UPDATE node SET used_day = $2 WHERE id = $1", id.Value.ToArray(), day).ExecuteNonQuery();

    public void Confirm(SessionId session) => Prepared("INSERT OR IGNORE INTO confirmed VALUES ($1)", BytesOf(session)).ExecuteNonQuery();

    public bool IsConfirmed(SessionId session) =>
        Prepared("SELECT 1 FROM confirmed WHERE session = $1", BytesOf(session)).ExecuteScalar() is not null;

    public void Complete(NodeId root, long day) =>
        Prepared("INSERT OR REPLACE INTO complete VALUES ($1, $2)", root.Value.ToArray(), day).ExecuteNonQuery();

    public bool IsComplete(NodeId root) =>
        Prepared("SELECT 1 FROM complete WHERE root = $1", root.Value.ToArray()).ExecuteScalar() is not null;

    public long Bytes() => (long)Prepared("SELECT coalesce(sum(length(encoding)), 0) FROM node").ExecuteScalar()!;

    public void DeleteUnusedSince(long day)
    {
        if (Prepared("DELETE FROM node WHERE used_day < $1", day).ExecuteNonQuery() > 0) ForgetComplete();
    }

    /// <summary>Deletes the day's worth of nodes that was used the longest ago; false where there are none.</summary>
    public bool DeleteLongestUnused()
    {
        int deleted = Prepared("DELETE FROM node WHERE used_day = (SELECT min(used_day) FROM node)").ExecuteNonQuery();
        ForgetComplete();
        return deleted > 0;
    }

    public void Begin() => Prepared("BEGIN IMMEDIATE").ExecuteNonQuery();

    public void Commit() => Prepared("COMMIT").ExecuteNonQuery();

    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    private void ForgetComplete() => Prepared("DELETE FROM complete").ExecuteNonQuery();

    private static byte[] BytesOf(SessionId session)
    {
        var bytes = new byte[SessionId.Size];
        session.Write(bytes);
        return bytes;
    }

    /// <summary>Statements are the constants above: their number is bounded.</summary>
    private SqliteCommand Prepared(string text, params object[] values)
    {
        if (!_commands.TryGetValue(text, out SqliteCommand? command))
        {
            command = _connection.CreateCommand();
            command.CommandText = text;
            for (int i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter($"${i + 1}", values[i]));
            command.Prepare();
            _commands[text] = command;
        }
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command;
    }
}
