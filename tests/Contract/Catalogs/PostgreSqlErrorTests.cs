using System.Net;
using System.Net.Sockets;
using Backup.Catalog;
using Backup.Catalog.PostgreSql;
using Backup.TestKit.PostgreSql;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>What an operator reads when the database cannot be used as the configuration says.</summary>
public sealed class PostgreSqlErrorTests
{
    private static PostgreSqlServer Server => PostgreSqlServer.Shared;

    [Fact]
    public void A_server_that_is_not_there_is_named_with_its_address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Fails(Server.Database("postgres") with { Port = port }, CatalogFault.Unavailable,
            $"127.0.0.1:{port} cannot be reached", "start it");
    }

    [Fact]
    public void A_wrong_password_is_said_and_not_shown() =>
        Fails(Server.Database("postgres") with { Password = "s3cret-words" }, CatalogFault.Unusable, "wrong password", "password-file");

    [Fact]
    public void A_password_that_is_missing_is_asked_for() =>
        Fails(Server.Database("postgres") with { Password = null }, CatalogFault.Unusable, "wants a password", "password-file");

    [Fact]
    public void A_database_that_is_not_there_comes_with_the_command_that_makes_it() =>
        Fails(Server.Database("nowhere"), CatalogFault.Unusable, "no database nowhere", "createdb -O backup -E UTF8 nowhere");

    [Fact]
    public void A_database_of_another_encoding_is_refused()
    {
        PostgreSqlOptions database = Server.NewDatabase();
        Server.Execute("postgres", $"CREATE DATABASE {database.Database}_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        Fails(database with { Database = database.Database + "_latin" }, CatalogFault.Unusable, "encoding LATIN1", "UTF8");
    }

    [Fact]
    public void A_user_without_the_right_to_create_gets_the_grant_to_give()
    {
        PostgreSqlOptions database = Server.NewDatabase();
        string role = "poor_" + database.Database;
        Server.Execute("postgres", $"CREATE ROLE {role} LOGIN PASSWORD 'x'");
        Fails(database with { User = role, Password = "x" }, CatalogFault.Unusable,
            "permission denied", $"GRANT CREATE, TEMPORARY ON DATABASE {database.Database} TO {role}");
    }

    [Fact]
    public void A_user_with_that_grant_alone_makes_and_uses_a_catalog()
    {
        PostgreSqlOptions database = Server.NewDatabase();
        string role = "plain_" + database.Database;
        Server.Execute("postgres", $"CREATE ROLE {role} LOGIN PASSWORD 'x';"
            + $" GRANT CREATE, TEMPORARY ON DATABASE {database.Database} TO {role}");
        using ICatalog catalog = PostgreSqlCatalog.Open(database with { User = role, Password = "x" });
        PostgreSqlCatalogTests.Fill(catalog, new(1));
        Assert.Empty(catalog.Check());
    }

    [Theory]
    [InlineData(PostgreSqlTls.Require, "tls=require")]
    [InlineData(PostgreSqlTls.Verify, "tls=verify")]
    public void A_server_without_TLS_is_refused_where_TLS_is_wanted(PostgreSqlTls tls, string words) =>
        Fails(Server.Database("postgres") with { Tls = tls }, CatalogFault.Unusable, words, "ssl settings");

    [Fact]
    public void Too_few_connections_say_which_key_to_raise()
    {
        PostgreSqlOptions place = Server.NewSchema() with { ConnectionsMax = 1, ConnectSeconds = 1 };
        using ICatalog catalog = PostgreSqlCatalog.Open(place);
        catalog.Volumes.RecordPool("Daily"); // the writer keeps the only one
        CatalogException e = Assert.Throws<CatalogException>(catalog.Volumes.Pools);
        Assert.Equal(CatalogFault.Unavailable, e.Fault);
        Assert.Contains("raise connections-max", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://backup@host", "no address")]
    [InlineData("postgresql://host/backup", "no address")]
    [InlineData("postgresql://backup@host/a/b", "no address")]
    [InlineData("postgresql://backup:s3cret@host/backup", "PGPASSFILE")]
    [InlineData("postgresql://backup@host/backup?tls=maybe", "?tls=disable, require or verify")]
    public void An_address_that_is_none_is_refused(string address, string words)
    {
        CatalogException e = Assert.Throws<CatalogException>(() => CatalogPlace.Open(address));
        Assert.Equal(CatalogFault.Refused, e.Fault);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.Message, StringComparison.Ordinal);
    }

    private static void Fails(PostgreSqlOptions options, CatalogFault fault, params string[] words)
    {
        CatalogException e = Assert.Throws<CatalogException>(() => PostgreSqlCatalog.Open(options));
        Assert.DoesNotContain('\n', e.Message);
        foreach (string word in words) Assert.Contains(word, e.Message, StringComparison.Ordinal);
        Assert.Equal(fault, e.Fault);
        if (options.Password is not { Length: > 3 } password) return;
        Assert.DoesNotContain(password, e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(password, options.ToString(), StringComparison.Ordinal);
    }
}
