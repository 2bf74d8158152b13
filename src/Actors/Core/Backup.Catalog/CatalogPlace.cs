using Backup.Catalog.PostgreSql;
using Backup.Catalog.Sqlite;

namespace Backup.Catalog;

/// <summary>
/// A catalog as an operator names it: an SQLite file, or postgresql://USER@HOST[:PORT]/DATABASE[?tls=disable|require|verify].
/// </summary>
public static class CatalogPlace
{
    private const string Scheme = "postgresql";

    /// <summary>
    /// Opens it as its engine does. A database's password comes from PGPASSWORD or PGPASSFILE; one in the address is refused, for others
    /// would see it.
    /// </summary>
    public static ICatalog Open(string place) => IsDatabase(place)
        ? PostgreSqlCatalog.Open(Database(place))
        : SqliteCatalog.Open(Path.GetFullPath(place));

    public static bool IsDatabase(string place) => place.StartsWith(Scheme + "://", StringComparison.Ordinal);

    internal static PostgreSqlOptions Database(string place)
    {
        bool read = Uri.TryCreate(place, UriKind.Absolute, out Uri? address);
        string database = read ? address!.AbsolutePath.TrimStart('/') : "";
        if (!read || address!.Host.Length == 0 || database.Length == 0 || database.Contains('/', StringComparison.Ordinal)
            || address.UserInfo.Length == 0)
            throw Refused("is no address; write postgresql://USER@HOST/DATABASE");
        if (address.UserInfo.Contains(':', StringComparison.Ordinal))
            throw new CatalogException(new CatalogWork("open"), CatalogFault.Refused,
                "the address has a password, which others would see; put it into PGPASSWORD or the file that PGPASSFILE names");
        PostgreSqlTls tls = address.Query switch
        {
            "?tls=disable" => PostgreSqlTls.Disable,
            "?tls=require" => PostgreSqlTls.Require,
            "" or "?tls=verify" => PostgreSqlTls.Verify,
            _ => throw Refused("says something other than ?tls=disable, require or verify"),
        };
        int port = address.Port > 0 ? address.Port : 5432;
        return new PostgreSqlOptions(
            address.Host, port, Uri.UnescapeDataString(database), Uri.UnescapeDataString(address.UserInfo), null, tls);

        CatalogException Refused(string what) => new(new CatalogWork("open"), CatalogFault.Refused, $"{place} {what}");
    }
}
