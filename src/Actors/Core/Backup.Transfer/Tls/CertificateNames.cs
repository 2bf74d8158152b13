using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Backup.Transfer.Tls;

/// <summary>Reads what a certificate calls its owner (RFC 5280, 4.2.1.6).</summary>
internal static class CertificateNames
{
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The one node that the certificate names; null where it names none or several.</summary>
    public static NodeIdentity? IdentityOf(X509Certificate2 certificate)
    {
        if (certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == AlternativeNames) is not { } names) return null;
        try
        {
            AsnReader reader = new AsnReader(names.RawData, AsnEncodingRules.DER).ReadSequence();
            NodeIdentity? found = null;
            while (reader.HasData)
            {
                if (!reader.PeekTag().HasSameClassAndValue(UriTag)) reader.ReadEncodedValue();
                else if (NodeIdentity.Parse(reader.ReadCharacterString(UniversalTagNumber.IA5String, UriTag)) is not { } identity)
                    return null;
                else if (found is not null) return null;
                else found = identity;
            }
            return found;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
