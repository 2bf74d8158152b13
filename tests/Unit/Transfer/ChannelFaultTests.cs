using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.Transfer.Channels;
using Backup.Transfer.Transports;

namespace Backup.Tests.Unit.Transfer;

/// <summary>Networks that cut, corrupt and fall silent.</summary>
public sealed class ChannelFaultTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly FaultyTransport _faulty;
    private readonly ChannelPair _pair;

    public ChannelFaultTests()
    {
        var memory = new MemoryTransport();
        _faulty = new FaultyTransport(memory);
        _pair = new ChannelPair(memory, "port", new ChannelSettings(_clock), dialBy: _faulty);
    }

    [Fact]
    [Trait("Req", "NET-12")]
    public void A_cut_at_any_byte_breaks_both_ends_and_hands_out_whole_frames_only()
    {
        for (long cut = 600; cut < 5000; cut += 217)
        {
            _faulty.Faults = new Faults { CutAfter = cut };
            using BulkChannel dialler = _pair.Dial();
            using IBulkChannel taker = _pair.Taken().Channel;
            Exception? sending = null;
            for (int i = 0; i < 20 && sending is null; i++)
                sending = Record.Exception(() => dialler.Send(FrameKind.Records, new byte[300]));
            Assert.IsType<ChannelException>(sending);
            Assert.IsType<ChannelException>(Record.Exception(() =>
            {
                while (taker.Receive() is { } frame)
                    using (frame) Assert.Equal(300, frame.Payload.Length);
            }));
        }
    }

    [Fact]
    public void A_corrupted_byte_is_found_by_the_checksum()
    {
        _faulty.Faults = new Faults { CorruptAt = 2000 };
        (BulkChannel dialler, IBulkChannel taker) = _pair.Open();
        dialler.Send(FrameKind.Records, new byte[10_000]);
        Assert.Contains("damaged", Assert.Throws<ChannelException>(() => taker.Receive()).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "NET-12")]
    [Trait("Req", "NET-17")]
    public void Silence_past_the_idle_deadline_breaks_the_channel_and_wakes_who_waits()
    {
        _faulty.Faults = new Faults { SilentAfter = 1000 };
        (BulkChannel dialler, IBulkChannel taker) = _pair.Open();
        dialler.Send(FrameKind.Records, new byte[10_000]); // vanishes on the way
        Exception? waiting = null;
        var receiver = new Thread(() => waiting = Record.Exception(() => taker.Receive()));
        receiver.Start();
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.True(receiver.IsAlive);
        // What came before the silence may be heard late on the reader's thread: time goes on until the silence is noticed.
        Assert.True(SpinWait.SpinUntil(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(6));
            return receiver.Join(1);
        }, ChannelPair.Patience));
        Assert.Contains("silent for 60 s", waiting!.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "NET-17")]
    public void Pings_keep_an_idle_channel_open_for_hours()
    {
        // A pipe of two pings: the test cannot run ahead of the channel's reader by more than 30 s.
        using var peer = new RawPeer(pipeBytes: 2 * RawFrame.HeaderSize);
        using BulkChannel channel = peer.Accepting(new ChannelSettings(_clock));
        for (int i = 0; i < 720; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(RawFrame.Ping, peer.ReadFrame().Kind);
            peer.Write(RawFrame.Ping, []);
        }
        peer.Write((byte)FrameKind.Stored, [1]);
        Assert.Equal(FrameKind.Stored, channel.Receive()!.Kind);
    }

    [Fact]
    public void A_listener_that_never_answers_the_hello_is_given_up_at_the_deadline()
    {
        var memory = new MemoryTransport();
        using IConnectionListener dumb = memory.Listen("dumb");
        Exception? dialling = null;
        var dialler = new Thread(() => dialling = Record.Exception(() =>
            BulkDialer.Open(memory, _pair.Offer with { Endpoint = "dumb" }, new HelloFacts(1, "test"), new ChannelSettings(_clock))));
        dialler.Start();
        RawFrame.Read(dumb.Accept()!);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(dialler.Join(ChannelPair.Patience));
        Assert.Equal("dumb: no answer to the hello within 5 s", dialling!.Message);
    }

    [Fact]
    public void A_held_up_write_delays_and_loses_nothing()
    {
        using var gate = new ManualResetEventSlim();
        _faulty.Faults = new Faults { DelayAt = 1500, Delay = () => gate.Wait(ChannelPair.Patience) };
        (BulkChannel dialler, IBulkChannel taker) = _pair.Open();
        var sender = new Thread(() => dialler.Send(FrameKind.Records, new byte[5000]));
        sender.Start();
        Assert.False(taker.TryReceive(out _));
        gate.Set();
        Assert.Equal(5000, taker.Receive()!.Payload.Length);
        Assert.True(sender.Join(ChannelPair.Patience));
    }

    public void Dispose() => _pair.Dispose();
}
