namespace Backup.Catalog.Sql;

/// <summary>
/// What a dump reads, table by table, in an order of natural keys. Living is what lies on volumes that can still be read: a session with a
/// span on a volume that is not an earlier life.
/// </summary>
internal static class DumpSql
{
    private const string Living = """
        WITH living AS (
            SELECT s.* FROM session s WHERE s.id IN (
                SELECT sv.session_id FROM session_volume sv JOIN volume v ON v.id = sv.volume_id WHERE v.state <> 'Recycled'))

        """;

    public const string Installation = "SELECT guid AS guid FROM installation";

    public const string Clients = Living + """
        SELECT DISTINCT c.name AS name FROM living s JOIN job j ON j.id = s.job_id JOIN client c ON c.id = j.client_id ORDER BY c.name
        """;

    public const string FileSets = Living + """
        SELECT DISTINCT f.name AS name, f.hash AS hash, f.text AS text
        FROM living s JOIN job j ON j.id = s.job_id JOIN fileset f ON f.id = j.fileset_id ORDER BY f.name, f.hash
        """;

    public const string Volumes = """
        SELECT v.name AS name, v.life AS life, p.name AS pool, v.storage AS storage, v.labelled AS labelled,
               CASE WHEN v.state = 'Full' THEN 1 ELSE 0 END AS is_full, v.first_written AS first_written, v.last_written AS last_written,
               v.bytes AS bytes, v.blocks AS blocks
        FROM volume v JOIN pool p ON p.id = v.pool_id WHERE v.state <> 'Recycled' ORDER BY v.name
        """;

    public const string Jobs = Living + """
        SELECT j.id AS job, j.name AS name, j.type AS type, j.level_asked AS level_asked, j.level AS level, c.name AS client,
               f.name AS fileset, f.hash AS fileset_hash, j.scheduled AS scheduled, j.started AS started,
               j.reference_job_id AS reference_job, j.joins_references AS joins_references, j.user_name AS user_name, s.guid AS session
        FROM living s JOIN job j ON j.id = s.job_id JOIN client c ON c.id = j.client_id LEFT JOIN fileset f ON f.id = j.fileset_id
        ORDER BY j.id
        """;

    public const string Sessions = Living + """
        SELECT s.guid AS session, s.job_id AS job, s.catalogued_data, s.catalogued_index, COALESCE(s.verdict, 'I') AS verdict,
            s.failure, s.ended,
               s.sealed_data, s.sealed_index, s.stored_data, s.stored_index, s.data_records_stored, s.bytes_stored, s.root, s.scan_started,
               s.scan_ended, s.entries, s.files_saved, s.bytes_read, s.bytes_sent, s.data_records, s.nodes, s.unsaved, s.warnings
        FROM living s ORDER BY s.guid
        """;

    public const string Needs = Living + """
        SELECT s.guid AS session, n.needed, n.files, n.bytes, n.nodes FROM living s JOIN need n ON n.session_id = s.id ORDER BY s.guid,
            n.needed
        """;

    public const string Spans = """
        SELECT s.guid AS session, v.life AS life, sv.first_block, sv.last_block, sv.from_data, sv.from_index
        FROM session_volume sv JOIN session s ON s.id = sv.session_id JOIN volume v ON v.id = sv.volume_id
        WHERE v.state <> 'Recycled' ORDER BY s.guid, sv.from_data, sv.from_index, v.life
        """;

    public const string Commits = """
        SELECT s.guid AS session, c.from_data, c.from_index, c.to_data, c.to_index, c.last_path, c.committed, v.life AS life, c.last_block,
            c.segment, c.last_file
        FROM commit_point c JOIN session s ON s.id = c.session_id JOIN volume v ON v.id = c.volume_id
        WHERE v.state <> 'Recycled' ORDER BY s.guid, c.from_data, c.from_index
        """;

    public const string Unsaved = Living + """
        SELECT s.guid AS session, u.from_index, u.ordinal, u.path, u.reason, u.detail
        FROM living s JOIN unsaved u ON u.session_id = s.id ORDER BY s.guid, u.from_index, u.ordinal
        """;

    public const string Nodes = Living + """
        SELECT n.hash AS node, s.guid AS session
        FROM living s JOIN node_holder h ON h.session_id = s.id JOIN node n ON n.id = h.node_id ORDER BY n.hash, s.guid
        """;
}
