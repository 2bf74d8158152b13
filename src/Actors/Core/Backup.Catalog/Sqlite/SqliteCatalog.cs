namespace Backup.Catalog.Sqlite;

/// <summary>The catalog in one SQLite file (WAL, every commit on stable storage before it is answered).</summary>
public static class SqliteCatalog
{
    /// <summary>
    /// Opens the catalog at a path, makes it where there is none, and brings an older one up to date. Refuses a file that is no catalog
    /// and a catalog of a newer version.
    /// </summary>
    public static ICatalog Open(string path) => throw new NotSupportedException(path);
}
