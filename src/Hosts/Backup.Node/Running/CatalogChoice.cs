using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Catalog;
using Backup.Catalog.PostgreSql;
using Backup.Catalog.Sqlite;
using Backup.Cluster.Startup;
using Backup.Configuration.Resources;

namespace Backup.Node.Running;

/// <summary>
/// Where a director's catalog and journal are: in the database of the Catalog resource, or in files of its data directory.
/// </summary>
internal static class CatalogChoice
{
    private const string JournalSchema = "backup_journal";

    /// <summary>A password of more bytes is some other file.</summary>
    private const int PasswordFileBytesMax = 4096;

    private const UnixFileMode OthersMayRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static ICatalog Open(NodeSettings settings)
    {
        if (Database(settings) is { } database) return PostgreSqlCatalog.Open(database);
        Directory.CreateDirectory(Path.GetDirectoryName(settings.CatalogFile)!);
        return SqliteCatalog.Open(settings.CatalogFile);
    }

    public static JournalStore Journal(NodeSettings settings)
    {
        if (Database(settings) is { } database)
            return JournalStore.InPostgreSql((database with { Schema = JournalSchema }).ConnectionText(), database.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(settings.JournalFile)!);
        return JournalStore.InFile(settings.JournalFile);
    }

    private static PostgreSqlOptions? Database(NodeSettings settings) => settings.Configuration.Catalog is not { } catalog ? null
        : new PostgreSqlOptions(
            catalog.Host, catalog.Port, catalog.Database, catalog.User, Password(catalog, settings.Data), TlsOf(catalog),
            catalog.ConnectionsMax, RootFile: RootFile(catalog, settings.Data));

    private static PostgreSqlTls TlsOf(CatalogResource catalog) => catalog.Tls switch
    {
        CatalogTls.Disable => PostgreSqlTls.Disable,
        CatalogTls.Require => PostgreSqlTls.Require,
        _ => PostgreSqlTls.Verify,
    };

    private static string? RootFile(CatalogResource catalog, string data)
    {
        if (catalog.TlsRootFile is null) return null;
        string file = Path.GetFullPath(catalog.TlsRootFile, data);
        string Refusal(string what) => $"tls-root-file {file} of Catalog {catalog.Name} {what}";
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            return roots.Count > 0 ? file : throw new NodeRefusedException(Refusal("has no certificate in PEM"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new NodeRefusedException(Refusal($"cannot be read: {e.Message}"));
        }
    }

    private static string? Password(CatalogResource catalog, string data)
    {
        if (catalog.PasswordFile is null) return null;
        string file = Path.GetFullPath(catalog.PasswordFile, data);
        string Refusal(string what) => $"password-file {file} of Catalog {catalog.Name} {what}";
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OthersMayRead) != 0)
                throw new NodeRefusedException(Refusal("may be read by others; chmod 600 it"));
            if (new FileInfo(file).Length > PasswordFileBytesMax)
                throw new NodeRefusedException(Refusal("is too large; its first line is the password"));
            return File.ReadLines(file).FirstOrDefault() is { Length: > 0 } password ? password
                : throw new NodeRefusedException(Refusal("is empty; its first line is the password"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeRefusedException(Refusal($"cannot be read: {e.Message}"));
        }
    }
}
