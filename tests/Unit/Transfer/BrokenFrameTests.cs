using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.Transfer.Channels;

namespace Backup.Tests.Unit.Transfer;

/// <summary>What a peer may do wrong behind the hello: each breaks the channel with a line that says what came.</summary>
public sealed class BrokenFrameTests : IDisposable
{
    private readonly RawPeer _peer = new();

    [Fact]
    public void A_damaged_payload_is_never_handed_out() =>
        AssertBroken("damaged (checksum)", frame => frame with { PayloadCrc = frame.PayloadCrc ^ 1 });

    [Fact]
    public void A_huge_length_is_refused_before_any_memory_is_taken()
    {
        long before = GC.GetTotalAllocatedBytes();
        AssertBroken("2147483647 bytes came where 524288 are allowed", frame => frame with { Length = int.MaxValue });
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1 << 30); // half of the length: other tests allocate at the same time
    }

    [Fact]
    public void A_length_of_all_ones_is_refused() => AssertBroken("4294967295 bytes", frame => frame with { Length = uint.MaxValue });

    [Fact]
    public void Another_protocol_is_told_from_ours() => AssertBroken("not this protocol", frame => frame with { Magic = 0x31434b42 });

    [Fact]
    public void A_missing_frame_is_noticed() => AssertBroken("was expected", frame => frame with { Sequence = frame.Sequence + 1 });

    [Fact]
    public void An_unknown_kind_has_no_place() => AssertBroken("kind 77", frame => frame with { Kind = 77 });

    [Fact]
    public void A_second_hello_has_no_place() => AssertBroken("kind 243", frame => frame with { Kind = RawFrame.Hello });

    [Fact]
    public void Credit_for_frames_never_sent_is_refused() =>
        AssertBroken("credit", frame => new RawFrame(RawFrame.Credit, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], frame.Sequence));

    [Fact]
    public void A_cut_inside_a_frame_is_told()
    {
        using BulkChannel channel = _peer.Accepting();
        _peer.WriteBytes(Good().ToBytes()[..500]);
        _peer.CloseWrite();
        Assert.Contains("middle of a frame", Assert.Throws<ChannelException>(() => channel.Receive()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_behind_the_end_break_the_channel_and_are_not_handed_out()
    {
        using BulkChannel channel = _peer.Accepting();
        _peer.Write(RawFrame.End, []);
        _peer.Write((byte)FrameKind.Records, [1, 2, 3]);
        Assert.Null(channel.Receive());
        Assert.True(SpinWait.SpinUntil(
            () => Record.Exception(() => channel.Send(FrameKind.Seal, [])) is ChannelException, ChannelPair.Patience));
        Assert.Null(channel.Receive());
    }

    [Fact]
    public void More_records_than_the_window_break_the_channel()
    {
        using BulkChannel channel = _peer.Accepting(new ChannelSettings(TimeProvider.System) { WindowFrames = 4 });
        for (int i = 0; i < 5; i++) _peer.Write((byte)FrameKind.Records, [1]);
        for (int i = 0; i < 4; i++) Assert.NotNull(channel.Receive());
        Assert.Contains("window of 4", Assert.Throws<ChannelException>(() => channel.Receive()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_messages_that_nobody_takes_breaks_the_channel_within_bounded_memory()
    {
        using BulkChannel channel = _peer.Accepting();
        var message = new byte[200_000];
        for (int i = 0; i < 45; i++)
            if (Record.Exception(() => _peer.Write((byte)FrameKind.Want, message)) is not null) break; // cut under our hands
        int taken = 0;
        Exception? end = null;
        while ((end = Record.Exception(() => channel.Receive()!)) is null) taken++;
        Assert.InRange(taken, 1, 8 * 1024 * 1024 / 200_000);
        Assert.Contains("unasked", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_flipped_bit_of_a_frame_breaks_the_channel_and_no_wrong_payload_comes_out()
    {
        byte[] good = new RawFrame((byte)FrameKind.Records, [1, 2, 3, 4, 5], 2).ToBytes();
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << bit % 8);
            using var peer = new RawPeer(pipeBytes: 4096);
            using BulkChannel channel = peer.Accepting();
            peer.WriteBytes(bad);
            peer.CloseWrite();
            Assert.Throws<ChannelException>(() => channel.Receive());
        }
    }

    public void Dispose() => _peer.Dispose();

    private static RawFrame Good() => new((byte)FrameKind.Records, new byte[1000], 2);

    private void AssertBroken(string words, Func<RawFrame, RawFrame> spoil)
    {
        using BulkChannel channel = _peer.Accepting();
        _peer.Write((byte)FrameKind.Records, [42]);
        _peer.WriteBytes(spoil(Good() with { Sequence = _peer.NextSequence() }).ToBytes());
        using (IFrame? frame = channel.Receive()) Assert.Equal(42, frame!.Payload.Span[0]);
        Assert.Contains(words, Assert.Throws<ChannelException>(() => channel.Receive()).Message, StringComparison.Ordinal);
        Assert.Throws<ChannelException>(() => channel.Send(FrameKind.Records, [1]));
    }
}
