namespace Backup.Catalog.Sql;

/// <summary>Statements about the installation, clients and FileSets.</summary>
internal static class ClientSql
{
    public const string Installation = "SELECT guid FROM installation";
    public const string SetInstallation = "INSERT INTO installation (only_one, guid) VALUES (1, @guid)";

    public const string Add = "INSERT INTO client (name) VALUES (@name) ON CONFLICT (name) DO NOTHING";
    public const string IdOf = "SELECT id FROM client WHERE name = @name";

    public const string Contact = """
        UPDATE client SET platform = @platform, last_contact = @at WHERE name = @name AND (last_contact IS NULL OR last_contact <= @at)
        """;

    public const string List = """
        SELECT name AS Name, platform AS Platform, last_contact AS LastContact FROM client WHERE (@name IS NULL OR name = @name)
        ORDER BY name
        """;

    public const string AddFileSet = """
        INSERT INTO fileset (name, hash, text, recorded) VALUES (@name, @hash, @text, @recorded) ON CONFLICT (name, hash) DO NOTHING
        """;

    public const string FileSetId = "SELECT id FROM fileset WHERE name = @name AND hash = @hash";

    public const string FileSets = """
        SELECT name AS Name, hash AS Hash, text AS Text, recorded AS Recorded FROM fileset
        WHERE (@name IS NULL OR name = @name) ORDER BY name, recorded DESC, id DESC
        """;
}
