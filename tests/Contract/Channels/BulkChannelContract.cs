using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.Transfer.Channels;
using Backup.Transfer.Transports;

namespace Backup.Tests.Contract.Channels;

/// <summary>What every bulk channel does, whatever carries its bytes.</summary>
public abstract class BulkChannelContract : IDisposable
{
    private readonly List<ChannelPair> _pairs = [];

    protected abstract ITransport Transport { get; }
    protected abstract string Endpoint { get; }

    /// <summary>The node that offers name; empty where the transport proves none.</summary>
    protected virtual string Node => "";

    [Fact]
    public void Frames_of_every_kind_and_length_arrive_in_order_both_ways()
    {
        (BulkChannel dialler, IBulkChannel taker) = Pair().Open();
        foreach ((IBulkChannel from, IBulkChannel to) in new[] { (dialler, taker), (taker, (IBulkChannel)dialler) })
        {
            (FrameKind, int)[] frames =
            [
                (FrameKind.Records, 1), (FrameKind.Want, 0), (FrameKind.Records, 512 * 1024), (FrameKind.Seal, 5000), (FrameKind.Failed, 3),
            ];
            foreach ((FrameKind kind, int length) in frames) from.Send(kind, Payload(length));
            foreach ((FrameKind kind, int length) in frames)
            {
                using IFrame frame = to.Receive()!;
                Assert.Equal(kind, frame.Kind);
                Assert.True(frame.Payload.Span.SequenceEqual(Payload(length)));
            }
        }
    }

    [Fact]
    public void A_clean_end_on_both_sides_is_null_after_the_last_frame()
    {
        (BulkChannel dialler, IBulkChannel taker) = Pair().Open();
        dialler.Send(FrameKind.Records, Payload(10));
        dialler.CloseSend();
        using (IFrame? frame = taker.Receive()) Assert.Equal(10, frame!.Payload.Length);
        Assert.Null(taker.Receive());
        taker.Send(FrameKind.Stored, Payload(20)); // one side's end does not close the other's
        taker.CloseSend();
        using (IFrame? frame = dialler.Receive()) Assert.Equal(FrameKind.Stored, frame!.Kind);
        Assert.Null(dialler.Receive());
        Assert.Null(dialler.Receive());
        Assert.Throws<InvalidOperationException>(() => dialler.Send(FrameKind.Records, Payload(1)));
    }

    [Fact]
    public void What_was_sent_before_dispose_still_arrives_and_then_the_break_is_told()
    {
        (BulkChannel dialler, IBulkChannel taker) = Pair().Open();
        for (int i = 0; i < 8; i++) taker.Send(FrameKind.Records, Payload(100_000)); // unread at the end that leaves
        dialler.Send(FrameKind.Failed, Payload(9));
        dialler.Dispose();
        using (IFrame? frame = taker.Receive()) Assert.Equal(FrameKind.Failed, frame!.Kind);
        ChannelException e = Assert.Throws<ChannelException>(() => taker.Receive());
        Assert.Contains("before its end", e.Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => dialler.Receive());
    }

    [Fact]
    public void The_window_stops_the_sender_until_frames_are_disposed()
    {
        (BulkChannel dialler, IBulkChannel taker) = Pair(window: 4).Open();
        var sent = new SemaphoreSlim(0);
        Thread sender = Start(() =>
        {
            for (int i = 0; i < 12; i++)
            {
                dialler.Send(FrameKind.Records, Payload(1000 + i));
                sent.Release();
            }
        });
        for (int i = 0; i < 4; i++) Assert.True(sent.Wait(ChannelPair.Patience));
        Assert.False(sent.Wait(50)); // a fifth send would be over the window
        dialler.Send(FrameKind.Seal, []); // other kinds cost no credit
        for (int i = 0; i < 4; i++)
        {
            using IFrame? frame = taker.Receive();
            Assert.Equal(1000 + i, frame!.Payload.Length);
        }
        Assert.Equal(FrameKind.Seal, taker.Receive()!.Kind);
        for (int i = 4; i < 12; i++)
        {
            using IFrame? frame = taker.Receive();
            Assert.Equal(1000 + i, frame!.Payload.Length);
        }
        Assert.True(sender.Join(ChannelPair.Patience));
        Assert.True(dialler.WaitedForCredit > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, taker.WaitedForCredit);
    }

