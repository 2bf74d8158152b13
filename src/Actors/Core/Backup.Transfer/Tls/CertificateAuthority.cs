using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Ids;

namespace Backup.Transfer.Tls;

/// <summary>
/// An installation's own authority (P-256, SHA-256): signs certificates of its nodes and nothing else. Its key exists on the node where the
/// installation was made, and is held by this object only as long as it lives.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>How long a node's certificate is good where nobody says otherwise.</summary>
    public const int DaysDefault = 825;

    /// <summary>The longest a node's certificate may be good, days.</summary>
    public const int DaysMax = 3650;

    /// <summary>A host whose clock is behind by no more finds its new certificate valid.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    internal const string ServerUsage = "1.3.6.1.5.5.7.3.1"; // RFC 5280 id-kp-serverAuth
    internal const string ClientUsage = "1.3.6.1.5.5.7.3.2"; // RFC 5280 id-kp-clientAuth

    private const int AuthorityYears = 30;
    private const int SerialBytes = 16;

    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _clock;
    private readonly IEntropy _entropy;

    public CertificateAuthority(X509Certificate2 certificate, TimeProvider clock, IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!certificate.HasPrivateKey) throw new ArgumentException("an authority signs, so it has its key", nameof(certificate));
        _certificate = certificate;
        _clock = clock;
        _entropy = entropy;
    }

    /// <summary>The authority's certificate with its key.</summary>
    public X509Certificate2 Certificate => _certificate;

    public static CertificateAuthority Create(InstallationId installation, TimeProvider clock, IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(clock);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Backup authority, O={installation}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true)); // signs nodes, and no further authority
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = clock.GetUtcNow();
        return new CertificateAuthority(request.CreateSelfSigned(now - ClockSkew, now.AddYears(AuthorityYears)), clock, entropy);
    }

    /// <summary>Signs a node's certificate for the public key. It ends with the authority's at the latest.</summary>
    public X509Certificate2 Issue(NodeIdentity identity, PublicKey key, int days)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, DaysMax);
        DateTimeOffset now = _clock.GetUtcNow();
        return Issue(identity, key, now - ClockSkew, now.AddDays(days));
    }

    /// <summary>The same with both ends of its validity.</summary>
    public X509Certificate2 Issue(NodeIdentity identity, PublicKey key, DateTimeOffset from, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={identity.Node}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUsage), new Oid(ClientUsage)], false));
        request.CertificateExtensions.Add(NamesOf(identity));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        DateTimeOffset last = new(_certificate.NotAfter.ToUniversalTime());
        Span<byte> serial = stackalloc byte[SerialBytes];
        _entropy.Fill(serial);
        serial[0] &= 0x7f; // RFC 5280: a positive number
        return request.Create(_certificate, from, until < last ? until : last, serial);
    }

    public void Dispose() => _certificate.Dispose();

    private static X509Extension NamesOf(NodeIdentity identity)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (Uri.CheckHostName(identity.Node) == UriHostNameType.Dns) names.AddDnsName(identity.Node);
        names.AddUri(identity.ToUri());
        return names.Build();
    }
}
