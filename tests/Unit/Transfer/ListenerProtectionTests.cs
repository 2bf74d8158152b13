using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Channels;
using Backup.Transfer.Channels;
using Backup.Transfer.Transports;

namespace Backup.Tests.Unit.Transfer;

/// <summary>Strangers at the port: each is dropped, memory and threads stay bounded, and a friend is still let in.</summary>
public sealed class ListenerProtectionTests : IDisposable
{
    private readonly MemoryTransport _transport = new();
    private readonly ManualClock _clock = new();
    private ChannelPair? _pair;

    [Fact]
    public void Random_bytes_are_dropped_with_a_line_a_minute_for_each_kind_and_the_listener_lives()
    {
        ChannelPair pair = Listening();
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            using IConnection stranger = Stranger();
            Ignoring(() => stranger.Write(bytes, []));
            Ignoring(stranger.CloseWrite);
            AssertDropped(stranger);
        }
        AssertFriendIsLetIn();
        int kinds = pair.Log.Count;
        Assert.InRange(kinds, 1, 4);
        _clock.Advance(TimeSpan.FromMinutes(1));
        using IConnection last = Stranger();
        last.Write("GET / HTTP/1.1\r\nHost: backup\r\n\r\n"u8, []);
        AssertDropped(last);
        Assert.True(SpinWait.SpinUntil(
            () => pair.Log.Last().EndsWith("not this protocol", StringComparison.Ordinal), ChannelPair.Patience));
        long leftOut = pair.Log.Where(line => line.Contains(" more within a minute", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(200 - kinds, leftOut);
    }

    [Fact]
    public void Every_truncation_and_every_flipped_byte_of_a_true_hello_is_dropped()
    {
        byte[] hello = RecordedHello();
        for (int length = 0; length < hello.Length; length++) AssertDroppedAfter(hello[..length]);
        for (int at = 0; at < hello.Length; at++)
        {
            byte[] bad = [.. hello];
            bad[at] ^= 0x41;
            AssertDroppedAfter(bad);
        }
        AssertFriendIsLetIn();
    }

    [Fact]
    public void A_slow_hello_is_cut_at_its_deadline()
    {
        ChannelPair pair = Listening();
        byte[] hello = RecordedHello();
        using IConnection slow = Stranger();
        slow.Write(hello.AsSpan(0, 20), []);
        Assert.True(SpinWait.SpinUntil(() => _clock.TimerCount == 1, ChannelPair.Patience)); // its deadline is set
        AssertFriendIsLetIn(); // the slow one holds nobody up
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        slow.Write(hello.AsSpan(20, 1), []); // a drip does not prolong it
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        AssertDropped(slow);
        Assert.True(SpinWait.SpinUntil(() => !pair.Log.IsEmpty, ChannelPair.Patience));
        Assert.Contains("no hello within 5 s", pair.Log.First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_silent_connections_takes_no_more_than_the_half_open_limit()
    {
        ChannelPair pair = Listening(new ChannelSettings(_clock) { HalfOpenMax = 8 });
        List<IConnection> flood = [.. Enumerable.Range(0, 100).Select(_ => Stranger())];
        int dropped = 0;
        Parallel.ForEach(flood.Skip(8), connection =>
        {
            AssertDropped(connection);
            Interlocked.Increment(ref dropped);
        });
        Assert.Equal(92, dropped);
        Assert.Contains("8 connections wait", Assert.Single(pair.Log), StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => _clock.TimerCount == 8, ChannelPair.Patience)); // their deadlines are set
        _clock.Advance(TimeSpan.FromSeconds(5));
        foreach (IConnection connection in flood.Take(8)) AssertDropped(connection);
        Assert.True(SpinWait.SpinUntil(() => Record.Exception(AssertFriendIsLetIn) is null, ChannelPair.Patience));
    }

    [Fact]
    public void A_wrong_secret_an_unknown_ticket_and_an_expired_one_get_the_same_answer()
    {
        ChannelPair pair = Listening();
        string wrongSecret = Refusal(pair.Ticket with { Secret = new byte[32] });
        Assert.EndsWith(TicketDesk.Unknown, wrongSecret, StringComparison.Ordinal);
        Assert.Equal(wrongSecret, Refusal(pair.Ticket with { Secret = [] }));
        Assert.Equal(wrongSecret, Refusal(pair.Ticket with { Id = new Guid("ffffffff-0000-0000-0000-000000000000") }));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(wrongSecret, Refusal(pair.Ticket));
    }

    [Fact]
    public void A_ticket_is_good_for_its_purpose_and_session_only_and_until_it_is_withdrawn()
    {
        ChannelPair pair = Listening();
        Assert.Contains("Store", Refusal(pair.Ticket with { Purpose = ChannelPurpose.Serve }), StringComparison.Ordinal);
        Ticket otherSession = pair.Ticket with { Session = new(new Guid("99999999-0000-0000-0000-000000000000")) };
        Assert.Contains("session", Refusal(otherSession), StringComparison.Ordinal);
        AssertFriendIsLetIn();
        pair.Desk.Withdraw(pair.Ticket.Id);
        Assert.EndsWith(TicketDesk.Unknown, Refusal(pair.Ticket), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hello_with_terms_that_cannot_be_is_refused()
    {
        Listening();
        string refusal = Assert.Throws<ChannelException>(() => BulkDialer.Open(
            _transport, _pair!.Offer, new HelloFacts(1, "test"), new ChannelSettings(_clock) { WindowFrames = 1 << 20 })).Message;
        Assert.Contains("window of 1048576", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_in_no_log_line_and_in_no_text()
    {
        ChannelPair pair = Listening();
        string secret = Convert.ToHexStringLower(pair.Ticket.Secret);
        pair.Dial();
        Hello hello = pair.Taken().Hello;
        Refusal(pair.Ticket with { Purpose = ChannelPurpose.Tree });
        Assert.All([hello.ToString(), pair.Ticket.ToString(), .. pair.Log], text =>
        {
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Secret", text, StringComparison.Ordinal);
        });
    }

    public void Dispose() => _pair?.Dispose();

    private ChannelPair Listening(ChannelSettings? settings = null) =>
        _pair = new ChannelPair(_transport, "port", settings ?? new ChannelSettings(_clock));

    private IConnection Stranger() => _transport.Connect("port", TimeSpan.FromSeconds(1));

    private string Refusal(Ticket ticket) =>
        Assert.Throws<ChannelException>(() => _pair!.Dial(offer: new ChannelOffer("port", ticket))).Message;

    private void AssertFriendIsLetIn()
    {
        using BulkChannel friend = _pair!.Dial();
        friend.Send(FrameKind.Seal, [7]);
        using IBulkChannel taker = _pair.Taken().Channel;
        using IFrame? frame = taker.Receive();
        Assert.Equal(7, frame!.Payload.Span[0]);
    }

    private void AssertDroppedAfter(byte[] bytes)
    {
        using IConnection stranger = Stranger();
        Ignoring(() => stranger.Write(bytes, []));
        Ignoring(stranger.CloseWrite);
        AssertDropped(stranger);
    }

    /// <summary>The far end closes; at most a refusal comes before.</summary>
    private static void AssertDropped(IConnection connection)
    {
        var buffer = new byte[4096];
        Ignoring(() =>
        {
            for (int total = 0; total < buffer.Length;)
            {
                int count = connection.Read(buffer);
                if (count == 0) return;
                Assert.NotEqual(RawFrame.Welcome, buffer[4]);
                total += count;
            }
        });
    }

    private static void Ignoring(Action action)
    {
        try
        {
            action();
        }
        catch (ChannelException)
        {
            // Being cut is what the test is about.
        }
    }

    private byte[] RecordedHello()
    {
        _pair ??= Listening();
        var recording = new MemoryTransport();
        using IConnectionListener listener = recording.Listen("port");
        byte[] bytes = [];
        var reading = new Thread(() =>
        {
            using IConnection? connection = listener.Accept();
            bytes = RawFrame.Read(connection!).ToBytes();
        });
        reading.Start();
        Assert.Throws<ChannelException>(() =>
            BulkDialer.Open(recording, _pair.Offer, new HelloFacts(1, "test"), new ChannelSettings(_clock)));
        reading.Join();
        return bytes;
    }
}
