using Backup.Messages.Drives;

namespace Backup.Tests.Contract.Drives;

/// <summary>What only tapes do, virtual and real: measured with the Linux tape driver.</summary>
public abstract class TapeContract : DriveContract
{
    [Fact]
    [Trait("Req", "DEV-29")]
    public void Unloading_behind_a_block_leaves_one_mark()
    {
        IDrive drive = Labelled();
        drive.WriteFilemarks(1);
        Write(drive, 100, 1);
        Assert.True(drive.Unload().Moved);
        Assert.True(drive.Load("Vol-0001", DriveAccess.Append).Moved);
        drive.SpaceToEndOfData();
        Assert.Equal(4, drive.Position.Block);
        Assert.True(drive.Unload().Moved);
        Assert.True(drive.Load("Vol-0001", DriveAccess.Append).Moved);
        drive.SpaceToEndOfData();
        Assert.Equal(4, drive.Position.Block);
    }

    [Fact]
    [Trait("Req", "DEV-08")]
    public void Behind_the_early_warning_refusals_and_writes_alternate_and_marks_go_in_between()
    {
        IDrive drive = Labelled(capacity: 8 * BlockSize);
        int written = 0;
        while (Write(drive, BlockSize, written).Outcome == WriteOutcome.Written) written++;
        long warned = drive.Position.Block;
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(1).Outcome);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(WriteOutcome.Written, Write(drive, 300, i).Outcome);
            Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(1).Outcome);
            Assert.Equal(WriteOutcome.EndOfMedium, Write(drive, 300, i).Outcome);
        }
        Assert.Equal(warned + 7, drive.Position.Block);
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void The_label_may_be_read_with_a_buffer_that_is_too_short_and_then_again()
    {
        IDrive drive = Labelled();
        drive.WriteFilemarks(1);
        drive.Rewind();
        Assert.Equal(ReadOutcome.TooLong, drive.Read(new byte[512]).Outcome);
        Assert.True(drive.SpaceBlocks(-1).Moved);
        AssertBlock(drive, LabelLength, 99);
    }
}
