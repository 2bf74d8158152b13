using System.Net;
using System.Net.Sockets;
using Backup.Messages.Sessions;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Tls;

/// <summary>
/// TLS 1.3 between nodes of one installation, on any address. Host names are looked up at each dial; every address of a name is tried. The
/// handshake is left to the thread that uses the connection.
/// </summary>
public sealed class TlsTransport : ITransport
{
    private readonly NodeCertificates _certificates;
    private readonly TimeProvider _clock;
    private readonly NameResolution _names;

    public TlsTransport(NodeCertificates certificates, TimeProvider clock)
        : this(certificates, clock, Dns.GetHostAddresses)
    {
    }

    /// <summary>With a resolver of one's own; it may take as long as it likes.</summary>
    public TlsTransport(NodeCertificates certificates, TimeProvider clock, Func<string, IPAddress[]> resolve)
    {
        _certificates = certificates;
        _clock = clock;
        _names = new NameResolution(resolve);
    }

    public IConnection Connect(string endpoint, TimeSpan deadline) =>
        new TlsConnection(TcpDialing.Connect(endpoint, deadline, _names, _clock), endpoint, _certificates, dials: true);

    public IConnectionListener Listen(string endpoint)
    {
        IPEndPoint address = _names.Resolve(endpoint, TimeSpan.FromSeconds(5))[0];
        return TcpSockets.Listen(address, endpoint, (socket, peer) => new TlsConnection(socket, peer, _certificates, dials: false));
    }
}
