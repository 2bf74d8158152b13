namespace Backup.Catalog.Sql;

/// <summary>Statements about tree nodes.</summary>
internal static class NodeSql
{
    public const string IdOf = "SELECT id FROM node WHERE hash = @hash";
    public const string Add = "INSERT INTO node (hash, body) VALUES (@hash, @body) RETURNING id";
    public const string AddHolder = "INSERT INTO node_holder (node_id, session_id) VALUES (@node, @session) ON CONFLICT DO NOTHING";
    public const string CountHeld = "SELECT COUNT(*) FROM node_holder WHERE session_id = @session";
    public const string Body = "SELECT body FROM node WHERE hash = @hash";

    public const string Holder = """
        SELECT s.guid FROM node n JOIN node_holder h ON h.node_id = n.id JOIN session s ON s.id = h.session_id
        WHERE n.hash = @hash
        ORDER BY CASE WHEN s.guid IN (SELECT needed FROM need JOIN session r ON r.id = need.session_id WHERE r.job_id = @reference)
            THEN 0 ELSE 1 END,
                 CASE WHEN s.verdict IN ('T', 'W') THEN 0 ELSE 1 END, s.job_id DESC NULLS LAST LIMIT 1
        """;
}
