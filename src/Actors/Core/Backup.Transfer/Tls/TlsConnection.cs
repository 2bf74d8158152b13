using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Sessions;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Tls;

/// <summary>
/// TLS 1.3 over one socket, both ends with certificates. A dialler that does not trust the listener ends the handshake before it says
/// anything. A listener finishes the handshake with anybody and judges afterwards, so that it can tell a refused peer why, in a frame.
/// </summary>
internal sealed class TlsConnection : IConnection
{
    /// <summary>The largest plaintext of one TLS record (RFC 8446, 5.1).</summary>
    private const int RecordBytes = 16 * 1024;

    private readonly Socket _socket;
    private readonly SocketStream _bytes;
    private readonly SslStream _tls;
    private readonly X509Certificate2? _own;
    private readonly Func<X509Certificate2?, PeerVerdict> _judge;
    private readonly bool _dials;
    private readonly byte[] _staging = new byte[RecordBytes];
    private PeerVerdict _verdict;
    private int _disposed;

    public TlsConnection(Socket socket, string peer, NodeCertificates certificates, bool dials)
        : this(socket, peer, certificates.Certificate, certificates.Verify, dials)
    {
    }

    /// <summary>Without a certificate of its own only to dial; <paramref name="judge"/> decides about the other end's.</summary>
    public TlsConnection(Socket socket, string peer, X509Certificate2? own, Func<X509Certificate2?, PeerVerdict> judge, bool dials)
    {
        _socket = socket;
        _own = own;
        _judge = judge;
        _dials = dials;
        Peer = peer;
        _bytes = new SocketStream(socket);
        _tls = new SslStream(_bytes, leaveInnerStreamOpen: true);
    }

    public string Peer { get; }
    public NodeIdentity? Identity => _verdict.Identity;
    public string? Refusal => _verdict.Refusal;

    public void Handshake()
    {
        try
        {
            if (_dials) _tls.AuthenticateAsClient(ClientOptions());
            else _tls.AuthenticateAsServer(ServerOptions());
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new ChannelException(_dials && _verdict.Refusal is { } refusal
                ? $"{Peer} is not trusted: {refusal}"
                : $"{Peer}: no TLS handshake: {Words(e)}", e);
        }
    }

    public int Read(Span<byte> buffer)
    {
        try
        {
            int count = _tls.Read(buffer);
            // shutdown(2) wakes with an end of stream: our own Dispose must not look like the other end's close.
            return count > 0 || Volatile.Read(ref _disposed) == 0 ? count : throw new ObjectDisposedException(Peer);
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Broken(e);
        }
    }

    public void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        try
        {
            int staged = Math.Min(body.Length, RecordBytes - head.Length);
            bool gathers = body.Length > staged;
            if (gathers) _bytes.Gather();
            head.CopyTo(_staging);
            body[..staged].CopyTo(_staging.AsSpan(head.Length));
            _tls.Write(_staging.AsSpan(0, head.Length + staged));
            if (!gathers) return;
            _tls.Write(body[staged..]);
            _bytes.Flush();
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Broken(e);
        }
    }

    /// <summary>
    /// No close_notify is sent: it would have to wait for a write that stands still. What ends a channel is its own End frame, inside TLS.
    /// </summary>
    public void CloseWrite()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Broken(e);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _bytes.Cut();
        _tls.Dispose();
    }

    private SslClientAuthenticationOptions ClientOptions() => new()
    {
        TargetHost = "",
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowRenegotiation = false,
        AllowTlsResume = false,
        ClientCertificateContext = _own is null ? null : SslStreamCertificateContext.Create(_own, null, offline: true),
        CertificateChainPolicy = NoDownloads(),
        RemoteCertificateValidationCallback = Judge,
    };

    /// <summary>Nothing is resumed: each handshake proves anew who is there and that the certificate is still good.</summary>
    private SslServerAuthenticationOptions ServerOptions() => new()
    {
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowRenegotiation = false,
        AllowTlsResume = false,
        ServerCertificateContext = SslStreamCertificateContext.Create(_own!, null, offline: true),
        CertificateChainPolicy = NoDownloads(),
        RemoteCertificateValidationCallback = Judge,
    };

    /// <summary>
    /// The chain that SslStream builds before it asks decides nothing; it must not fetch what a stranger's certificate points to.
    /// </summary>
    private static X509ChainPolicy NoDownloads() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
    };

    /// <summary>The verdict is kept; a listener acts on it behind the handshake.</summary>
    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _verdict = _judge(certificate as X509Certificate2);
        return !_dials || _verdict.Identity is not null;
    }

    private ChannelException Broken(Exception e) => new($"{Peer}: {Words(e)}", e);

    private static bool IsBroken(Exception e) => e is SocketException or ObjectDisposedException or IOException or AuthenticationException
        or InvalidOperationException or NotSupportedException or CryptographicException;

    private static string Words(Exception e) => e switch
    {
        SocketException socket => TcpSockets.Words(socket),
        ObjectDisposedException => "the connection is closed",
        { InnerException: SocketException inner } => TcpSockets.Words(inner),
        { InnerException: AuthenticationException or IOException } => Words(e.InnerException),
        _ => (e.InnerException ?? e).Message.ReplaceLineEndings(" "),
    };
}
