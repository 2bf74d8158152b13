using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.TestKit.Media;

namespace Backup.Tests.Contract.Drives;

/// <summary>The virtual tape under the suites that a tape drive passes.</summary>
public sealed class VirtualTapeTests : TapeContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tape-contract-").FullName;

    protected override IDrive NewDrive(long? capacity = null) => new VirtualTape(
        new VirtualTapeOptions(_folder, new CountedIds()) { Capacity = capacity ?? VirtualTapeOptions.CapacityDefault });

    [Fact]
    [Trait("Req", "DEV-11")]
    public void Drives_of_differing_limits_work_side_by_side_and_each_refuses_what_it_does_not_take()
    {
        using VirtualTape narrow = Limited(new BlockSizeRange(1, 245_760), "NARROW");
        using VirtualTape wide = Limited(new BlockSizeRange(2, 16_777_214), "WIDE");
        byte[] longest = [.. Enumerable.Range(0, BlockSizeRange.Any.Max).Select(i => (byte)(i * 7))], odd = longest[..77_777];

        Assert.Contains("EINVAL: a block of 245761 bytes; the drive takes 1-245760", narrow.Write(longest.AsSpan(..245_761)).Reason,
            StringComparison.Ordinal);
        Assert.Contains("EINVAL: a block of 1 bytes; the drive takes 2-16777214", wide.Write([1]).Reason, StringComparison.Ordinal);
        AssertWritten(narrow, longest[..245_760], [9]);
        AssertWritten(wide, longest, odd);
    }

    private VirtualTape Limited(BlockSizeRange blocks, string medium)
    {
        var drive = new VirtualTape(new VirtualTapeOptions(_folder, new CountedIds()) { BlockSizes = blocks });
        Assert.True(drive.Load(medium, DriveAccess.Create).Moved);
        return drive;
    }

    private static void AssertWritten(VirtualTape drive, params byte[][] blocks)
    {
        foreach (byte[] block in blocks) Assert.Equal(WriteOutcome.Written, drive.Write(block).Outcome);
        Assert.True(drive.Rewind().Moved);
        byte[] buffer = new byte[BlockSizeRange.Any.Max];
        foreach (byte[] block in blocks)
        {
            Assert.Equal(block.Length, drive.Read(buffer).Length);
            Assert.True(buffer.AsSpan(0, block.Length).SequenceEqual(block));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
