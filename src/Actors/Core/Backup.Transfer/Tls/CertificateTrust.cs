using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Ids;

namespace Backup.Transfer.Tls;

/// <summary>
/// Judges certificates by one installation's authority, and by nothing else: no other root is trusted, no revocation is asked for (a node
/// is shut out by the director's configuration). Thread safe.
/// </summary>
internal sealed class CertificateTrust(X509Certificate2 authority, InstallationId installation, TimeProvider clock)
{
    /// <summary>Chain to the authority, validity, use, and the one name a certificate must have.</summary>
    public PeerVerdict Verify(X509Certificate2? certificate)
    {
        if (certificate is null) return Refused(NodeCertificates.NoneShown);
        NodeIdentity? identity = CertificateNames.IdentityOf(certificate);
        if (identity is null) return Refused("the certificate names no backup node");
        string owner = $"the certificate of node '{identity.Node}'";
        if (identity.Installation != installation) return Refused($"{owner} is of another installation ({identity.Installation})");
        try
        {
            if (!IsSignedByAuthority(certificate)) return Refused($"{owner} is not signed by this installation's authority");
        }
        catch (CryptographicException e)
        {
            return Refused($"{owner} cannot be judged: {e.Message}"); // A stranger chose its bytes: what cannot be judged is not trusted.
        }
        DateTimeOffset now = clock.GetUtcNow();
        if (now < certificate.NotBefore) return Refused($"{owner} is not valid before {Date(certificate.NotBefore)}; set the clocks right");
        if (now > certificate.NotAfter) return Refused($"{owner} expired on {Date(certificate.NotAfter)}; join that node again");
        return new PeerVerdict(identity, null);
    }

    /// <summary>Validity is judged apart, so that its line can say when. Both uses are wanted: every node dials and listens.</summary>
    private bool IsSignedByAuthority(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(CertificateAuthority.ServerUsage));
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(CertificateAuthority.ClientUsage));
        bool good = chain.Build(certificate);
        foreach (X509ChainElement element in chain.ChainElements) element.Certificate.Dispose();
        return good;
    }

    private static PeerVerdict Refused(string why) => new(null, why);

    private static string Date(DateTime at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
