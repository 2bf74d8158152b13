using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.TestKit.Tls;
using Backup.Transfer.Channels;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Tests.Unit.Tls;

public sealed class TlsTransportTests : IDisposable
{
    private readonly TestInstallation _home = new();
    private readonly List<IDisposable> _made = [];

    [Fact]
    [Trait("Req", "NET-10")]
    public void A_name_that_takes_long_to_resolve_holds_up_nobody_else()
    {
        using var held = new ManualResetEventSlim();
        TlsTransport transport = Transport(host =>
        {
            if (host == "slow.example.org") held.Wait(ChannelPair.Patience);
            return [IPAddress.Loopback];
        });
        using var pair = new ChannelPair(transport, "127.0.0.1:0", node: "node-1");
        string port = pair.Listener.Endpoint.Split(':')[1];
        string? slow = null;
        var dialling = new Thread(() => slow = Assert.Throws<ChannelException>(() =>
            transport.Connect("slow.example.org:" + port, TimeSpan.FromSeconds(3))).Message);
        dialling.Start();
        long began = Stopwatch.GetTimestamp();
        using (pair.Dial(offer: pair.Offer with { Endpoint = "quick.example.org:" + port })) pair.Taken();
        Assert.True(dialling.IsAlive && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(3),
            "the quick name waited for the slow one");
        Assert.True(dialling.Join(ChannelPair.Patience));
        Assert.Contains("'slow.example.org' was not resolved within the deadline", slow, StringComparison.Ordinal);
        held.Set();
    }

