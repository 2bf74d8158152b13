namespace Backup.Catalog.Sql;

/// <summary>Statements about versions of the configuration and what was done with them.</summary>
internal static class ConfigurationSql
{
    public const string Add =
        "INSERT INTO configuration (added, user_name, comment) VALUES (@added, @user, @comment) RETURNING version";
    public const string AddText = "INSERT INTO configuration_text (version, ordinal, name, body) VALUES (@version, @ordinal, @name, @body)";
    public const string Exists = "SELECT COUNT(*) FROM configuration WHERE version = @version";
    public const string AddDeed = """
        INSERT INTO configuration_deed (version, what, user_name, at, comment) VALUES (@version, @what, @user, @at, @comment)
        """;

    public const string InForce = "SELECT version FROM configuration_deed WHERE what = 'in force' ORDER BY id DESC LIMIT 1";

    private const string Columns = """
        SELECT c.version AS Version, c.added AS Added, c.user_name AS UserName, c.comment AS Comment,
               CASE WHEN c.version = (SELECT d.version FROM configuration_deed d WHERE d.what = 'in force' ORDER BY d.id DESC LIMIT 1)
                    THEN 1 ELSE 0 END AS InForce
        FROM configuration c
        """;

    public const string Find = Columns + "\nWHERE c.version = @version";
    public const string List = Columns + "\nORDER BY c.version DESC LIMIT @limit";
    public const string Texts = "SELECT name AS Name, body AS Body FROM configuration_text WHERE version = @version ORDER BY ordinal";

    public const string Deeds = """
        SELECT version AS Version, what AS What, user_name AS UserName, at AS At, comment AS Comment
        FROM configuration_deed ORDER BY id DESC LIMIT @limit
        """;
}