    [Fact]
    public void Dispose_wakes_a_sender_and_a_receiver_that_wait()
    {
        (BulkChannel dialler, IBulkChannel taker) = Pair(window: 1).Open();
        dialler.Send(FrameKind.Records, Payload(1));
        Exception? sending = null;
        Exception? receiving = null;
        Thread sender = Start(() => sending = Record.Exception(() => dialler.Send(FrameKind.Records, Payload(1))));
        Thread receiver = Start(() => receiving = Record.Exception(() => dialler.Receive()));
        taker.Dispose();
        Assert.True(sender.Join(ChannelPair.Patience) && receiver.Join(ChannelPair.Patience));
        Assert.IsType<ChannelException>(sending);
        Assert.IsType<ChannelException>(receiving);
    }

    [Fact]
    public void TryReceive_tells_what_is_there_and_never_waits()
    {
        (BulkChannel dialler, IBulkChannel taker) = Pair().Open();
        Assert.False(taker.TryReceive(out IFrame? none));
        Assert.Null(none);
        dialler.Send(FrameKind.Committed, Payload(4));
        Assert.True(SpinWait.SpinUntil(() => taker.TryReceive(out none), ChannelPair.Patience));
        Assert.Equal(FrameKind.Committed, none!.Kind);
    }

    [Fact]
    public void A_payload_over_the_limit_and_a_foreign_kind_are_refused_before_the_wire()
    {
        (BulkChannel dialler, IBulkChannel taker) = Pair().Open();
        Assert.Throws<ArgumentException>(() => dialler.Send(FrameKind.Records, new byte[dialler.PayloadBytesMax + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => dialler.Send((FrameKind)241, []));
        dialler.Send(FrameKind.Records, Payload(3));
        using IFrame? frame = taker.Receive();
        Assert.Equal(3, frame!.Payload.Length);
    }

    [Fact]
    [Trait("Req", "NET-13")]
    public void A_cut_channel_is_dialled_again_and_both_ends_say_where_they_stand()
    {
        ChannelPair pair = Pair(window: 4);
        BulkChannel first = pair.Dial(attempt: 3, received: 5);
        (Hello hello, IBulkChannel taker) = pair.Taken();
        Assert.Equal((3, 5L, pair.Ticket.Session), (hello.Attempt, hello.Received, hello.Session));
        Assert.Equal(300, first.PeerReceived);
        for (int i = 0; i < 3; i++)
        {
            first.Send(FrameKind.Records, Payload(10));
            taker.Receive()!.Dispose();
        }
        Assert.True(SpinWait.SpinUntil(() => first.PeerReceived == 303, ChannelPair.Patience));
        taker.Dispose();
        Assert.Throws<ChannelException>(() => first.Receive());

        using BulkChannel second = pair.Dial(attempt: 4);
        Assert.Equal(400, second.PeerReceived);
        second.Send(FrameKind.Records, Payload(11));
        using IFrame? frame = pair.Taken().Channel.Receive();
        Assert.Equal(11, frame!.Payload.Length);
    }

    public void Dispose()
    {
        foreach (ChannelPair pair in _pairs) pair.Dispose();
        GC.SuppressFinalize(this);
    }

    private ChannelPair Pair(int window = ChannelSettings.WindowFramesDefault)
    {
        var pair = new ChannelPair(Transport, Endpoint, new ChannelSettings(TimeProvider.System) { WindowFrames = window }, node: Node);
        _pairs.Add(pair);
        return pair;
    }

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static byte[] Payload(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}

public sealed class TcpChannelTests : BulkChannelContract
{
    protected override ITransport Transport { get; } = new TcpTransport();
    protected override string Endpoint => "127.0.0.1:0";
}

public sealed class MemoryChannelTests : BulkChannelContract
{
    protected override ITransport Transport { get; } = new MemoryTransport();
    protected override string Endpoint => "memory";
}
