using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Transfer.Channels;
using Backup.Transfer.Frames;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Enrolment;

/// <summary>
/// What a director's control port has for a peer without a certificate: a certificate for an invitation, and nothing else. Called on the
/// threads of connections; the authority's key is read for each certificate and not kept.
/// </summary>
public sealed class EnrolmentDesk(CertificateFolder folder, NodeCertificates own, TimeProvider clock, IEntropy entropy)
{
    private readonly InvitationLedger _invitations = new(folder, clock, entropy);
    private readonly AttemptLimit _attempts = new(clock);

    /// <summary>Serves one connection and says what came of it, for the log; a refusal is a <see cref="ChannelException"/>.</summary>
    public string Serve(IConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var stream = new FrameStream(connection, FrameHeader.EnrolmentMagic);
        JoinHello hello = Greeting.ReadHello<JoinHello>(stream);
        if (!_attempts.Take(connection.Peer)) throw Greeting.Refuse(stream, "too many hosts ask to join; try again in a minute");
        if (hello.VersionMin > EnrolmentProtocol.Version || hello.VersionMax < EnrolmentProtocol.Version)
            throw Greeting.Refuse(stream, $"joining is spoken in version {EnrolmentProtocol.Version} here; install the director's version");
        stream.Write(OwnKind.Welcome, CborMap.Encode(new JoinWelcome(EnrolmentProtocol.Version, own.Authority.RawData)));
        JoinRequest request = ReadRequest(stream);
        try
        {
            using X509Certificate2 certificate = Answer(request);
            stream.Write(EnrolmentProtocol.AnswerKind, CborMap.Encode(new JoinAnswer(certificate.RawData)));
            stream.CloseWrite();
            stream.Drain();
            return $"node '{request.Node}' has joined from {connection.Peer}: {CertificateNames.IdentityOf(certificate)?.RoleWords}, "
                + $"until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
        }
        catch (Exception e) when (e is EnrolmentException or CertificateException or UnauthorizedAccessException)
        {
            throw Greeting.Refuse(stream, e.Message);
        }
    }

    private X509Certificate2 Answer(JoinRequest request)
    {
        (Invitation? invitation, string? refusal) = _invitations.Find(request.Invitation, request.Secret);
        if (invitation is null) throw new EnrolmentException(refusal!);
        if (invitation.Node != request.Node)
            throw new EnrolmentException($"the invitation is for node '{invitation.Node}', not for node '{request.Node}'");
        Instant now = Instant.Now(clock);
        if (request.Now < now.Plus(-CertificateAuthority.ClockSkew) || request.Now > now.Plus(CertificateAuthority.ClockSkew))
            throw new EnrolmentException(
                $"it is {now} at the director and {request.Now} on this host; set the clocks right and join again");
        PublicKey key = KeyOf(request.Request);
        var identity = new NodeIdentity(invitation.Node, NodeIdentity.ParseRoles(invitation.Roles) ?? NodeRoles.None, own.Own.Installation);
        using CertificateAuthority authority = folder.LoadAuthority(clock, entropy);
        if (!_invitations.Use(invitation)) throw new EnrolmentException("the invitation was used in this moment by another host");
        return authority.Issue(identity, key, invitation.Days);
    }

    /// <summary>The request proves that its sender has the key; everything else in it is ignored.</summary>
    private static PublicKey KeyOf(byte[] request)
    {
        try
        {
            PublicKey key = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256).PublicKey;
            using ECDsa? curve = key.GetECDsaPublicKey();
            return curve?.KeySize == 256 ? key : throw new EnrolmentException("the request's key is no P-256 key");
        }
        catch (CryptographicException e)
        {
            throw new EnrolmentException("the request for a certificate is damaged", e);
        }
    }

    private static JoinRequest ReadRequest(FrameStream stream)
    {
        FrameHeader header = stream.ReadHeader(Greeting.BytesMax)
            ?? throw new ChannelException($"{stream.Peer}: closed before its request");
        return header.Kind == EnrolmentProtocol.RequestKind
            ? CborMap.Decode<JoinRequest>(stream.ReadPayload(header))
            : throw new ChannelException($"{stream.Peer}: sent a frame of kind {header.Kind}, not a request to join");
    }
}
