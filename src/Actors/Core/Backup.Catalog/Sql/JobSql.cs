namespace Backup.Catalog.Sql;

/// <summary>Statements about jobs.</summary>
internal static class JobSql
{
    public const string Name = "SELECT name FROM job WHERE id = @id";

    public const string Create = """
        INSERT INTO job (name, type, level_asked, level, client_id, fileset_id, state, reason, scheduled, started, ended,
                         files, bytes, reference_job_id, joins_references, user_name)
        VALUES (@name, @type, @level, @level, @client, @fileset, @state, '', @scheduled, NULL, NULL, 0, 0, NULL, @joins, @user)
        RETURNING id
        """;

    public const string Import = """
        INSERT INTO job (id, name, type, level_asked, level, client_id, fileset_id, state, reason, scheduled, started, ended,
                         files, bytes, reference_job_id, joins_references, user_name)
        VALUES (@id, @name, @type, @levelAsked, @level, @client, @fileset, @state, '', @scheduled, @started, NULL, 0, 0, @reference,
            @joins, @user)
        """;

    public const string Update = """
        UPDATE job SET state = COALESCE(@state, state), reason = COALESCE(@reason, reason), level = COALESCE(@level, level),
                       started = COALESCE(started, @started), reference_job_id = COALESCE(@reference, reference_job_id)
        WHERE id = @id
        """;

    public const string TakeLabel = """
        UPDATE job SET level = @level, level_asked = @levelAsked, client_id = @client, fileset_id = @fileset, scheduled = @scheduled,
                       started = @started, reference_job_id = @reference, joins_references = @joins, user_name = @user
        WHERE id = @id
        """;

    public const string End =
        "UPDATE job SET state = @state, reason = @reason, ended = @ended, files = @files, bytes = @bytes WHERE id = @id";

    public const string EndFound = "UPDATE job SET state = @state, ended = @ended WHERE id = @id AND state = @found AND ended IS NULL";

    public const string State =
        "SELECT name AS Name, state AS State, (SELECT guid FROM session WHERE job_id = job.id) AS Session FROM job WHERE id = @id";

    private const string Columns = """
        SELECT j.id AS Id, j.name AS Name, j.type AS Type, j.level_asked AS LevelAsked, j.level AS Level, c.name AS Client,
               f.name AS FileSet, f.hash AS FileSetHash, j.state AS State, j.reason AS Reason, j.scheduled AS Scheduled,
               j.started AS Started,
               j.ended AS Ended, COALESCE(s.files_saved, j.files) AS Files, COALESCE(s.bytes_sent, j.bytes) AS Bytes,
               j.reference_job_id AS ReferenceJob, j.joins_references AS JoinsReferences, j.user_name AS UserName,
               s.guid AS Session, s.root AS Root, s.scan_started AS ScanStarted,
               CASE WHEN s.sealed_data = s.catalogued_data AND s.sealed_index = s.catalogued_index THEN 1 ELSE 0 END AS Whole
        FROM job j JOIN client c ON c.id = j.client_id
             LEFT JOIN fileset f ON f.id = j.fileset_id
             LEFT JOIN session s ON s.job_id = j.id
        """;

    public const string List = Columns + """

        WHERE (@id IS NULL OR j.id = @id) AND (@name IS NULL OR j.name = @name) AND (@client IS NULL OR c.name = @client)
          AND (@fileset IS NULL OR f.name = @fileset) AND (@type IS NULL OR j.type = @type) AND (@level IS NULL OR j.level = @level)
          AND (@state IS NULL OR j.state = @state) AND (@from IS NULL OR j.scheduled >= @from) AND (@until IS NULL OR j.scheduled <= @until)
          AND (@volume IS NULL OR s.id IN (SELECT sv.session_id FROM session_volume sv JOIN volume v ON v.id = sv.volume_id WHERE
              v.name = @volume))
        ORDER BY j.id DESC LIMIT @limit
        """;

    public const string Find = Columns + "\nWHERE j.id = @id";

    public const string Candidates = Columns + """

        WHERE j.name = @name AND c.name = @client AND j.type = 'B'
        ORDER BY j.id DESC LIMIT @limit
        """;

    public const string RestorePoint = Columns + """

        WHERE c.name = @client AND (@fileset IS NULL OR f.name = @fileset) AND j.type = 'B' AND j.state IN ('T', 'W') AND j.level <> 'S'
          AND s.sealed_data = s.catalogued_data AND s.sealed_index = s.catalogued_index AND s.scan_started <= @asOf
        ORDER BY s.scan_started DESC, j.id DESC LIMIT 1
        """;

    /// <summary>Of the jobs that <paramref name="among"/> says: a condition on s.job_id and @jobs.</summary>
    public static string MediaOf(string among) => $"""
        SELECT s.job_id AS Job, v.name AS Volume, p.name AS Pool
        FROM session s JOIN session_volume sv ON sv.session_id = s.id JOIN volume v ON v.id = sv.volume_id JOIN pool p ON p.id = v.pool_id
        WHERE s.job_id {among} ORDER BY s.job_id, sv.from_data, sv.from_index, v.id
        """;
}
