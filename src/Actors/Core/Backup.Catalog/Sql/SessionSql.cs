namespace Backup.Catalog.Sql;

/// <summary>Statements about sessions, their commit points, needs and notes.</summary>
internal static class SessionSql
{
    private const string Columns = """
        SELECT s.id AS Id, s.guid AS Guid, s.job_id AS Job, j.name AS JobName, s.catalogued_data AS CataloguedData,
               s.catalogued_index AS CataloguedIndex, s.verdict AS Verdict, s.ended AS Ended, s.root AS Root,
               s.sealed_data AS SealedData, s.sealed_index AS SealedIndex, s.entries AS Entries, s.files_saved AS FilesSaved,
               s.bytes_read AS BytesRead, s.bytes_sent AS BytesSent, s.data_records AS DataRecords, s.nodes AS Nodes,
               s.unsaved AS Unsaved, s.warnings AS Warnings
        FROM session s LEFT JOIN job j ON j.id = s.job_id
        """;

    public const string Find = Columns + "\nWHERE s.guid = @guid";
    public const string FindOfJob = Columns + "\nWHERE s.job_id = @job";

    public const string Create = """
        INSERT INTO session (guid, job_id, catalogued_data, catalogued_index) VALUES (@guid, @job, 0, 0) RETURNING id
        """;

    public const string GiveJob = "UPDATE session SET job_id = @job WHERE id = @id";
    public const string LastPath = "SELECT last_path FROM commit_point WHERE session_id = @id AND to_data = @data AND to_index = @index";

    public const string FindCommit = """
        SELECT to_data AS ToData, to_index AS ToIndex FROM commit_point WHERE session_id = @id AND from_data = @data AND from_index = @index
        """;

    public const string AddCommit = """
        INSERT INTO commit_point (session_id, from_data, from_index, to_data, to_index, last_path, committed, volume_id, last_block,
            segment, last_file)
        VALUES (@id, @fromData, @fromIndex, @toData, @toIndex, @lastPath, @committed, @volume, @lastBlock, @segment, @lastFile)
        """;

    public const string Segments = """
        SELECT v.life AS Life, c.segment AS Segment, c.last_file AS LastFile, c.from_data AS FromData, c.from_index AS FromIndex,
               c.to_data AS ToData, c.to_index AS ToIndex
        FROM commit_point c JOIN volume v ON v.id = c.volume_id
        WHERE c.session_id = @id ORDER BY c.from_data, c.from_index
        """;

    public const string Catalogued = "UPDATE session SET catalogued_data = @data, catalogued_index = @index WHERE id = @id";

    public const string Span = """
        INSERT INTO session_volume (session_id, volume_id, first_block, last_block, from_data, from_index)
        VALUES (@id, @volume, @first, @last, @fromData, @fromIndex)
        ON CONFLICT (session_id, volume_id) DO UPDATE SET
            first_block = CASE WHEN excluded.first_block < session_volume.first_block THEN excluded.first_block ELSE
                session_volume.first_block END,
            last_block = CASE WHEN excluded.last_block > session_volume.last_block THEN excluded.last_block ELSE
                session_volume.last_block END,
            from_index = CASE WHEN excluded.from_data < session_volume.from_data
                                OR (excluded.from_data = session_volume.from_data AND excluded.from_index < session_volume.from_index)
                              THEN excluded.from_index ELSE session_volume.from_index END,
            from_data = CASE WHEN excluded.from_data < session_volume.from_data THEN excluded.from_data ELSE session_volume.from_data END
        """;

    public const string AddUnsaved = """
        INSERT INTO unsaved (session_id, from_index, ordinal, path, reason, detail) VALUES (@id, @from, @ordinal, @path, @reason, @detail)
        ON CONFLICT DO NOTHING
        """;

    public const string Unsaved = """
        SELECT u.path AS Path, u.reason AS Reason, u.detail AS Detail FROM unsaved u JOIN session s ON s.id = u.session_id
        WHERE s.job_id = @job ORDER BY u.from_index, u.ordinal LIMIT @limit OFFSET @skip
        """;

    public const string UnsavedCount = "SELECT COUNT(*) FROM unsaved u JOIN session s ON s.id = u.session_id WHERE s.job_id = @job";

    public const string End = """
        UPDATE session SET verdict = @verdict, failure = @failure, ended = @ended, sealed_data = @sealedData, sealed_index = @sealedIndex,
            stored_data = @storedData, stored_index = @storedIndex, data_records_stored = @dataRecordsStored, bytes_stored = @bytesStored,
            root = @root, scan_started = @scanStarted, scan_ended = @scanEnded, entries = @entries, files_saved = @filesSaved,
            bytes_read = @bytesRead, bytes_sent = @bytesSent, data_records = @dataRecords, nodes = @nodes, unsaved = @unsaved,
            warnings = @warnings
        WHERE id = @id
        """;

    public const string SameEnd = """
        SELECT COUNT(*) FROM session WHERE id = @id AND verdict = @verdict AND ended = @ended AND sealed_data = @sealedData
            AND sealed_index = @sealedIndex AND stored_data = @storedData AND stored_index = @storedIndex AND root = @root
        """;

    public const string AddNeed =
        "INSERT INTO need (session_id, needed, files, bytes, nodes) VALUES (@id, @needed, @files, @bytes, @nodes)";

    public const string Needs = """
        SELECT n.needed AS Needed, n.files AS Files, n.bytes AS Bytes, n.nodes AS Nodes, h.id AS Holder, h.job_id AS Job,
               CASE WHEN h.sealed_data = h.catalogued_data AND h.sealed_index = h.catalogued_index THEN 1 ELSE 0 END AS Whole
        FROM session s JOIN need n ON n.session_id = s.id LEFT JOIN session h ON h.guid = n.needed
        WHERE s.job_id = @job ORDER BY COALESCE(h.job_id, 0), n.needed
        """;

    public const string Volumes = """
        SELECT v.name AS Name, v.life AS Life, v.state AS State, p.name AS Pool, v.storage AS Storage,
               sv.first_block AS FirstBlock, sv.last_block AS LastBlock
        FROM session_volume sv JOIN volume v ON v.id = sv.volume_id JOIN pool p ON p.id = v.pool_id
        WHERE sv.session_id = @id ORDER BY sv.from_data, sv.from_index, v.id
        """;
}
