namespace Backup.Catalog.Sql;

/// <summary>Statements about volumes and pools.</summary>
internal static class VolumeSql
{
    public const string AddPool = "INSERT INTO pool (name) VALUES (@name) ON CONFLICT (name) DO NOTHING";
    public const string PoolId = "SELECT id FROM pool WHERE name = @name";

    public const string Pools = """
        SELECT p.name AS Name, COUNT(v.id) AS Volumes, CAST(COALESCE(SUM(v.bytes), 0) AS BIGINT) AS Bytes
        FROM pool p LEFT JOIN volume v ON v.pool_id = p.id AND v.state <> 'Recycled' GROUP BY p.name ORDER BY p.name
        """;

    public const string Known = "SELECT id AS Id, name AS Name FROM volume WHERE life = @life";
    public const string NewestLife = "SELECT MAX(labelled) FROM volume WHERE name = @name";

    public const string Add = """
        INSERT INTO volume (life, name, pool_id, storage, state, reason, labelled, bytes, blocks)
        VALUES (@life, @name, @pool, @storage, @state, '', @labelled, 0, 0)
        """;

    public const string RecycleEarlier = "UPDATE volume SET state = 'Recycled', reason = '' WHERE name = @name AND labelled < @labelled";

    public const string Update = """
        UPDATE volume SET state = COALESCE(@state, state), reason = COALESCE(@reason, reason), pool_id = COALESCE(@pool, pool_id),
                          capacity = COALESCE(@capacity, capacity)
        WHERE life = @life
        """;

    public const string Count = """
        UPDATE volume SET blocks = CASE WHEN @blocks > blocks THEN @blocks ELSE blocks END,
                          bytes = CASE WHEN @bytes > bytes THEN @bytes ELSE bytes END,
                          first_written = CASE WHEN first_written IS NULL OR first_written > @at THEN @at ELSE first_written END,
                          last_written = CASE WHEN last_written IS NULL OR last_written < @last THEN @last ELSE last_written END
        WHERE id = @id
        """;

    private const string Columns = """
        SELECT v.name AS Name, v.life AS Life, p.name AS Pool, v.storage AS Storage, v.labelled AS Labelled, v.state AS State,
               v.reason AS Reason,
               v.first_written AS FirstWritten, v.last_written AS LastWritten, v.bytes AS Bytes, v.blocks AS Blocks, v.capacity AS Capacity,
               (SELECT COUNT(*) FROM session_volume sv WHERE sv.volume_id = v.id) AS Sessions
        FROM volume v JOIN pool p ON p.id = v.pool_id
        """;

    public const string FindByName = Columns + "\nWHERE v.name = @name ORDER BY v.labelled DESC LIMIT 1";
    public const string FindByLife = Columns + "\nWHERE v.life = @life";

    public const string List = Columns + """

        WHERE (@name IS NULL OR v.name = @name) AND (@pool IS NULL OR p.name = @pool) AND (@state IS NULL OR v.state = @state)
          AND (@earlier = 1 OR v.state <> 'Recycled')
          AND (@job IS NULL OR v.id IN (SELECT sv.volume_id FROM session_volume sv JOIN session s ON s.id = sv.session_id WHERE
              s.job_id = @job))
        ORDER BY v.name, v.labelled DESC LIMIT @limit
        """;
}
