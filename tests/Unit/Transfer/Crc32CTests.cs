using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.Transfer.Channels;

namespace Backup.Tests.Unit.Transfer;

/// <summary>The checksum on the wire is CRC32C, whatever the length: seen from outside by a reader of the raw frames.</summary>
public sealed class Crc32CTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(6143)]
    [InlineData(6144)]
    [InlineData(6145)]
    [InlineData(300_001)]
    public void A_frames_checksum_is_the_bitwise_crc32c_of_its_payload(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        using var peer = new RawPeer();
        using BulkChannel channel = peer.Accepting();
        channel.Send(FrameKind.Records, payload);
        RawFrame frame = peer.ReadFrame();
        Assert.Equal(payload, frame.Payload);
        Assert.Equal(RawFrame.Crc(payload), frame.PayloadCrc);
    }

    [Fact]
    public void The_check_value_of_the_field_is_met() => Assert.Equal(0xe3069283u, RawFrame.Crc("123456789"u8));
}
