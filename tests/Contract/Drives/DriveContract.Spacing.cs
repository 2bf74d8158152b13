using Backup.Messages.Drives;

namespace Backup.Tests.Contract.Drives;

/// <summary>Positions after each motion: what a real tape drive was measured to do, and every other drive with it.</summary>
public abstract partial class DriveContract
{
    [Fact]
    [Trait("Req", "DEV-29")]
    public void Two_marks_then_the_end_of_data_are_read_and_the_end_stays_the_end()
    {
        IDrive drive = TwoFiles();
        Assert.Equal(new DrivePosition(19, false, true, 3), drive.Position);
        drive.Rewind();
        AssertBlock(drive, LabelLength, 99);
        for (int i = 1; i < 10; i++) AssertBlock(drive, BlockSize, i);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        Assert.Equal(new DrivePosition(11, false, false, 1), drive.Position);
        for (int i = 0; i < 6; i++) AssertBlock(drive, BlockSize, 200 + i);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        Assert.Equal(ReadOutcome.EndOfData, Read(drive).Outcome);
        Assert.Equal(ReadOutcome.EndOfData, Read(drive).Outcome);
        Assert.Equal(19, drive.Position.Block);
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void Forward_over_marks_and_blocks()
    {
        IDrive drive = TwoFiles();
        drive.Rewind();
        Assert.True(drive.SpaceFilemarks(1).Moved);
        Assert.Equal(new DrivePosition(11, false, false, 1), drive.Position);
        AssertBlock(drive, BlockSize, 200);
        Assert.True(drive.SpaceBlocks(2).Moved);
        AssertBlock(drive, BlockSize, 203);
        Assert.True(drive.SpaceBlocks(-1).Moved);
        AssertBlock(drive, BlockSize, 203);
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void Back_over_a_mark_stands_before_it()
    {
        IDrive drive = TwoFiles();
        drive.Rewind();
        drive.SpaceFilemarks(1);
        AssertBlock(drive, BlockSize, 200);
        Assert.True(drive.SpaceFilemarks(-1).Moved);
        Assert.Equal(new DrivePosition(10, false, false, 0), drive.Position);
        Assert.True(drive.SpaceFilemarks(1).Moved);
        AssertBlock(drive, BlockSize, 200);
        drive.SpaceToEndOfData();
        Assert.True(drive.SpaceFilemarks(-3).Moved);
        Assert.Equal(10, drive.Position.Block);
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void A_motion_over_blocks_ends_on_the_far_side_of_a_mark_and_says_so()
    {
        IDrive drive = TwoFiles();
        drive.Rewind();
        AssertStopped(drive.SpaceBlocks(15));
        Assert.Equal(new DrivePosition(11, false, false, 1), drive.Position);
        AssertBlock(drive, BlockSize, 200);
        AssertStopped(drive.SpaceBlocks(-5));
        Assert.Equal(new DrivePosition(10, false, false, 0), drive.Position);
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void Motions_beyond_the_beginning_and_the_end_stop_there_and_say_so()
    {
        IDrive drive = TwoFiles();
        drive.Rewind();
        AssertStopped(drive.SpaceFilemarks(-1));
        Assert.Equal(new DrivePosition(0, true, false, 0), drive.Position);
        AssertStopped(drive.SpaceBlocks(-1));
        Assert.True(drive.Position.AtBeginning);
        AssertStopped(drive.SpaceFilemarks(10));
        Assert.Equal(new DrivePosition(19, false, true, 3), drive.Position);
        AssertStopped(drive.SpaceBlocks(1));
        Assert.Equal(19, drive.Position.Block);
        Assert.True(drive.SpaceBlocks(0).Moved && drive.SpaceFilemarks(0).Moved);
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void The_file_number_is_unknown_behind_a_locate_until_a_rewind()
    {
        IDrive drive = TwoFiles();
        Assert.True(drive.Locate(12).Moved);
        Assert.Equal(-1, drive.Position.File);
        AssertBlock(drive, BlockSize, 201);
        AssertStopped(drive.Locate(5000));
        Assert.Equal(19, drive.Position.Block);
        drive.Rewind();
        Assert.Equal(0, drive.Position.File);
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void Appending_and_overwriting_end_the_data_where_they_end()
    {
        IDrive drive = TwoFiles();
        drive.Rewind();
        Assert.True(drive.SpaceToEndOfData().Moved);
        Write(drive, BlockSize, 7);
        drive.WriteFilemarks(1);
        Assert.Equal(21, drive.Position.Block);
        Assert.True(drive.SpaceFilemarks(-2).Moved && drive.SpaceFilemarks(1).Moved);
        AssertBlock(drive, BlockSize, 7);

        drive.Rewind();
        drive.SpaceFilemarks(1);
        Write(drive, BlockSize, 9);
        drive.WriteFilemarks(1);
        drive.Rewind();
        drive.SpaceToEndOfData();
        Assert.Equal(13, drive.Position.Block);
    }

    [Fact]
    public void A_drive_says_whether_it_has_a_medium()
    {
        IDrive drive = Track(NewDrive());
        Assert.Equal(new DriveStatus(false, false), drive.Status);
        Assert.Equal(DrivePosition.Unknown, drive.Position);
        drive.Load("Vol-0001", DriveAccess.Create);
        Assert.Equal(new DriveStatus(true, false), drive.Status);
        drive.Unload();
        Assert.False(drive.Status.HasMedium);
    }

    protected static void AssertStopped(MoveAnswer answer)
    {
        Assert.False(answer.Moved);
        Assert.NotNull(answer.Reason);
    }

    /// <summary>A label and nine blocks, a mark, six blocks, two marks: places 0 to 18.</summary>
    private IDrive TwoFiles()
    {
        IDrive drive = Labelled();
        for (int i = 1; i < 10; i++) Assert.Equal(WriteOutcome.Written, Write(drive, BlockSize, i).Outcome);
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(1).Outcome);
        for (int i = 0; i < 6; i++) Assert.Equal(WriteOutcome.Written, Write(drive, BlockSize, 200 + i).Outcome);
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(2).Outcome);
        return drive;
    }
}
