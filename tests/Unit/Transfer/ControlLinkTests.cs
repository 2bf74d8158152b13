using System.Collections.Concurrent;
using Backup.Messages.Clients;
using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Tests.Unit.Transfer;

public sealed class ControlLinkTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly MemoryTransport _transport = new();
    private readonly Desk _desk = new();
    private readonly ControlListener _listener;
    private readonly ConcurrentQueue<string> _log = new();

    public ControlLinkTests() => _listener = new ControlListener(
        _transport, "director", _desk, new ChannelSettings(_clock), () => new ControlWelcome(0, "node-1", "1.0", 17), _log.Enqueue);

    [Fact]
    public void Messages_arrive_in_order_both_ways_with_their_manifest()
    {
        using ControlLink client = Dial();
        Taker director = _desk.Taken();
        var answers = new Taker(client);
        for (int i = 0; i < 100; i++) Assert.True(client.Send($"Progress{i}", new byte[i * 100]));
        for (int i = 0; i < 100; i++) Assert.Equal(($"Progress{i}", i * 100), director.Next());
        Assert.True(director.Link.Send("Order", new byte[ControlLink.MessageBytesMax - 7]));
        Assert.Equal(("Order", ControlLink.MessageBytesMax - 7), answers.Next());
        Assert.Equal("node-1", client.Name);
        Assert.Equal("client-7", director.Link.Name);
    }

    [Fact]
    [Trait("Req", "NET-19")]
    public void A_clean_end_has_no_reason_and_comes_behind_the_last_message()
    {
        ControlLink client = Dial();
        Taker director = _desk.Taken();
        var mine = new Taker(client);
        client.Send("Last", []);
        client.Dispose();
        Assert.False(client.Send("Late", []));
        Assert.Equal(("Last", 0), director.Next());
        Assert.Null(director.ClosedReason());
        Assert.Null(mine.ClosedReason());
    }

    [Fact]
    [Trait("Req", "NET-19")]
    public void A_cut_connection_closes_the_link_with_a_reason()
    {
        var faulty = new FaultyTransport(_transport) { Faults = new Faults { CutAfter = 2000 } };
        using ControlLink client = Dial(faulty);
        Taker director = _desk.Taken();
        var mine = new Taker(client);
        client.Send("Big", new byte[5000]);
        Assert.NotNull(director.ClosedReason());
        Assert.Contains("cut", mine.ClosedReason(), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_messages_that_wait_close_the_link()
    {
        ControlLink client = Dial();
        Taker director = _desk.Taken(start: false); // reads nothing: the pipe fills, then the queue
        var mine = new Taker(client);
        int sent = 0;
        while (client.Send("Flood", new byte[100_000]) && sent < 10_000) sent++;
        Assert.InRange(sent, 100, 1100);
        Assert.Contains("does not keep up", mine.ClosedReason(), StringComparison.Ordinal);
        director.Link.Dispose();
    }

    [Fact]
    [Trait("Req", "NET-17")]
    public void Silence_past_the_deadline_closes_the_link()
    {
        var faulty = new FaultyTransport(_transport) { Faults = new Faults { SilentAfter = 2000 } };
        using ControlLink client = Dial(faulty);
        Taker director = _desk.Taken();
        client.Send("Lost", new byte[5000]);
        // The header of the lost message may still be heard on the reader's thread: time goes on until the silence is noticed.
        Assert.True(SpinWait.SpinUntil(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return director.IsClosed;
        }, ChannelPair.Patience));
        Assert.Contains("silent for 60 s", director.ClosedReason(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_client_is_told_why()
    {
        _desk.RefuseWith = "client client-7 is not configured here";
        string refusal = Assert.Throws<ChannelException>(() => Dial()).Message;
        Assert.EndsWith("refuses: client client-7 is not configured here", refusal, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => _log.Count == 1, ChannelPair.Patience)); // logged behind the answer
    }

    [Fact]
    public void A_version_that_is_not_spoken_is_refused_with_those_that_are()
    {
        string refusal = Assert.Throws<ChannelException>(() =>
            Dial(hello: Hello() with { VersionMin = 5, VersionMax = 9 })).Message;
        Assert.Contains("versions 1 to 2 are spoken here, not 5 to 9", refusal, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "NET-01")]
    public void Both_ends_take_the_newest_version_that_both_speak_and_the_epoch_comes_with_version_2()
    {
        using ControlLink client = Dial();
        Assert.Equal((2, 2, 17L), (client.Version, _desk.Taken().Link.Version, client.Epoch));
        using ControlLink older = Dial(hello: Hello() with { VersionMax = 1 });
        Assert.Equal((1, 1, 0L), (older.Version, _desk.Taken().Link.Version, older.Epoch));
    }

    [Fact]
    public void Random_bytes_at_the_door_are_dropped_and_a_client_still_gets_in()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var bytes = new byte[100 + seed];
            new Random(seed).NextBytes(bytes);
            using IConnection stranger = _transport.Connect("director", TimeSpan.FromSeconds(1));
            Record.Exception(() => stranger.Write(bytes, []));
            Record.Exception(() => stranger.Read(new byte[1]));
        }
        using ControlLink client = Dial();
        Assert.Equal("client-7", _desk.Taken().Link.Name);
        Assert.InRange(_log.Count, 1, 4); // a line for each kind of garbage
    }

    [Fact]
    public void A_message_over_the_limit_or_without_a_name_is_refused_at_the_sender()
    {
        using ControlLink client = Dial();
        Assert.Throws<ArgumentException>(() => client.Send("X", new byte[ControlLink.MessageBytesMax]));
        Assert.Throws<ArgumentException>(() => client.Send("", []));
        Assert.Throws<ArgumentException>(() => client.Send("Ärger", []));
        _desk.Taken();
    }

    public void Dispose() => _listener.Dispose();

    private ControlLink Dial(ITransport? by = null, ControlHello? hello = null) =>
        ControlDialer.Open(by ?? _transport, "director", hello ?? Hello(), new ChannelSettings(_clock));

    private static ClientPlatform Platform => new("h", "Linux", "6.1", "x64", "Debian", "1.0", "ext4");

    private static ControlHello Hello() =>
        new(ControlVersion.Min, ControlVersion.Max, "client-7", Platform, "1.0");

    private static T Await<T>(ConcurrentQueue<T> queue)
    {
        T? item = default;
        Assert.True(SpinWait.SpinUntil(() => queue.TryDequeue(out item), ChannelPair.Patience), $"no {typeof(T).Name} came");
        return item!;
    }

    private sealed class Desk : IControlDesk
    {
        private readonly ConcurrentQueue<ControlLink> _links = new();
        public string? RefuseWith { get; set; }
        public string? Refusal(ControlHello hello, NodeIdentity? identity) => RefuseWith;
        public void Attached(ControlHello hello, ControlLink link) => _links.Enqueue(link);
        public Taker Taken(bool start = true) =>
            new(Await(_links), start);
    }

    private sealed class Taker : IControlTaker
    {
        private readonly ConcurrentQueue<(string, int)> _messages = new();
        private readonly ConcurrentQueue<string> _closed = new();

        public Taker(ControlLink link, bool start = true)
        {
            Link = link;
            if (start) link.Start(this);
        }

        public ControlLink Link { get; }
        public bool IsClosed => !_closed.IsEmpty;
        public void Message(string manifest, ReadOnlyMemory<byte> body) => _messages.Enqueue((manifest, body.Length));
        public void Closed(string? reason) => _closed.Enqueue(reason ?? "");
        public (string, int) Next() => Await(_messages);

        public string? ClosedReason() => Await(_closed) is { Length: > 0 } reason ? reason : null;
    }
}
