using System.Net.Sockets;
using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.TestKit.Tls;
using Backup.Transfer.Channels;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Tests.Unit.Tls;

/// <summary>Garbage, floods and half-open connections at a TLS port, before the handshake and inside it: nothing else changes.</summary>
[Trait("Req", "NET-07")]
public sealed class TlsFloodTests : IDisposable
{
    private readonly TestInstallation _home = new();
    private readonly ManualClock _clock = new();
    private readonly ChannelPair _pair;

    public TlsFloodTests() => _pair = new ChannelPair(
        new TlsTransport(_home.Node("node-1"), TimeProvider.System), "127.0.0.1:0", new ChannelSettings(_clock) { HalfOpenMax = 8 },
        node: "node-1");

    [Fact]
    public void Garbage_instead_of_a_handshake_is_dropped_and_open_channels_go_on()
    {
        (BulkChannel dialler, IBulkChannel taker) = _pair.Open();
        for (int seed = 0; seed < 30; seed++)
        {
            using TcpClient stranger = Stranger();
            var bytes = new byte[1 + seed * 37];
            new Random(seed).NextBytes(bytes);
            if (seed == 7) bytes = "GET / HTTP/1.1\r\n\r\n"u8.ToArray();
            stranger.GetStream().Write(bytes);
            stranger.Client.Shutdown(SocketShutdown.Send);
            AssertClosed(stranger);
        }
        dialler.Send(FrameKind.Seal, [9]);
        using IFrame? frame = taker.Receive();
        Assert.Equal(9, frame!.Payload.Span[0]);
        AssertFriendIsLetIn();
        Assert.InRange(_pair.Log.Count, 1, 8); // a line for each kind of garbage, not for each stranger
    }

    [Fact]
    public void Garbage_inside_the_handshake_of_a_node_is_dropped()
    {
        NodeCertificates thief = _home.Node("client-1", NodeRoles.Client);
        for (int seed = 0; seed < 10; seed++)
        {
            using IConnection stranger = new UncheckedTls(thief.Certificate).Connect(_pair.Listener.Endpoint, TimeSpan.FromSeconds(5));
            stranger.Handshake();
            var bytes = new byte[28 + seed * 100];
            new Random(seed).NextBytes(bytes);
            stranger.Write(bytes, []);
            Record.Exception(() => Assert.Equal(0, stranger.Read(new byte[100])));
        }
        AssertFriendIsLetIn();
        Assert.Contains("not this protocol", Assert.Single(_pair.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void Silent_connections_take_no_more_than_the_half_open_limit_and_end_at_their_deadline()
    {
        List<TcpClient> flood = [.. Enumerable.Range(0, 60).Select(_ => Stranger())];
        foreach (TcpClient dropped in flood.Skip(8)) AssertClosed(dropped);
        Assert.True(SpinWait.SpinUntil(() => _clock.TimerCount == 8, ChannelPair.Patience)); // their deadlines are set
        _clock.Advance(TimeSpan.FromSeconds(5));
        foreach (TcpClient silent in flood.Take(8)) AssertClosed(silent);
        Assert.True(SpinWait.SpinUntil(() => Record.Exception(AssertFriendIsLetIn) is null, ChannelPair.Patience));
        foreach (TcpClient stranger in flood) stranger.Dispose();
    }

    [Fact]
    public void Forty_refusals_of_one_address_are_one_line_and_the_next_minute_says_how_many()
    {
        NodeCertificates thief = new TestInstallation(id: Guid.AllBitsSet).Node("thief");
        for (int i = 0; i < 40; i++)
            Assert.Throws<ChannelException>(() =>
                BulkDialer.Open(new UncheckedTls(thief.Certificate), _pair.Offer, new HelloFacts(1, "t"), new ChannelSettings(_clock)));
        Assert.True(SpinWait.SpinUntil(() => !_pair.Log.IsEmpty, ChannelPair.Patience));
        Assert.Contains("another installation", Assert.Single(_pair.Log), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Throws<ChannelException>(() =>
            BulkDialer.Open(new UncheckedTls(thief.Certificate), _pair.Offer, new HelloFacts(1, "t"), new ChannelSettings(_clock)));
        // The last line may be written behind its answer, when the clock has moved already: one more or less on either side.
        Assert.True(SpinWait.SpinUntil(() => _pair.Log.Count >= 3, ChannelPair.Patience));
        string summed = Assert.Single(_pair.Log, line => line.Contains(" more within a minute as:", StringComparison.Ordinal));
        Assert.InRange(int.Parse(summed.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 38, 39);
    }

    [Fact]
    public void A_fault_while_a_stranger_is_judged_ends_that_connection_and_nothing_else()
    {
        NodeCertificates node = _home.Node("node-2");
        using var pair = new ChannelPair(new TlsTransport(node, TimeProvider.System), "127.0.0.1:0", new ChannelSettings(_clock),
            node: "node-2");
        node.Authority.Dispose(); // nothing can be judged any more
        string said = Assert.Throws<ChannelException>(() => BulkDialer.Open(
            new UncheckedTls(_home.Node("client-1").Certificate), pair.Offer, new HelloFacts(1, "t"), new ChannelSettings(_clock))).Message;
        Assert.Contains("cannot be judged", said, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => !pair.Log.IsEmpty, ChannelPair.Patience));
    }

    public void Dispose()
    {
        _pair.Dispose();
        _home.Dispose();
    }

    private TcpClient Stranger()
    {
        string[] endpoint = _pair.Listener.Endpoint.Split(':');
        return new TcpClient(endpoint[0], int.Parse(endpoint[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The listener closes; at most an alert comes before.</summary>
    private static void AssertClosed(TcpClient stranger)
    {
        stranger.ReceiveTimeout = (int)ChannelPair.Patience.TotalMilliseconds;
        var buffer = new byte[1000];
        try
        {
            while (stranger.Client.Receive(buffer) > 0)
            {
                // An alert.
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes of ours unread: a reset is a close too.
        }
    }

    private void AssertFriendIsLetIn()
    {
        using BulkChannel friend = _pair.Dial();
        friend.Send(FrameKind.Seal, [7]);
        using IBulkChannel taker = _pair.Taken().Channel;
        using IFrame? frame = taker.Receive();
        Assert.Equal(7, frame!.Payload.Span[0]);
    }
}
