using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Transfer.Channels;
using Backup.Transfer.Frames;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Enrolment;

/// <summary>What a host has when it has joined. The key was made here and was never anywhere else.</summary>
public sealed record JoinedNode(X509Certificate2 Authority, X509Certificate2 Certificate, ECDsa Key) : IDisposable
{
    public void Dispose()
    {
        Authority.Dispose();
        Certificate.Dispose();
        Key.Dispose();
    }
}

/// <summary>The invited host's side: dials the director of the token, makes sure of it by the token's fingerprint, and asks.</summary>
public static class Joining
{
    /// <summary>
    /// Blocks until the director has answered or the deadline of a hello is over; throws <see cref="EnrolmentException"/>.
    /// </summary>
    public static JoinedNode Join(InvitationToken token, string node, ChannelSettings settings, string softwareVersion)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(settings);
        if (token.Node != node) throw new EnrolmentException($"the invitation is for node '{token.Node}', and this is node '{node}'");
        try
        {
            var transport = new JoiningTransport(settings.Clock);
            return Greeting.Dial(transport, token.Endpoint, FrameHeader.EnrolmentMagic, settings, stream =>
            {
                using FrameStream whole = stream; // nothing is left to be said behind the answer
                var hello = new JoinHello(EnrolmentProtocol.Version, EnrolmentProtocol.Version, softwareVersion);
                JoinWelcome welcome = Greeting.Ask<JoinHello, JoinWelcome>(stream, hello);
                X509Certificate2 authority = Trusted(welcome.Authority, token, transport.Shown, settings.Clock);
                return Ask(stream, token, authority, settings.Clock);
            });
        }
        catch (Exception e) when (e is ChannelException or CryptographicException)
        {
            throw new EnrolmentException($"cannot join: {e.Message}", e);
        }
    }

    /// <summary>The authority is the token's, and whoever is at the other end has a director's certificate of it.</summary>
    private static X509Certificate2 Trusted(byte[] der, InvitationToken token, X509Certificate2? shown, TimeProvider clock)
    {
        X509Certificate2 authority = X509CertificateLoader.LoadCertificate(der);
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(der), token.Authority))
            throw new ChannelException($"{token.Endpoint} is of another installation than the invitation; nothing was sent to it");
        NodeIdentity? named = shown is null ? null : CertificateNames.IdentityOf(shown);
        if (named is null) throw new ChannelException($"{token.Endpoint} names no backup node; nothing was sent to it");
        PeerVerdict verdict = new CertificateTrust(authority, named.Installation, clock).Verify(shown);
        if (verdict.Refusal is { } refusal) throw new ChannelException($"{token.Endpoint} is not trusted: {refusal}");
        return named.Roles.HasFlag(NodeRoles.Director)
            ? authority
            : throw new ChannelException($"{token.Endpoint} is node '{named.Node}', which is no director; nothing was sent to it");
    }

    private static JoinedNode Ask(FrameStream stream, InvitationToken token, X509Certificate2 authority, TimeProvider clock)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = new CertificateRequest($"CN={token.Node}", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        stream.Write(EnrolmentProtocol.RequestKind, CborMap.Encode(
            new JoinRequest(token.Invitation, token.Secret, token.Node, request, Instant.Now(clock))));
        FrameHeader header = stream.ReadHeader(Greeting.BytesMax) ?? throw new ChannelException($"{stream.Peer}: closed the connection");
        byte[] answer = stream.ReadPayload(header);
        X509Certificate2 certificate = header.Kind switch
        {
            EnrolmentProtocol.AnswerKind => X509CertificateLoader.LoadCertificate(CborMap.Decode<JoinAnswer>(answer).Certificate),
            OwnKind.Refused => throw new ChannelException(CborMap.Decode<Refused>(answer).Reason),
            _ => throw new ChannelException($"{stream.Peer}: answered with a frame of kind {header.Kind}"),
        };
        return certificate.PublicKey.EncodedKeyValue.RawData.SequenceEqual(new PublicKey(key).EncodedKeyValue.RawData)
            ? new JoinedNode(authority, certificate, key)
            : throw new ChannelException($"{stream.Peer}: gave a certificate for another key");
    }

    /// <summary>Dials without a certificate and takes any, to be judged when the authority is known.</summary>
    private sealed class JoiningTransport(TimeProvider clock) : ITransport
    {
        private readonly NameResolution _names = new(Dns.GetHostAddresses);

        public X509Certificate2? Shown { get; private set; }

        public IConnection Connect(string endpoint, TimeSpan deadline) => new TlsConnection(
            TcpDialing.Connect(endpoint, deadline, _names, clock), endpoint, null, Keep, dials: true);

        public IConnectionListener Listen(string endpoint) => throw new NotSupportedException("a host that joins does not listen");

        /// <summary>A copy, since the connection's own goes with the handshake.</summary>
        private PeerVerdict Keep(X509Certificate2? certificate)
        {
            if (certificate is null || CertificateNames.IdentityOf(certificate) is not { } named)
                return new PeerVerdict(null, "the certificate names no backup node");
            Shown = X509CertificateLoader.LoadCertificate(certificate.RawData);
            return new PeerVerdict(named, null);
        }
    }
}
