using Backup.Catalog.Sql;

namespace Backup.Catalog.PostgreSql;

/// <summary>The catalog in a PostgreSQL database, in a schema of its own. Several processes may have it open.</summary>
public static class PostgreSqlCatalog
{
    /// <summary>
    /// Opens the catalog, makes it where there is none, and brings an older one up to date. Refuses a schema that is no catalog and a
    /// catalog of a newer version.
    /// </summary>
    public static ICatalog Open(PostgreSqlOptions options) => new SqlCatalog(new PostgreSqlEngine(options));
}
