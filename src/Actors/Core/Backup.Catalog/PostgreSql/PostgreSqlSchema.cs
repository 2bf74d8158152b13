using Backup.Catalog.Sql;

namespace Backup.Catalog.PostgreSql;

/// <summary>
/// Statements as PostgreSQL wants them. Names are found by the connection's search path, which is the catalog's schema.
/// </summary>
internal static class PostgreSqlSchema
{
    /// <summary>One step a version; a step that was released never changes. Version 1 has what SQLite's versions 1 and 2 have.</summary>
    public static readonly IReadOnlyList<string> Steps = [PostgreSqlTables.Version1, PostgreSqlTables.Version2, PostgreSqlTables.Version3];

    public static int Version => Steps.Count;

    public static readonly IReadOnlyList<string> Tables =
    [
        "installation", "client", "fileset", "pool", "volume", "job", "session", "need", "session_volume", "commit_point", "unsaved",
        "node", "node_holder", "job_log", "audit", "epoch", "configuration", "configuration_text", "configuration_deed",
        "counter",
    ];

    public const string Encoding = "SELECT current_setting('server_encoding')";
    public const string LockSchema = "SELECT pg_advisory_xact_lock(hashtextextended('backup catalog ' || @schema, 0))::text";
    public const string HasSchema = "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = @schema)";
    public const string HasVersions = "SELECT to_regclass('schema_version') IS NOT NULL";
    public const string CountTables =
        "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @schema";
    public const string MakeVersionTable = "CREATE TABLE schema_version (version INTEGER PRIMARY KEY)";
    public const string ReadVersion = "SELECT MAX(version) FROM schema_version";
    public const string WriteVersion = "INSERT INTO schema_version (version) VALUES (@version)";

    public const string TransactionId = "SELECT pg_current_xact_id_if_assigned()::text";
    public const string TransactionState = "SELECT pg_xact_status(CAST(@id AS xid8))";

    public const string WaitAtServer = "SELECT pg_sleep(0.1)::text";

    public const string HoldEpoch = EpochSql.Current + " FOR SHARE";

    /// <summary>The parameter is one array.</summary>
    public const string AmongJobs = "= ANY (@jobs)";

    /// <summary>
    /// Nobody makes a job between the look at the sequence and its move; a sequence that was never used gives its present value next.
    /// </summary>
    public const string KeepJobIdsAbove = """
        LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE;
        SELECT setval('job_id_seq', @used) FROM job_id_seq WHERE last_value < @used OR (last_value = @used AND NOT is_called)
        """;

    /// <summary>Rows on their way into place: a connection's own, never written to the log.</summary>
    public const string MakeStaging = """
        CREATE TEMPORARY TABLE IF NOT EXISTS node_coming (hash BYTEA NOT NULL, body BYTEA NOT NULL) ON COMMIT DELETE ROWS;
        ALTER TABLE node_coming ALTER COLUMN body SET STORAGE EXTERNAL;
        CREATE TEMPORARY TABLE IF NOT EXISTS unsaved_coming (
            from_index BIGINT NOT NULL, ordinal BIGINT NOT NULL, path BYTEA NOT NULL, reason BIGINT NOT NULL, detail TEXT NOT NULL)
            ON COMMIT DELETE ROWS;
        """;

    public const string CopyNodes = "COPY node_coming (hash, body) FROM STDIN (FORMAT BINARY)";
    public const string PlaceNodes = """
        INSERT INTO node (hash, body) SELECT c.hash, c.body FROM node_coming c
        WHERE NOT EXISTS (SELECT 1 FROM node n WHERE n.hash = c.hash) ON CONFLICT (hash) DO NOTHING
        """;
    public const string PlaceHolders = """
        INSERT INTO node_holder (node_id, session_id) SELECT n.id, @session FROM node_coming c JOIN node n ON n.hash = c.hash
        ON CONFLICT DO NOTHING
        """;

    public const string CopyUnsaved = "COPY unsaved_coming (from_index, ordinal, path, reason, detail) FROM STDIN (FORMAT BINARY)";
    public const string PlaceUnsaved = """
        INSERT INTO unsaved (session_id, from_index, ordinal, path, reason, detail)
        SELECT @session, from_index, ordinal, path, reason, detail FROM unsaved_coming ON CONFLICT DO NOTHING
        """;

    /// <summary>An identifier of our own configuration's, quoted as the standard says.</summary>
    public static string MakeSchema(string schema) => $"CREATE SCHEMA \"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Reads every row with all it has stored elsewhere; pages are checked where the server keeps checksums.</summary>
    public static string ReadWhole(string table) => $"SELECT COALESCE(SUM(LENGTH(t::text)), 0)::bigint FROM {table} t";
}
