using Backup.Messages.Sessions;
using Backup.Transfer.Transports;

namespace Backup.Tests.Unit.Transfer;

public sealed class TcpTransportTests
{
    private readonly TcpTransport _transport = new();

    [Theory]
    [InlineData("0.0.0.0:9103")]
    [InlineData("192.0.2.7:9103")]
    [InlineData("[::]:9103")]
    [InlineData("backup.example.org:9103")]
    public void Anything_but_loopback_is_refused_both_ways(string endpoint)
    {
        string words = $"{endpoint}: plain channels are allowed on loopback only; TLS is not configured";
        Assert.Equal(words, Assert.Throws<ChannelException>(() => _transport.Listen(endpoint)).Message);
        Assert.Equal(words, Assert.Throws<ChannelException>(() => _transport.Connect(endpoint, TimeSpan.FromSeconds(1))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("9103")]
    [InlineData(":9103")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("::1:9103")]
    [InlineData("a b:9103")]
    public void A_malformed_endpoint_is_refused_with_an_example(string endpoint)
    {
        string refusal = Assert.Throws<ChannelException>(() => _transport.Listen(endpoint)).Message;
        Assert.Contains("write host:port", refusal, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "NET-14")]
    public void Failed_connects_leave_no_descriptor_behind_and_say_why()
    {
        string endpoint;
        using (IConnectionListener gone = _transport.Listen("127.0.0.1:0")) endpoint = gone.Endpoint;
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < 300; i++)
            Assert.Equal($"cannot connect to {endpoint}: nobody listens there",
                Assert.Throws<ChannelException>(() => _transport.Connect(endpoint, TimeSpan.FromSeconds(1))).Message);
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length - before, -100, 100);
    }

    [Fact]
    public void Dispose_of_a_listener_ends_its_accept_and_frees_the_address()
    {
        IConnectionListener listener = _transport.Listen("localhost:0");
        IConnection? accepted = null;
        var accepting = new Thread(() => accepted = listener.Accept());
        accepting.Start();
        string endpoint = listener.Endpoint;
        Assert.Contains("in use", Assert.Throws<ChannelException>(() => _transport.Listen(endpoint)).Message, StringComparison.Ordinal);
        listener.Dispose();
        Assert.True(accepting.Join(TimeSpan.FromSeconds(20)));
        Assert.Null(accepted);
        _transport.Listen(endpoint).Dispose();
    }
}
