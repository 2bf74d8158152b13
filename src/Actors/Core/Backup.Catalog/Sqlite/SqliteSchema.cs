namespace Backup.Catalog.Sqlite;

/// <summary>
/// The tables as SQLite wants them, one step a version. A step that was released never changes; what is to be different is a further
/// step.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>"BCat" in the file's header (PRAGMA application_id): tells a catalog from any other SQLite file.</summary>
    public const int ApplicationId = 0x42436174;

    public static readonly IReadOnlyList<string> Steps = [Version1, Version2, Version3, Version4];

    public static int Version => Steps.Count;

    public const string MarkFile = "PRAGMA application_id = 1111712116";
    public const string ReadMark = "PRAGMA application_id";

    /// <summary>
    /// Nodes of some 3 KB waste a third of 4 KiB pages: 100,000 files took 85 bytes each, with 16 KiB pages 73, with 32 KiB 77.
    /// </summary>
    public const string SizePages = "PRAGMA page_size = 16384";
    public const string UseWriteAheadLog = "PRAGMA journal_mode = WAL";
    /// <summary>
    /// EXTRA is FULL, and waits for the removal of a rollback journal too: there is one when the file is made, and if it came back
    /// with a loss of
    /// power, it would take back all that was written since.
    /// </summary>
    public const string SyncEveryCommit = "PRAGMA synchronous = EXTRA";
    public const string PageBytes = "PRAGMA page_size";
    public const string LimitPages = "PRAGMA max_page_count = ";
    /// <summary>sqlite_sequence is AUTOINCREMENT's own table and may be written (sqlite.org/autoinc.html).</summary>
    public const string KeepJobIdsAbove =
        """
        INSERT INTO sqlite_sequence (name, seq) SELECT 'job', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'job');
        UPDATE sqlite_sequence SET seq = @used WHERE name = 'job' AND seq < @used;
        """;

    /// <summary>Dapper makes a list of parameters of it.</summary>
    public const string AmongJobs = "IN @jobs";

    public const string CheckPages = "PRAGMA integrity_check(10)";
    public const string CheckReferences =
        "SELECT 'a row of ' || \"table\" || ' refers to one of ' || parent || ' that is not there' FROM pragma_foreign_key_check LIMIT 10";
    public const string CountTables = "SELECT COUNT(*) FROM sqlite_schema";
    public const string ReadVersion = "SELECT MAX(version) FROM schema_version";
    public const string MakeVersionTable = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY) STRICT";
    public const string WriteVersion = "INSERT INTO schema_version (version) VALUES (@version)";

    private const string Version1 = """
        CREATE TABLE installation (
            only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
            guid BLOB NOT NULL) STRICT;

        CREATE TABLE client (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            platform BLOB,
            last_contact INTEGER) STRICT;

        CREATE TABLE fileset (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            hash BLOB NOT NULL,
            text TEXT NOT NULL,
            recorded INTEGER NOT NULL,
            UNIQUE (name, hash)) STRICT;

        CREATE TABLE pool (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE) STRICT;

        CREATE TABLE volume (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            life BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            pool_id INTEGER NOT NULL REFERENCES pool (id),
            storage TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            labelled INTEGER NOT NULL,
            first_written INTEGER,
            last_written INTEGER,
            bytes INTEGER NOT NULL,
            blocks INTEGER NOT NULL,
            capacity INTEGER) STRICT;
        CREATE INDEX volume_name ON volume (name, labelled);

        CREATE TABLE job (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            level_asked TEXT NOT NULL,
            level TEXT NOT NULL,
            client_id INTEGER NOT NULL REFERENCES client (id),
            fileset_id INTEGER REFERENCES fileset (id),
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            scheduled INTEGER NOT NULL,
            started INTEGER,
            ended INTEGER,
            files INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            reference_job_id INTEGER,
            joins_references INTEGER NOT NULL,
            user_name TEXT NOT NULL) STRICT;
        CREATE INDEX job_name ON job (name, client_id, id);
        CREATE INDEX job_client ON job (client_id, id);

        CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            guid BLOB NOT NULL UNIQUE,
            job_id INTEGER UNIQUE REFERENCES job (id),
            catalogued_data INTEGER NOT NULL,
            catalogued_index INTEGER NOT NULL,
            verdict TEXT,
            failure TEXT,
            ended INTEGER,
            sealed_data INTEGER,
            sealed_index INTEGER,
            stored_data INTEGER,
            stored_index INTEGER,
            data_records_stored INTEGER,
            bytes_stored INTEGER,
            root BLOB,
            scan_started INTEGER,
            scan_ended INTEGER,
            entries INTEGER,
            files_saved INTEGER,
            bytes_read INTEGER,
            bytes_sent INTEGER,
            data_records INTEGER,
            nodes INTEGER,
            unsaved INTEGER,
            warnings INTEGER) STRICT;

        CREATE TABLE need (
            session_id INTEGER NOT NULL REFERENCES session (id),
            needed BLOB NOT NULL,
            files INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            nodes INTEGER NOT NULL,
            PRIMARY KEY (session_id, needed)) STRICT, WITHOUT ROWID;
        CREATE INDEX need_needed ON need (needed);

        CREATE TABLE session_volume (
            session_id INTEGER NOT NULL REFERENCES session (id),
            volume_id INTEGER NOT NULL REFERENCES volume (id),
            first_block INTEGER NOT NULL,
            last_block INTEGER NOT NULL,
            from_data INTEGER NOT NULL,
            from_index INTEGER NOT NULL,
            PRIMARY KEY (session_id, volume_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX session_volume_volume ON session_volume (volume_id);

        CREATE TABLE commit_point (
            session_id INTEGER NOT NULL REFERENCES session (id),
            from_data INTEGER NOT NULL,
            from_index INTEGER NOT NULL,
            to_data INTEGER NOT NULL,
            to_index INTEGER NOT NULL,
            last_path TEXT,
            committed INTEGER NOT NULL,
            volume_id INTEGER NOT NULL REFERENCES volume (id),
            last_block INTEGER NOT NULL,
            PRIMARY KEY (session_id, from_data, from_index)) STRICT, WITHOUT ROWID;

        CREATE TABLE unsaved (
            session_id INTEGER NOT NULL REFERENCES session (id),
            from_index INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            path BLOB NOT NULL,
            reason INTEGER NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (session_id, from_index, ordinal)) STRICT, WITHOUT ROWID;

        CREATE TABLE node (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash BLOB NOT NULL UNIQUE,
            body BLOB NOT NULL) STRICT;

        CREATE TABLE node_holder (
            node_id INTEGER NOT NULL REFERENCES node (id),
            session_id INTEGER NOT NULL REFERENCES session (id),
            PRIMARY KEY (node_id, session_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX node_holder_session ON node_holder (session_id);

        CREATE TABLE job_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id INTEGER NOT NULL REFERENCES job (id),
            at INTEGER NOT NULL,
            text TEXT NOT NULL) STRICT;
        CREATE INDEX job_log_job ON job_log (job_id, id);

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            deed TEXT NOT NULL,
            outcome TEXT NOT NULL) STRICT;
        """;

    private const string Version2 = """
        CREATE TABLE epoch (
            only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
            epoch INTEGER NOT NULL) STRICT;
        INSERT INTO epoch (only_one, epoch) VALUES (1, 0);

        CREATE TABLE configuration (
            version INTEGER PRIMARY KEY AUTOINCREMENT,
            added INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            comment TEXT NOT NULL) STRICT;

        CREATE TABLE configuration_text (
            version INTEGER NOT NULL REFERENCES configuration (version),
            ordinal INTEGER NOT NULL,
            name TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (version, ordinal)) STRICT, WITHOUT ROWID;

        CREATE TABLE configuration_deed (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            version INTEGER NOT NULL REFERENCES configuration (version),
            what TEXT NOT NULL,
            user_name TEXT NOT NULL,
            at INTEGER NOT NULL,
            comment TEXT NOT NULL) STRICT;
        """;

    private const string Version3 = """
        CREATE TABLE counter (
            name TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL,
            drawn INTEGER NOT NULL) STRICT;
        """;

    private const string Version4 = """
        ALTER TABLE commit_point ADD COLUMN segment INTEGER;
        ALTER TABLE commit_point ADD COLUMN last_file INTEGER;
        """;
}
