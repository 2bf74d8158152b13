using Backup.Catalog.Sql;

namespace Backup.Catalog.Sqlite;

/// <summary>
/// Where the file is, the most bytes it may have (null: no limit but the disk's), and seconds to wait for another process's lock.
/// </summary>
public sealed record SqliteCatalogOptions(string Path, long? BytesMax = null, int BusySeconds = 10);

/// <summary>The catalog in one SQLite file (WAL, every commit on stable storage before it is answered).</summary>
public static class SqliteCatalog
{
    /// <summary>
    /// Opens the catalog at a path, makes it where there is none, and brings an older one up to date. Refuses a file that is no catalog
    /// and a catalog of a newer version.
    /// </summary>
    public static ICatalog Open(string path) => Open(new SqliteCatalogOptions(path));

    public static ICatalog Open(SqliteCatalogOptions options) => new SqlCatalog(new SqliteEngine(options));
}
