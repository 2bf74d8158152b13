using Akka.Remote;
using Backup.Cluster.Telemetry;
using Backup.TestKit.Channels;

namespace Backup.Tests.Cluster;

/// <summary>Strangers at the port of the actor library cannot fill the log; what the product itself says is always written.</summary>
public sealed class RepeatedLinesTests
{
    private readonly ManualClock _clock = new();
    private readonly RepeatedLines _lines;

    public RepeatedLinesTests() => _lines = new RepeatedLines(_clock);

    [Fact]
    public void A_line_of_the_library_passes_once_a_minute_and_then_says_how_many_there_were()
    {
        Assert.Equal(0, _lines.Pass(typeof(RemoteTransportException), "no handshake with {0}"));
        for (int n = 0; n < 1000; n++) Assert.Null(_lines.Pass(typeof(RemoteTransportException), "no handshake with {0}"));
        Assert.Equal(0, _lines.Pass(typeof(RemoteTransportException), "another line"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1000, _lines.Pass(typeof(RemoteTransportException), "no handshake with {0}"));
        Assert.Null(_lines.Pass(typeof(RemoteTransportException), "no handshake with {0}"));
    }

    [Fact]
    public void A_line_of_the_product_always_passes()
    {
        for (int n = 0; n < 10; n++) Assert.Equal(0, _lines.Pass(typeof(RepeatedLines), "session {SessionId} ended"));
    }
}
