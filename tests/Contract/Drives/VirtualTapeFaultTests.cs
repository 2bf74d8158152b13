using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.TestKit.Media;

namespace Backup.Tests.Contract.Drives;

/// <summary>What goes wrong on a tape, at will.</summary>
public sealed class VirtualTapeFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tape-faults-").FullName;
    private readonly TapeFaults _faults = new();
    private readonly VirtualTape _drive;
    private readonly byte[] _buffer = new byte[64];

    public VirtualTapeFaultTests()
    {
        _drive = new VirtualTape(
            new VirtualTapeOptions(_folder, new CountedIds()) { Capacity = 64 * 1024, Reserve = 8 * 1024, Faults = _faults });
        Assert.True(_drive.Load("T1", DriveAccess.Create).Moved);
    }

    [Fact]
    public void A_failed_write_is_not_on_the_tape_and_is_written_from_a_proven_position()
    {
        _faults.FailingWrites.Add(2);
        Assert.Equal(WriteOutcome.Written, Write(1));
        Assert.Equal(WriteOutcome.Failed, Write(2));
        Assert.Equal(DrivePosition.Unknown, _drive.Position);
        Assert.Equal(WriteOutcome.Failed, Write(2));
        Assert.Equal(WriteOutcome.Failed, _drive.WriteFilemarks(1).Outcome);
        Assert.True(_drive.Locate(0).Moved);
        AssertBlock(1);
        Assert.Equal(WriteOutcome.Written, Write(2));
        Assert.Equal(WriteOutcome.Written, _drive.WriteFilemarks(1).Outcome);
        _drive.Rewind();
        AssertBlock(1);
        AssertBlock(2);
    }

    [Fact]
    public void A_medium_error_leaves_the_position_and_is_stepped_over()
    {
        for (int i = 0; i < 3; i++) Write(i);
        _faults.BadPlaces.Add(1);
        _drive.Locate(1);
        Assert.Equal(ReadOutcome.Failed, _drive.Read(_buffer).Outcome);
        Assert.Equal(ReadOutcome.Failed, _drive.Read(_buffer).Outcome);
        Assert.Equal(1, _drive.Position.Block);
        Assert.True(_drive.SpaceBlocks(1).Moved);
        AssertBlock(2);
    }

    [Fact]
    [Trait("Req", "DEV-08")]
    public void At_the_physical_end_every_write_and_mark_is_refused()
    {
        int written = 0, refused = 0;
        while (refused < 40)
        {
            WriteAnswer answer = _drive.Write(new byte[4000]);
            if (answer.Outcome == WriteOutcome.Written) (written, refused) = (written + 1, 0);
            else refused++;
        }
        Assert.Equal(17, written); // 65536 + 8192 bytes: the file's header, then frames with 4096 bytes from one to the next
        while (_drive.WriteFilemarks(1).Outcome == WriteOutcome.Written) Assert.True(++written < 40);
        Assert.Equal(WriteOutcome.EndOfMedium, _drive.WriteFilemarks(1).Outcome);
        Assert.InRange(new FileInfo(Path.Combine(_folder, "T1.cartridge")).Length, 65536, 65536 + 8192);
    }

    [Fact]
    public void A_write_protected_cartridge_is_read_and_not_written()
    {
        Write(1);
        _drive.WriteFilemarks(1);
        VirtualTape.Protect(_folder, "T1", true);
        Assert.True(_drive.Status.IsWriteProtected);
        Assert.Contains("EACCES", _drive.Write("x"u8).Reason, StringComparison.Ordinal);
        Assert.Contains("EACCES", _drive.WriteFilemarks(1).Reason, StringComparison.Ordinal);
        Assert.True(_drive.Unload().Moved);
        Assert.Contains("write protected", _drive.Load("T1", DriveAccess.Append).Reason, StringComparison.Ordinal);
        Assert.True(_drive.Load("T1", DriveAccess.Read).Moved);
        AssertBlock(1);
        Assert.True(_drive.Unload().Moved);
        VirtualTape.Protect(_folder, "T1", false);
        Assert.True(_drive.Load("T1", DriveAccess.Append).Moved);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70)]
    [InlineData(600)]
    public void A_power_cut_takes_what_was_not_waited_for_and_the_position(long kept)
    {
        Write(1);
        _drive.WriteFilemarks(1);
        for (int i = 2; i < 6; i++) Write(i);
        _drive.CutPower(kept);
        Assert.Equal(DrivePosition.Unknown, _drive.Position);
        Assert.Equal(WriteOutcome.Failed, Write(6));
        Assert.Equal(ReadOutcome.Failed, _drive.Read(_buffer).Outcome);
        Assert.False(_drive.Locate(1).Moved);
        Assert.False(_drive.SpaceToEndOfData().Moved);
        Assert.True(_drive.Rewind().Moved);
        AssertBlock(1);
        Assert.Equal(ReadOutcome.Filemark, _drive.Read(_buffer).Outcome);
        Assert.True(_drive.SpaceToEndOfData().Moved);
        Assert.InRange(_drive.Position.Block, 2, 4);
        long end = _drive.Position.Block;
        Write(9);
        _drive.WriteFilemarks(1);
        _drive.Locate(end);
        AssertBlock(9);
    }

    [Fact]
    public void Behind_a_reset_everything_is_refused_until_a_rewind()
    {
        Write(1);
        _drive.WriteFilemarks(1);
        _drive.Reset();
        Assert.Equal(WriteOutcome.Failed, Write(2));
        Assert.Equal(WriteOutcome.Failed, _drive.WriteFilemarks(0).Outcome);
        Assert.False(_drive.SpaceBlocks(1).Moved);
        Assert.True(_drive.Rewind().Moved);
        Assert.Equal(new DrivePosition(0, true, false, 0), _drive.Position);
        AssertBlock(1);
    }

    [Fact]
    public void A_failed_spacing_to_the_end_of_data_leaves_spacing_by_file()
    {
        Write(1);
        _drive.WriteFilemarks(1);
        _drive.Rewind();
        _faults.FailingEndOfData = 1;
        Assert.False(_drive.SpaceToEndOfData().Moved);
        Assert.False(_drive.SpaceFilemarks(int.MaxValue).Moved);
        Assert.Equal(new DrivePosition(2, false, true, 1), _drive.Position);
    }

    [Fact]
    public void Motions_take_the_time_that_they_are_told()
    {
        var time = new RecordedTime();
        _faults.Time = time;
        _faults.Duration = motion => motion == TapeMotion.Load ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds((int)motion);
        Write(1);
        _drive.Rewind();
        _drive.Locate(1);
        _drive.Unload();
        _drive.Load("T1", DriveAccess.Read);
        Assert.Equal([(int)TapeMotion.Write, 2, 3, 1, 60], time.Waits.Select(wait => (int)wait.TotalSeconds));
    }

    public void Dispose()
    {
        _drive.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private WriteOutcome Write(int seed)
    {
        Span<byte> block = stackalloc byte[50];
        block.Fill((byte)seed);
        return _drive.Write(block).Outcome;
    }

    private void AssertBlock(int seed)
    {
        Assert.Equal(new ReadAnswer(ReadOutcome.Block, 50), _drive.Read(_buffer));
        Assert.All(_buffer[..50], b => Assert.Equal((byte)seed, b));
    }

    /// <summary>Every timer is due at once, and remembered.</summary>
    private sealed class RecordedTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            callback(state);
            return new Fired();
        }

        private sealed class Fired : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
