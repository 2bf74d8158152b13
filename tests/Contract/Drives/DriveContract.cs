using System.Buffers.Binary;
using Backup.Messages.Drives;

namespace Backup.Tests.Contract.Drives;

/// <summary>What every drive does, in the tape driver's words. A test block begins with its magic and its length.</summary>
public abstract partial class DriveContract : IDisposable
{
    protected const int BlockSize = 64 * 1024;
    protected const int LabelLength = 5000;
    private const uint Magic = 0x4b434f42;
    private readonly AlignedBuffer _buffer = new(BlockSize);
    private readonly List<IDrive> _drives = [];

    /// <summary>A drive over the test's one set of media; the media outlive the drive.</summary>
    protected abstract IDrive NewDrive(long? capacity = null);

    /// <summary>Length of a test block, as a disk drive is told.</summary>
    protected static int LengthOf(ReadOnlySpan<byte> place) =>
        place.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(place) == Magic
            ? BinaryPrimitives.ReadInt32LittleEndian(place[4..])
            : -1;

    [Fact]
    [Trait("Req", "DEV-20")]
    [Trait("Req", "DEV-29")]
    public void Blocks_of_any_length_come_back_with_their_exact_length_and_content()
    {
        IDrive drive = Labelled();
        int[] lengths = [BlockSize, 100, 4096, 4097, BlockSize - 1, 8];
        for (int i = 0; i < lengths.Length; i++) Assert.Equal(WriteOutcome.Written, Write(drive, lengths[i], i).Outcome);
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(1).Outcome);