    [Fact]
    [Trait("Req", "NET-14")]
    public void A_name_without_an_address_is_one_line_with_host_and_cause()
    {
        TlsTransport transport = Transport(_ => throw new SocketException((int)SocketError.HostNotFound));
        string line = Assert.Throws<ChannelException>(() => transport.Connect("gone.example.org:1", TimeSpan.FromSeconds(1))).Message;
        Assert.StartsWith(
            "cannot connect to gone.example.org:1: the name 'gone.example.org' has no address", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_address_of_a_name_has_its_turn()
    {
        TlsTransport transport = Transport(_ => [IPAddress.Parse("127.0.0.9"), IPAddress.Loopback]);
        using var pair = new ChannelPair(transport, "127.0.0.1:0", node: "node-1");
        string port = pair.Listener.Endpoint.Split(':')[1];
        using BulkChannel channel = pair.Dial(offer: pair.Offer with { Endpoint = "two.example.org:" + port });
        pair.Taken();
    }

    [Fact]
    public void Dispose_wakes_a_thread_that_reads_and_one_that_writes()
    {
        (IConnection ours, _) = Connected();
        Exception? read = null, write = null;
        int written = 0;
        void WriteOn()
        {
            for (;; Interlocked.Increment(ref written)) ours.Write(new byte[28], new byte[256 * 1024]); // nobody reads: it comes to stand
        }
        var reading = new Thread(() => read = Record.Exception(() => ours.Read(new byte[10])));
        var writing = new Thread(() => write = Record.Exception((Action)WriteOn));
        reading.Start();
        writing.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref written) > 0, ChannelPair.Patience));
        ours.Dispose();
        Assert.True(reading.Join(ChannelPair.Patience) && writing.Join(ChannelPair.Patience));
        Assert.IsType<ChannelException>(read);
        Assert.IsType<ChannelException>(write);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024 - 28)]
    [InlineData(16 * 1024 - 27)]
    [InlineData(128 * 1024)]
    [InlineData(512 * 1024)]
    public void Bytes_of_any_length_come_whole_and_in_order(int length)
    {
        (IConnection ours, IConnection theirs) = Connected();
        var body = new byte[length];
        new Random(length).NextBytes(body);
        byte[] head = [1, 2, 3, 4];
        var writing = new Thread(() =>
        {
            ours.Write(head, body);
            ours.CloseWrite();
        });
        writing.Start();
        var read = new MemoryStream();
        var buffer = new byte[10_000];
        for (int count; (count = theirs.Read(buffer)) > 0;) read.Write(buffer, 0, count);
        Assert.True(writing.Join(ChannelPair.Patience));
        Assert.Equal([.. head, .. body], read.ToArray());
    }

    [Fact]
    public void Both_ends_know_each_other()
    {
        (IConnection ours, IConnection theirs) = Connected();
        Assert.Equal(new NodeIdentity("client-1", NodeRoles.Client, _home.Id), theirs.Identity);
        Assert.Equal("node-1", ours.Identity!.Node);
        Assert.Null(theirs.Refusal);
    }

    [Theory]
    [InlineData(NodeRoles.Client, "node 'c' has no role director or storage")]
    [InlineData(NodeRoles.Storage, null)]
    [InlineData(NodeRoles.Director | NodeRoles.Client, null)]
    public void Only_directors_and_storages_enter_the_cluster(NodeRoles roles, string? refusal) =>
        Assert.Equal(refusal, _home.Node("n").ClusterRefusal(_home.Node("c", roles).Certificate));

    [Fact]
    public void A_folder_gives_back_what_was_saved_and_a_key_of_another_certificate_is_one_line()
    {
        string folder = Path.Combine(Directory.CreateTempSubdirectory("backup-tls-").FullName, "tls");
        Assert.Null(NodeCertificates.Load(folder, TimeProvider.System));
        NodeCertificates node = _home.Node("node-1"), other = _home.Node("other");
        var saved = new CertificateFolder(folder);
        saved.SaveNode(node.Authority, node.Certificate, System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions
            .GetECDsaPrivateKey(node.Certificate)!);
        using (NodeCertificates read = NodeCertificates.Load(folder, TimeProvider.System)!)
        {
            Assert.Equal(node.Own, read.Own);
            Assert.Null(read.OwnRefusal);
        }
        File.WriteAllText(Path.Combine(folder, "node.pem"), other.Certificate.ExportCertificatePem());
        string line = Assert.Throws<CertificateException>(() => NodeCertificates.Load(folder, TimeProvider.System)).Message;
        Assert.Contains("node.key is not the key of", line, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    [Theory]
    [InlineData("backup://00112233445566778899aabbccddeeff/node-1?roles=director,storage,client", true)]
    [InlineData("backup://00112233445566778899aabbccddeeff/node-1?roles=client", true)]
    [InlineData("backup://00112233445566778899aabbccddeeff/node-1?roles=", false)]
    [InlineData("backup://00112233445566778899aabbccddeeff/node-1?roles=root", false)]
    [InlineData("backup://00112233445566778899aabbccddeeff/node-1", false)]
    [InlineData("backup://00112233445566778899aabbccddeeff/?roles=client", false)]
    [InlineData("backup://00112233445566778899aabbccddeeff/a/b?roles=client", false)]
    [InlineData("backup://00112233445566778899aabbccddeeff/%2e%2e?roles=client", false)]
    [InlineData("backup://short/node-1?roles=client", false)]
    [InlineData("https://00112233445566778899aabbccddeeff/node-1?roles=client", false)]
    public void A_certificates_name_is_read_exactly(string uri, bool isIdentity)
    {
        NodeIdentity? identity = NodeIdentity.Parse(uri);
        Assert.Equal(isIdentity, identity is not null);
        if (identity is not null) Assert.Equal(uri, identity.ToUri().ToString());
    }

    public void Dispose()
    {
        foreach (IDisposable made in _made) made.Dispose();
        _home.Dispose();
    }

    private TlsTransport Transport(Func<string, IPAddress[]> resolve) => new(_home.Node("node-1"), TimeProvider.System, resolve);

    private (IConnection Ours, IConnection Theirs) Connected()
    {
        var listening = new TlsTransport(_home.Node("node-1"), TimeProvider.System).Listen("127.0.0.1:0");
        IConnection ours = new TlsTransport(_home.Node("client-1", NodeRoles.Client), TimeProvider.System)
            .Connect(listening.Endpoint, TimeSpan.FromSeconds(5));
        IConnection theirs = listening.Accept()!;
        _made.AddRange([listening, ours, theirs]);
        var accepting = new Thread(theirs.Handshake);
        accepting.Start();
        ours.Handshake();
        Assert.True(accepting.Join(ChannelPair.Patience));
        return (ours, theirs);
    }
}
