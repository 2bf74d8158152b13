using Backup.Messages.Values;

namespace Backup.Transfer.Enrolment;

/// <summary>The joining host's first word. It has no secret in it: nothing is proven yet.</summary>
internal sealed record JoinHello(int VersionMin, int VersionMax, string SoftwareVersion);

/// <summary>The director's answer: the authority's certificate (DER), which the token's fingerprint is held against.</summary>
internal sealed record JoinWelcome(int Version, byte[] Authority);

/// <summary>
/// The token's secret, and the request (PKCS 10, DER) for the node's certificate, signed by the key that stays on its host.
/// </summary>
internal sealed record JoinRequest(Guid Invitation, byte[] Secret, string Node, byte[] Request, Instant Now);

/// <summary>The node's certificate (DER).</summary>
internal sealed record JoinAnswer(byte[] Certificate);

internal static class EnrolmentProtocol
{
    public const int Version = 1;
    public const byte RequestKind = 1;
    public const byte AnswerKind = 2;
}