        Assert.True(drive.Rewind().Moved);
        AssertBlock(drive, LabelLength, 99);
        for (int i = 0; i < lengths.Length; i++) AssertBlock(drive, lengths[i], i);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        Assert.Equal(ReadOutcome.EndOfData, Read(drive).Outcome);
    }

    [Fact]
    public void Filemarks_count_as_blocks_and_reading_one_stands_behind_it()
    {
        IDrive drive = Labelled();
        Write(drive, 100, 1);
        drive.WriteFilemarks(2);
        Write(drive, 200, 2);
        Assert.Equal(5, drive.Position.Block);
        Assert.True(drive.Locate(2).Moved);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        Assert.Equal(3, drive.Position.Block);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        AssertBlock(drive, 200, 2);
    }

    [Fact]
    public void Locate_goes_to_every_block_and_stops_at_the_end_of_data()
    {
        IDrive drive = Labelled();
        for (int i = 1; i <= 5; i++) Write(drive, 1000 * i, i);
        foreach (int n in new[] { 4, 1, 5, 2, 3 })
        {
            Assert.True(drive.Locate(n).Moved);
            Assert.Equal(n, drive.Position.Block);
            AssertBlock(drive, 1000 * n, n);
        }
        Assert.True(drive.Locate(6).Moved);
        Assert.True(drive.Position.AtEndOfData);
        MoveAnswer beyond = drive.Locate(7);
        Assert.False(beyond.Moved);
        Assert.NotNull(beyond.Reason);
        Assert.Equal(6, drive.Position.Block);
    }

    [Fact]
    public void Space_to_end_of_data_is_where_the_next_block_goes()
    {
        IDrive drive = Labelled();
        Write(drive, 300, 1);
        drive.WriteFilemarks(1);
        drive.Rewind();
        Assert.True(drive.Position.AtBeginning);
        Assert.True(drive.SpaceToEndOfData().Moved);
        Assert.Equal(3, drive.Position.Block);
        Assert.True(drive.Position is { AtBeginning: false, AtEndOfData: true });
        Write(drive, 400, 2);
        drive.Locate(3);
        AssertBlock(drive, 400, 2);
    }

    [Fact]
    public void Writing_in_the_middle_ends_the_data_there()
    {
        IDrive drive = Labelled();
        for (int i = 1; i <= 4; i++) Write(drive, BlockSize, i);
        drive.Locate(2);
        Write(drive, 50, 9);
        Assert.True(drive.Position.AtEndOfData);
        Assert.Equal(ReadOutcome.EndOfData, Read(drive).Outcome);
        drive.Locate(2);
        AssertBlock(drive, 50, 9);
        Assert.False(drive.Locate(4).Moved);
    }

    [Fact]
    [Trait("Req", "DEV-20")]
    public void A_block_longer_than_the_buffer_is_passed_over_and_can_be_read_again()
    {
        IDrive drive = Labelled();
        Write(drive, 20_000, 1);
        Write(drive, 30, 2);
        drive.Locate(1);
        Assert.Equal(ReadOutcome.TooLong, drive.Read(new byte[10_000]).Outcome);
        Assert.Equal(2, drive.Position.Block);
        Assert.Equal(new ReadAnswer(ReadOutcome.Block, 30), drive.Read(new byte[30]));
        drive.Locate(1);
        AssertBlock(drive, 20_000, 1);
    }

    [Fact]
    [Trait("Req", "DEV-08")]
    public void At_the_end_of_the_medium_the_first_refused_block_is_left_out_and_trailers_are_let_through()
    {
        IDrive drive = Labelled(capacity: 10 * BlockSize);
        int written = 0;
        WriteAnswer answer;
        while ((answer = Write(drive, BlockSize, written)).Outcome == WriteOutcome.Written && written < 20) written++;
        Assert.Equal(WriteOutcome.EndOfMedium, answer.Outcome);
        Assert.InRange(written, 7, 10);
        Assert.Equal(WriteOutcome.Written, Write(drive, 500, 77).Outcome);
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(1).Outcome);

        drive.Locate(written);
        AssertBlock(drive, BlockSize, written - 1);
        AssertBlock(drive, 500, 77);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        Assert.Equal(ReadOutcome.EndOfData, Read(drive).Outcome);
    }

    [Fact]
    public void What_was_waited_for_is_there_when_another_drive_loads_the_medium()
    {
        IDrive drive = Labelled();
        Write(drive, 700, 1);
        drive.WriteFilemarks(1);
        Assert.True(drive.Unload().Moved);

        IDrive second = Track(NewDrive());
        Assert.True(second.Load("Vol-0001", DriveAccess.Append).Moved);
        AssertBlock(second, LabelLength, 99);
        second.SetBlockSize(BlockSize);
        AssertBlock(second, 700, 1);
        Assert.Equal(ReadOutcome.Filemark, Read(second).Outcome);
        Assert.Equal(new DrivePosition(3, false, true, 1), second.Position);
        Assert.Equal(WriteOutcome.Written, Write(second, 800, 2).Outcome);
        second.Locate(3);
        AssertBlock(second, 800, 2);
    }

    [Fact]
    public void A_medium_loaded_for_reading_refuses_writes_and_stays_as_it_was()
    {
        IDrive labelled = Labelled();
        labelled.WriteFilemarks(1);
        Assert.True(labelled.Unload().Moved);
        IDrive drive = Track(NewDrive());
        Assert.True(drive.Load("Vol-0001", DriveAccess.Read).Moved);
        drive.SetBlockSize(BlockSize);
        drive.SpaceToEndOfData();
        WriteAnswer answer = Write(drive, 100, 1);
        Assert.Equal(WriteOutcome.Failed, answer.Outcome);
        Assert.NotNull(answer.Reason);
        Assert.Equal(WriteOutcome.Failed, drive.WriteFilemarks(1).Outcome);
        drive.Rewind();
        AssertBlock(drive, LabelLength, 99);
        Assert.Equal(ReadOutcome.Filemark, Read(drive).Outcome);
        Assert.Equal(ReadOutcome.EndOfData, Read(drive).Outcome);
    }

    [Fact]
    public void Unloading_twice_is_done_at_once_and_an_empty_drive_refuses_everything()
    {
        IDrive drive = Labelled();
        Assert.True(drive.Unload().Moved);
        Assert.True(drive.Unload().Moved);
        Assert.Equal(WriteOutcome.Failed, Write(drive, 10, 0).Outcome);
        Assert.Equal(ReadOutcome.Failed, Read(drive).Outcome);
        Assert.False(drive.Rewind().Moved);
    }

    [Fact]
    public void A_medium_that_is_not_there_is_refused_with_its_name()
    {
        MoveAnswer answer = Track(NewDrive()).Load("Absent-1", DriveAccess.Append);
        Assert.False(answer.Moved);
        Assert.Contains("Absent-1", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_medium_is_at_its_beginning_and_at_its_end()
    {
        IDrive drive = Track(NewDrive());
        Assert.True(drive.Load("Vol-0001", DriveAccess.Create).Moved);
        Assert.Equal(new DrivePosition(0, true, true, 0), drive.Position);
        Assert.Equal(ReadOutcome.EndOfData, Read(drive).Outcome);
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(0).Outcome);
        Assert.True(drive.Position.AtEndOfData);
    }

    public virtual void Dispose()
    {
        foreach (IDrive drive in _drives) drive.Dispose();
        _buffer.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A drive with a created medium, its label block written and the block size set.</summary>
    protected IDrive Labelled(long? capacity = null)
    {
        IDrive drive = Track(NewDrive(capacity));
        Assert.True(drive.Load("Vol-0001", DriveAccess.Create).Moved);
        Assert.Equal(WriteOutcome.Written, Write(drive, LabelLength, 99).Outcome);
        drive.SetBlockSize(BlockSize);
        return drive;
    }

    protected IDrive Track(IDrive drive)
    {
        _drives.Add(drive);
        return drive;
    }

    protected WriteAnswer Write(IDrive drive, int length, int seed)
    {
        Span<byte> block = _buffer.Span[..length];
        Fill(block, seed);
        return drive.Write(block);
    }

    protected ReadAnswer Read(IDrive drive) => drive.Read(_buffer.Span);

    protected void AssertBlock(IDrive drive, int length, int seed)
    {
        _buffer.Span.Fill(0xee);
        Assert.Equal(new ReadAnswer(ReadOutcome.Block, length), Read(drive));
        var expected = new byte[length];
        Fill(expected, seed);
        Assert.True(_buffer.Span[..length].SequenceEqual(expected), $"block of seed {seed} has other content");
    }

    private static void Fill(Span<byte> block, int seed)
    {
        for (int i = 0; i < block.Length; i++) block[i] = (byte)(i * 31 + seed * 17 + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(block, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], block.Length);
    }
}
