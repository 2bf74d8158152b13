using Backup.Messages.Drives;
using Backup.Messages.Wire;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

public sealed class BlockSizeTests
{
    [Fact]
    [Trait("Req", "FMT-16")]
    public void A_volume_tells_its_shortest_and_its_longest_block_and_has_no_others()
    {
        var bench = new VolumeBench();
        using (VolumeWriter writer = bench.Append())
        {
            var stream = new Stream(Samples.Session, 1);
            writer.StartSession(VolumeBench.Start(Samples.Session, 1));
            writer.Append(Samples.Session, 1, stream.File(300_000));
            writer.EndSession(Samples.Session, VolumeBench.Seal(stream.Position), VolumeBench.Now);
            writer.Close(VolumeBench.Now, full: true);
        }
        using VolumeReader reader = VolumeReader.Open(bench.Drive, VolumeBench.Name);

        Assert.Equal((BlockCodec.ShortestBlock, 64 << 10), (reader.Label.BlockSizeMin, reader.Label.BlockSize));
        Assert.All(bench.Medium.Where(block => block is not null),
            block => Assert.InRange(block!.Length, reader.Label.BlockSizeMin, reader.Label.BlockSize));
    }

    [Theory]
    [Trait("Req", "FMT-16")]
    [InlineData(1, 32 << 10)]
    [InlineData(512, 4 << 20)]
    public void A_drive_that_cannot_take_its_blocks_refuses_a_volume_with_the_sizes_of_both_and_leaves_it_alone(int min, int max)
    {
        var bench = new VolumeBench();
        byte[]?[] before = [.. bench.Medium];
        bench.Drive.BlockSizes = new BlockSizeRange(min, max);

        string words = $"has blocks of 88 to 65536 bytes, and the drive takes {min} to {max}";
        Assert.Contains(words, Assert.Throws<VolumeException>(() => bench.Append()).Message, StringComparison.Ordinal);
        Assert.Contains(words, Assert.Throws<VolumeException>(() => VolumeReader.Open(bench.Drive, VolumeBench.Name)).Message,
            StringComparison.Ordinal);
        Assert.Contains(words, Assert.Throws<VolumeException>(() => VolumeWriter.Label(bench.Drive, VolumeBench.LabelOf("V2", 2))).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, bench.Medium);
        bench.Drive.BlockSizes = BlockSizeRange.Any;
        bench.Append().Dispose(); // the drive was left empty
    }

    [Fact]
    [Trait("Req", "FMT-04")]
    public void A_label_of_before_that_has_no_shortest_block_is_read()
    {
        VolumeLabel label = VolumeBench.LabelOf("V", 1) with { BlockSizeMin = VolumeLabel.BlockSizeMinUnknown };
        byte[] old = CborMap.Encode(new LabelOfBefore(label.Name, label.Life, label.Installation, label.Pool, label.Storage, label.HostName,
            label.SystemText, label.SoftwareVersion, label.FormatVersion, label.BlockSize, label.Labelled));

        Assert.Equal(label, CborMap.Decode<VolumeLabel>(old));
    }

    private sealed record LabelOfBefore(string Name, Messages.Ids.VolumeLifeId Life, Messages.Ids.InstallationId Installation, string Pool,
        string Storage, string HostName, string SystemText, string SoftwareVersion, int FormatVersion, int BlockSize,
        Messages.Values.Instant Labelled);
}
