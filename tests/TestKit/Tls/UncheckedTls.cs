using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Sessions;
using Backup.Transfer.Transports;

namespace Backup.TestKit.Tls;

/// <summary>What an attacker dials with: TLS of its own making, any certificate or none, and no check of the other end.</summary>
public sealed class UncheckedTls(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.Tls13) : ITransport
{
    public IConnection Connect(string endpoint, TimeSpan deadline)
    {
        int colon = endpoint.LastIndexOf(':');
        int port = int.Parse(endpoint[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var client = new TcpClient(endpoint[..colon], port);
        return new Connection(client, endpoint, certificate, protocols);
    }

    public IConnectionListener Listen(string endpoint) => throw new NotSupportedException();

    private sealed class Connection(TcpClient client, string peer, X509Certificate2? certificate, SslProtocols protocols) : IConnection
    {
        private readonly SslStream _tls = new(client.GetStream());

        public string Peer => peer;

        public void Handshake() => Guarded(() =>
        {
            _tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = "", EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            });
            return 0;
        });

        public int Read(Span<byte> buffer)
        {
            var bytes = new byte[buffer.Length];
            int count = Guarded(() => _tls.Read(bytes));
            bytes.AsSpan(0, count).CopyTo(buffer);
            return count;
        }

        public void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
        {
            byte[] bytes = [.. head, .. body];
            Guarded(() =>
            {
                _tls.Write(bytes);
                return 0;
            });
        }

        public void CloseWrite() => client.Client.Shutdown(SocketShutdown.Send);

        public void Dispose() => client.Dispose();

        private static int Guarded(Func<int> act)
        {
            try
            {
                return act();
            }
            catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException or InvalidOperationException)
            {
                throw new ChannelException(e.Message, e);
            }
        }
    }
}
