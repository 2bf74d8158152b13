using Backup.TestKit.Tls;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Tests.Contract.Channels;

[Trait("Req", "NET-07")]
public sealed class TlsChannelTests : BulkChannelContract
{
    private readonly TestInstallation _installation = new();
    private ITransport? _transport;

    protected override ITransport Transport => _transport ??= new TlsTransport(_installation.Node("node-1"), TimeProvider.System);
    protected override string Endpoint => "127.0.0.1:0";
    protected override string Node => "node-1";
}
