using Npgsql;

namespace Backup.Catalog.PostgreSql;

/// <summary>How the way to the server is protected.</summary>
public enum PostgreSqlTls
{
    /// <summary>Plain text.</summary>
    Disable,

    /// <summary>Encrypted; whoever answers is believed.</summary>
    Require,

    /// <summary>Encrypted, and the server's certificate must be trusted and name the host.</summary>
    Verify,
}

/// <summary>
/// Where a PostgreSQL database is and who asks it. Host is a name, an address, or the folder of a unix socket (an absolute path). The
/// password is null where the server asks for none. Tables are in the schema of the given name. ConnectSeconds is how long a connection is
/// waited for. RootFile is the PEM file of the authorities that <see cref="PostgreSqlTls.Verify"/> trusts; null where that is the file of
/// PGSSLROOTCERT, or the host's trust store.
/// </summary>
public sealed record PostgreSqlOptions(
    string Host,
    int Port,
    string Database,
    string User,
    string? Password = null,
    PostgreSqlTls Tls = PostgreSqlTls.Disable,
    int ConnectionsMax = 10,
    string Schema = PostgreSqlOptions.CatalogSchema,
    int ConnectSeconds = 15,
    string? RootFile = null)
{
    public const string CatalogSchema = "backup";

    /// <summary>Seconds to wait for the answer to one statement.</summary>
    private const int AnswerSeconds = 120;

    /// <summary>Statements that a connection keeps prepared; there are some eighty.</summary>
    private const int PreparedMax = 100;

    /// <summary>For error lines: the server, without user and password.</summary>
    public string Server => Host.StartsWith('/') ? $"{Host} (port {Port})" : $"{Host}:{Port}";

    /// <summary>What Npgsql connects by; it has the password, so it is for no log and no message.</summary>
    public string ConnectionText() => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Database = Database,
        Username = User,
        Password = Password,
        SslMode = Tls switch
        {
            PostgreSqlTls.Require => SslMode.Require,
            PostgreSqlTls.Verify => SslMode.VerifyFull,
            _ => SslMode.Disable,
        },
        RootCertificate = RootFile,
        SearchPath = Schema,
        ApplicationName = "backup-node",
        MaxPoolSize = ConnectionsMax,
        MaxAutoPrepare = PreparedMax,
        AutoPrepareMinUsages = 2,
        Timeout = ConnectSeconds,
        CommandTimeout = AnswerSeconds,
        TcpKeepAlive = true,
        Enlist = false,
    }.ToString();

    /// <summary>Without the password.</summary>
    public override string ToString() => $"PostgreSQL at {Server}, database {Database}, user {User}";
}
