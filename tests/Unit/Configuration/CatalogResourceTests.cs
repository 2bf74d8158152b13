using Backup.Configuration;
using Backup.Configuration.Resources;

namespace Backup.Tests.Unit.Configuration;

[Trait("Req", "CFG-02")]
public class CatalogResourceTests
{
    private static ConfigurationResult Load(string text) => BackupConfiguration.Load([new ConfigurationText("a.conf", text)]);

    [Fact]
    public void Without_one_catalog_and_journal_are_files() => Assert.Null(Load("Director { d { } }").Model!.Catalog);

    [Fact]
    [Trait("Req", "CAT-19")]
    public void Everything_but_the_host_has_a_default_and_the_default_checks_the_certificate() => Assert.Equal(
        new CatalogResource("main", "db1", 5432, "backup", "backup", null, CatalogTls.Verify, 10),
        Load("Catalog { main { host = db1 } }").Model!.Catalog);

    [Fact]
    public void Every_key_is_read() => Assert.Equal(
        new CatalogResource("main", "/run/postgresql", 5433, "b", "u", "pw", CatalogTls.Disable, 20),
        Load("Catalog { main { host = \"/run/postgresql\", port = 5433, database = b, user = u, password-file = pw, tls = disable, "
            + "connections-max = 20 } }").Model!.Catalog);

    [Fact]
    [Trait("Req", "CAT-19")]
    public void The_authority_of_the_servers_certificate_is_a_file() => Assert.Equal(
        "root.pem", Load("Catalog { main { host = db1, tls-root-file = root.pem } }").Model!.Catalog!.TlsRootFile);

    [Theory]
    [InlineData("Catalog { a { host = x }, b { host = y } }",
        "a.conf:1:27: Catalog b: there is one catalog, and a is it; take one of the two away")]
    [InlineData("Catalog { a { } }",
        "a.conf:1:11: Catalog a: host is missing: Name or address of the server, or the folder of its unix socket.")]
    [InlineData("Catalog { a { host = \"/run/postgresql\" } }", "a.conf:1:11: Catalog a: a unix socket has no TLS; write tls = Disable")]
    [InlineData("Catalog { a { host = x, password = y } }",
        "a.conf:1:25: Catalog a: 'password' is no key of a Catalog; known: host, port, database, user, password-file, tls, "
            + "tls-root-file, connections-max")]
    [InlineData("Catalog { a { host = x, tls = Require, tls-root-file = r } }",
        "a.conf:1:40: Catalog a: tls-root-file is asked by tls = Verify alone; write that, or take it away")]
    [InlineData("Catalog { a { host = x, tls = on } }",
        "a.conf:1:31: Catalog a: tls: 'on' is not known here; known: Disable, Require, Verify")]
    public void A_mistake_is_told_with_its_place_and_what_would_be_right(string text, string mistake) =>
        Assert.Equal(mistake, Assert.Single(Load(text).Mistakes).ToString());
}
