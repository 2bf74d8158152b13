using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Backup.Catalog.PostgreSql;

/// <summary>No connection could be had: nothing was asked yet.</summary>
internal sealed class NotConnectedException(NpgsqlException inner) : DbException(inner.Message, inner);

/// <summary>The server went away while it was to commit, and nobody can be asked what became of it.</summary>
internal sealed class OutcomeUnknownException(DbException inner) : DbException(inner.Message, inner);

/// <summary>What PostgreSQL's errors mean, in the operator's words. Codes: appendix A of its documentation.</summary>
internal sealed class PostgreSqlErrors(PostgreSqlOptions options)
{
    private string Here => $"PostgreSQL at {options.Server}";

    public (CatalogFault Fault, string Reason) Explain(DbException error) => error switch
    {
        NotConnectedException { InnerException: NpgsqlException inner } => Explain(inner),
        OutcomeUnknownException => (CatalogFault.Unavailable,
            $"{Here} went away while it was to commit; whether that was done is not known; look before it is asked again"),
        PostgresException e => Answered(e),
        _ => Unanswered(error),
    };

    private (CatalogFault, string) Answered(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword => (CatalogFault.Unusable,
            $"{Here} refuses user {options.User}: wrong password; look at password-file, or set it with ALTER ROLE"),
        PostgresErrorCodes.InvalidAuthorizationSpecification => (CatalogFault.Unusable,
            $"{Here} refuses user {options.User}: {Line(e)}; look at the role and at the server's pg_hba.conf"),
        PostgresErrorCodes.InvalidCatalogName => (CatalogFault.Unusable,
            $"{Here} has no database {options.Database}; make it: createdb -O {options.User} -E UTF8 {options.Database}"),
        PostgresErrorCodes.InsufficientPrivilege => (CatalogFault.Unusable,
            $"{Here}: user {options.User} has not the right it needs in database {options.Database} ({Line(e)});"
            + $" GRANT CREATE, TEMPORARY ON DATABASE {options.Database} TO {options.User}"),
        PostgresErrorCodes.DiskFull => (
            CatalogFault.Unavailable, $"{Here} has no room ({Line(e)}); make room on its disk, then it goes on"),
        PostgresErrorCodes.TooManyConnections => (CatalogFault.Unavailable,
            $"{Here} takes no more connections ({Line(e)}); lower connections-max or raise the server's max_connections"),
        PostgresErrorCodes.ReadOnlySqlTransaction => (CatalogFault.Unavailable,
            $"{Here} takes no writes (a standby, or default_transaction_read_only); name the primary"),
        PostgresErrorCodes.CannotConnectNow => (CatalogFault.Unavailable, $"{Here} is starting or stopping ({Line(e)}); try again"),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => (CatalogFault.Unavailable,
            $"{Here}: other writers were in the way again and again ({Line(e)}); try again"),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (CatalogFault.Unusable,
            $"database {options.Database} of {Here} is damaged ({Line(e)}); restore it, or rebuild it with 'backup-volume scan'"),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => (CatalogFault.Unusable,
            $"schema {options.Schema} in database {options.Database} of {Here} is not as it was made ({Line(e)}); restore it"),
        ['2', '3', ..] or ['2', '2', ..] => (CatalogFault.Refused, Line(e)),
        ['5', '7', ..] => (CatalogFault.Unavailable, $"{Here} ended the connection ({Line(e)}); try again"),
        _ => (CatalogFault.Unavailable, $"{Here}: {Line(e)} ({e.SqlState})"),
    };

    private (CatalogFault, string) Unanswered(DbException error)
    {
        Exception root = error.GetBaseException();
        if (root is SocketException)
        {
            return (CatalogFault.Unavailable,
                $"{Here} cannot be reached ({Line(root)}); start it, or correct host and port of the Catalog resource");
        }
        if (root is AuthenticationException && options.Tls == PostgreSqlTls.Verify)
        {
            return (CatalogFault.Unusable, $"{Here} shows a certificate that is not to be trusted ({Line(root)}): it must name "
                + $"{options.Host} and be signed by {options.RootFile ?? "an authority that this host trusts"}; "
                + "correct host, tls-root-file or the server's certificate");
        }
        if (root is AuthenticationException || error.Message.Contains("SSL", StringComparison.Ordinal))
        {
            return (CatalogFault.Unusable, $"{Here}: no TLS as tls={Word(options.Tls)} wants it ({Line(root)}); "
                + "look at the server's ssl settings and certificate, or at tls of the Catalog resource");
        }
        if (error.Message.Contains("pool has been exhausted", StringComparison.Ordinal))
        {
            return (CatalogFault.Unavailable,
                $"all {options.ConnectionsMax} connections to {Here} are in use; raise connections-max of the Catalog resource");
        }
        if (error.Message.Contains("password", StringComparison.OrdinalIgnoreCase))
            return (CatalogFault.Unusable, $"{Here} wants a password for user {options.User}; name its file with password-file");
        return root is TimeoutException
            ? (CatalogFault.Unavailable, $"{Here} does not answer ({Line(root)}); look at its load and its locks")
            : (CatalogFault.Unavailable, $"the connection to {Here} broke ({Line(root)}); try again");
    }

    public static bool IsBroken(DbException error) =>
        error is NpgsqlException and not PostgresException && error.GetBaseException() is not TimeoutException
        || error is PostgresException { SqlState: ['5', '7', 'P', '0', '1' or '2' or '3'] };

    private static string Word(PostgreSqlTls tls) => tls switch
    {
        PostgreSqlTls.Require => "require",
        PostgreSqlTls.Verify => "verify",
        _ => "disable",
    };

    private static string Line(Exception e) => (e is PostgresException answered ? answered.MessageText : e.Message).ReplaceLineEndings(" ");
}
