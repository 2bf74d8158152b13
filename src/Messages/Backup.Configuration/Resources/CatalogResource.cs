namespace Backup.Configuration.Resources;

/// <summary>How the connection to the catalog's database server is protected.</summary>
public enum CatalogTls
{
    Disable,
    Require,
    Verify,
}

/// <summary>
/// The PostgreSQL database of catalog and journal. Host is a name, an address or the folder of a unix socket. The password file is a path,
/// relative ones the host program's to resolve; null where the environment or the server's rules decide; so is the TLS root file.
/// </summary>
public sealed record CatalogResource(
    string Name,
    string Host,
    int Port,
    string Database,
    string User,
    string? PasswordFile,
    CatalogTls Tls,
    int ConnectionsMax,
    string? TlsRootFile = null);

/// <summary>The kind of resource that says where the catalog is.</summary>
internal static class CatalogKind
{
    public static readonly ResourceKind Catalog = new("Catalog",
        "The PostgreSQL database of catalog and journal; without one both are SQLite files in the data directory.",
    [
        new("host", KeyType.Text, "Name or address of the server, or the folder of its unix socket.", Required: true),
        new("port", KeyType.Number(1, 65_535), "Its port.", "5432"),
        new("database", KeyType.Text, "The database.", "backup"),
        new("user", KeyType.Text, "Who asks it.", "backup"),
        new("password-file", KeyType.Text, "File whose first line is the password, readable for its owner alone; relative to the data "
            + "directory. Without it PGPASSWORD or PGPASSFILE of the node's environment."),
        new("tls", KeyType.Word(CatalogTls.Disable, CatalogTls.Require, CatalogTls.Verify),
            "Whether the connection is encrypted, and the server's certificate checked.", "Verify"),
        new("tls-root-file", KeyType.Text, "PEM file of the authority that signed the server's certificate, for tls = Verify; relative to "
            + "the data directory. Without it the file of PGSSLROOTCERT in the node's environment, or the host's trust store."),
        new("connections-max", KeyType.Number(4, 1000), "The most connections of the catalog, and of the journal, at the same time.", "10"),
    ]);

    public static CatalogResource Read(ResourceValues catalog) => new(
        catalog.Name,
        catalog.Get<string>("host"),
        catalog.Get<int>("port"),
        catalog.Get<string>("database"),
        catalog.Get<string>("user"),
        catalog.Text("password-file"),
        catalog.Get<CatalogTls>("tls"),
        catalog.Get<int>("connections-max"),
        catalog.Text("tls-root-file"));

    /// <summary>What each Catalog resource says that cannot be: a second one, TLS over a unix socket, a root that nothing asks.</summary>
    public static (string Key, string Text)? Mistake(ResourceValues catalog, ResourceSet resources)
    {
        ResourceValues first = resources.Of(Catalog).First();
        if (!ReferenceEquals(first, catalog)) return ("", $"there is one catalog, and {first.Name} is it; take one of the two away");
        bool socket = catalog.Text("host")?.StartsWith('/') ?? false;
        if (socket && catalog.Find("tls") is not CatalogTls.Disable) return ("tls", "a unix socket has no TLS; write tls = Disable");
        return catalog.Text("tls-root-file") is not null && catalog.Get<CatalogTls>("tls") != CatalogTls.Verify
            ? ("tls-root-file", "tls-root-file is asked by tls = Verify alone; write that, or take it away") : null;
    }
}
