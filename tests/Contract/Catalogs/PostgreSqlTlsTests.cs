using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Catalog;
using Backup.Catalog.PostgreSql;
using Backup.TestKit.PostgreSql;
using Npgsql;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>A catalog on a server that speaks TLS, with a certificate made here.</summary>
public sealed class PostgreSqlTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backup-pgtls-").FullName;
    private readonly PostgreSqlServer _server = PostgreSqlServer.StartOwn();
    private readonly PostgreSqlOptions _plain;
    private readonly string _root, _otherRoot;

    public PostgreSqlTlsTests()
    {
        _plain = _server.NewDatabase();
        using ECDsa authority = ECDsa.Create(ECCurve.NamedCurves.nistP256), other = ECDsa.Create(ECCurve.NamedCurves.nistP256),
            key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 root = Root(authority), otherRoot = Root(other), certificate = Signed(root, key);
        _root = Written("root.pem", root);
        _otherRoot = Written("other.pem", otherRoot);
        _server.ServeTls(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    [Fact]
    [Trait("Req", "CAT-19")]
    public void A_catalog_is_reached_by_TLS_whoever_answers_where_that_is_enough_and_with_proof_where_it_is_not()
    {
        foreach (PostgreSqlOptions place in (PostgreSqlOptions[])
                 [_plain with { Tls = PostgreSqlTls.Require }, _plain with { Tls = PostgreSqlTls.Verify, RootFile = _root }])
        {
            using ICatalog catalog = PostgreSqlCatalog.Open(place);
            Assert.True(catalog.Epochs.Take() > 0);
            Assert.True(IsEncrypted(place));
        }
    }

    [Fact]
    [Trait("Req", "CAT-19")]
    public void A_server_with_another_authoritys_certificate_is_refused_in_one_line()
    {
        string line = Refusal(_plain with { Tls = PostgreSqlTls.Verify, RootFile = _otherRoot });

        Assert.Contains("shows a certificate that is not to be trusted", line, StringComparison.Ordinal);
        Assert.Contains($"be signed by {_otherRoot}", line, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "CAT-19")]
    public void A_server_under_a_name_that_its_certificate_has_not_is_refused_in_one_line()
    {
        string line = Refusal(_plain with { Tls = PostgreSqlTls.Verify, RootFile = _root, Host = "localhost" });

        Assert.Contains("it must name localhost", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_in_plain_text_is_refused_where_the_server_wants_TLS() =>
        Assert.Contains("pg_hba.conf", Refusal(_plain), StringComparison.Ordinal);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Refusal(PostgreSqlOptions place)
    {
        CatalogException refused = Assert.Throws<CatalogException>(() => PostgreSqlCatalog.Open(place));
        Assert.Equal(CatalogFault.Unusable, refused.Fault);
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }

    private static bool IsEncrypted(PostgreSqlOptions place)
    {
        using var connection = new NpgsqlConnection(place.ConnectionText() + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", connection);
        return (bool)command.ExecuteScalar()!;
    }

    private string Written(string name, X509Certificate2 certificate)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }

    private static X509Certificate2 Root(ECDsa key)
    {
        var request = new CertificateRequest("CN=a test's authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>It names the address and no host.</summary>
    private static X509Certificate2 Signed(X509Certificate2 root, ECDsa key)
    {
        var request = new CertificateRequest("CN=a test's server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), [7]);
    }
}
