using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Transfer.Channels;
using Backup.Transfer.Transports;

namespace Backup.TestKit.Channels;

/// <summary>A listener with one ticket, and channels dialled to it: both ends in the hands of a test.</summary>
public sealed class ChannelPair : IDisposable
{
    /// <summary>No step of a test takes longer, unless it is broken.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ITransport _dialBy;
    private readonly ChannelSettings _settings;
    private readonly System.Collections.Concurrent.BlockingCollection<(Hello Hello, IBulkChannel Channel)> _opened = new(64);
    private readonly List<IDisposable> _channels = [];

    public ChannelPair(ITransport transport, string endpoint, ChannelSettings? settings = null, ITransport? dialBy = null,
        string node = "")
    {
        _dialBy = dialBy ?? transport;
        _settings = settings ?? new ChannelSettings(TimeProvider.System);
        Desk = new TicketDesk(_settings.Clock);
        Ticket = NewTicket();
        Desk.Register(Ticket, (hello, channel) => _opened.Add((hello, channel)), hello => 100 * hello.Attempt);
        Listener = new BulkListener(transport, endpoint, Desk, _settings, "listener 1.0", Log.Enqueue);
        Offer = new ChannelOffer(Listener.Endpoint, Ticket, node);
    }

    public TicketDesk Desk { get; }
    public Ticket Ticket { get; }
    public BulkListener Listener { get; }
    public ChannelOffer Offer { get; }

    /// <summary>Lines the listener logged.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Log { get; } = new();

    public Ticket NewTicket(ChannelPurpose purpose = ChannelPurpose.Store)
    {
        var secret = new byte[32];
        new Random(7).NextBytes(secret);
        return new Ticket(new Guid("00112233-4455-6677-8899-aabbccddeeff"), secret, purpose,
            new SessionId(new Guid("11112222-3333-4444-5555-666677778888")), Instant.Now(_settings.Clock).Plus(TimeSpan.FromHours(1)));
    }

    public BulkChannel Dial(int attempt = 1, long received = 0, ChannelOffer? offer = null)
    {
        BulkChannel channel = BulkDialer.Open(_dialBy, offer ?? Offer, new HelloFacts(attempt, "dialler 1.0", received), _settings);
        _channels.Add(channel);
        return channel;
    }

    /// <summary>The listening end of the channel that was dialled.</summary>
    public (Hello Hello, IBulkChannel Channel) Taken()
    {
        if (!_opened.TryTake(out (Hello Hello, IBulkChannel Channel) taken, Patience))
            throw new TimeoutException("no channel came to the desk");
        _channels.Add(taken.Channel);
        return taken;
    }

    public (BulkChannel Dialler, IBulkChannel Taker) Open()
    {
        BulkChannel dialler = Dial();
        return (dialler, Taken().Channel);
    }

    public void Dispose()
    {
        foreach (IDisposable channel in _channels) channel.Dispose();
        Listener.Dispose();
        _opened.Dispose();
    }
}
