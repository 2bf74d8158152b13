using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Backup.Transfer.Tls;

/// <summary>
/// What a node proves itself with and trusts: its own certificate with the key, and the installation's authority. Thread safe.
/// </summary>
public sealed class NodeCertificates : IDisposable
{
    /// <summary>From this long before its end on, a node says in its log that its certificate has to be renewed.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>The roles of members of the cluster.</summary>
    public const NodeRoles ClusterRoles = NodeRoles.Director | NodeRoles.Storage;

    /// <summary>The refusal of a peer that showed no certificate at all.</summary>
    public const string NoneShown = "no certificate was shown; join this node to the installation first";

    private readonly TimeProvider _clock;
    private readonly CertificateTrust _trust;

    /// <summary>Takes both certificates over; the own one has its key. It may be out of date: <see cref="OwnRefusal"/> says so.</summary>
    public NodeCertificates(X509Certificate2 authority, X509Certificate2 own, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(own);
        if (!own.HasPrivateKey) throw new ArgumentException("a node proves itself with its key", nameof(own));
        Authority = authority;
        Certificate = own;
        _clock = clock;
        Own = CertificateNames.IdentityOf(own) ?? throw new CertificateException("the certificate names no backup node; join again");
        _trust = new CertificateTrust(authority, Own.Installation, clock);
    }

    /// <summary>Who this node is.</summary>
    public NodeIdentity Own { get; }

    /// <summary>This node's certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    public X509Certificate2 Authority { get; }

    /// <summary>When the own certificate ends.</summary>
    public DateTimeOffset Until => new(Certificate.NotAfter.ToUniversalTime());

    public bool RenewalIsDue => Until - _clock.GetUtcNow() < RenewBefore;

    /// <summary>Why this node must not use its own certificate; null where it may.</summary>
    public string? OwnRefusal => Verify(Certificate).Refusal;

    /// <summary>Reads DATA/tls; null where there is no certificate. A <see cref="CertificateException"/> is one line.</summary>
    public static NodeCertificates? Load(string folder, TimeProvider clock) => new CertificateFolder(folder).LoadNode(clock);

    /// <summary>Judges a peer's certificate: chain to the authority, validity, use, and the one name it must have.</summary>
    public PeerVerdict Verify(X509Certificate2? certificate) => _trust.Verify(certificate);

    /// <summary>The same, and the node has one of the roles.</summary>
    public PeerVerdict Verify(X509Certificate2? certificate, NodeRoles oneOf)
    {
        PeerVerdict verdict = Verify(certificate);
        if (verdict.Identity is not { } identity || (identity.Roles & oneOf) != 0) return verdict;
        string wanted = (identity with { Roles = oneOf }).RoleWords.Replace(",", " or ", StringComparison.Ordinal);
        return new PeerVerdict(null, $"node '{identity.Node}' has no role {wanted}");
    }

    /// <summary>Null for a certificate that may enter the cluster, else the one line it is refused with. Thread safe.</summary>
    public string? ClusterRefusal(X509Certificate2 certificate) => Verify(certificate, ClusterRoles).Refusal;

    public void Dispose()
    {
        Certificate.Dispose();
        Authority.Dispose();
    }

    /// <summary>SHA-256 of a certificate, in hexadecimal.</summary>
    public static string Fingerprint(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }
}
