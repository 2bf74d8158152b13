using Backup.Messages.Drives;
using Backup.Volumes.Blocks;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Drives;

/// <summary>The drive, and not the medium, did not do what was asked: another try later, or another drive, may do.</summary>
internal sealed class DriveUnavailableException(string message) : VolumeException(message);

/// <summary>
/// A drive with what an attentive operator would do at once. A drive that does not open is told from a medium that is unfit. A failed
/// write is tried once more from a proven position; the second failure in a row ends the medium, whose whole blocks stay. Where
/// the drive does not find the end of the data, it is gone to file by file. One thread.
/// </summary>
internal sealed class AttendedDrive(IDrive drive, Action<string> note, bool ignoresCloseErrors = false) : IDrive
{
    private readonly BlockMemory _first = new(), _last = new();
    private string _medium = "";
    private long _place = -1; // of the next block or mark; -1 unknown
    private bool _isLost; // a write failed: nothing is written before the position is proven

    public string Name => drive.Name;
    public DrivePosition Position => drive.Position;
    public DriveStatus Status => drive.Status;
    public BlockSizeRange BlockSizes => drive.BlockSizes;
    public long? Capacity => drive.Capacity;

    /// <summary>Why nothing more is to be written on this medium; null while it may be.</summary>
    public string? GaveUp { get; private set; }

    /// <summary>The last load was refused: what is wrong is not on the medium's blocks.</summary>
    public bool IsLoadRefused { get; private set; }

    /// <summary>Throws <see cref="DriveUnavailableException"/> where it is the drive that does not open.</summary>
    public MoveAnswer Load(string medium, DriveAccess access)
    {
        MoveAnswer answer = drive.Load(medium, access);
        IsLoadRefused = !answer.Moved;
        if (answer is { Moved: false, MayPass: true })
            throw new DriveUnavailableException($"{drive.Name} cannot be opened for volume {medium}: {answer.Reason}");
        _medium = medium;
        (_place, _isLost, GaveUp) = (answer.Moved ? 0 : -1, false, null);
        _first.Clear();
        _last.Clear();
        return answer;
    }

    /// <summary>What was reported as stored was waited for before: a medium that is not closed well has it all the same.</summary>
    public MoveAnswer Unload()
    {
        _place = -1;
        MoveAnswer answer = drive.Unload();
        if (!answer.Moved) note($"volume {_medium} was not closed well: {answer.Reason}");
        return ignoresCloseErrors ? MoveAnswer.Done : answer;
    }

    public void SetBlockSize(int bytes) => drive.SetBlockSize(bytes);

    public WriteAnswer Write(ReadOnlySpan<byte> block)
    {
        WriteAnswer answer = WriteOnce(block);
        if (answer.Outcome != WriteOutcome.Failed || GaveUp is not null || !Proves()) return answer;
        string failure = $"volume {_medium}, block {_place}: {answer.Reason}";
        answer = WriteOnce(block);
        if (answer.Outcome != WriteOutcome.Failed)
        {
            note($"{failure}; it was written at the second try");
            return answer;
        }
        if (!Proves()) return answer;
        GaveUp = $"volume {_medium}: writing block {_place} failed twice in a row ({answer.Reason}): nothing more is written on it";
        note(GaveUp);
        return new WriteAnswer(WriteOutcome.EndOfMedium, GaveUp);
    }

    /// <summary>A mark that failed is not tried again: what was written before it is not proven to be on stable storage.</summary>
    public WriteAnswer WriteFilemarks(int count)
    {
        if (_isLost && !Proves()) return new WriteAnswer(WriteOutcome.Failed, "the position is unknown after a failed write");
        WriteAnswer answer = drive.WriteFilemarks(count);
        if (answer.Outcome == WriteOutcome.Written && count > 0)
        {
            _place += count;
            _last.Clear();
        }
        _isLost = answer.Outcome == WriteOutcome.Failed;
        return answer;
    }

    public ReadAnswer Read(Span<byte> buffer)
    {
        ReadAnswer answer = drive.Read(buffer);
        if (answer.Outcome == ReadOutcome.Block && _place == 0) _first.Keep(buffer[..answer.Length]);
        if (_place >= 0 && answer.Outcome is ReadOutcome.Block or ReadOutcome.Filemark or ReadOutcome.TooLong) _place++;
        return answer;
    }

    public MoveAnswer Rewind()
    {
        MoveAnswer answer = drive.Rewind();
        return Stood(answer, answer.Moved ? 0 : -1);
    }

    public MoveAnswer Locate(long block)
    {
        MoveAnswer answer = drive.Locate(block);
        return Stood(answer, answer.Moved ? block : drive.Position.Block);
    }

    public MoveAnswer SpaceFilemarks(int count) => Stood(drive.SpaceFilemarks(count), drive.Position.Block);

    public MoveAnswer SpaceBlocks(int count) => Stood(drive.SpaceBlocks(count), drive.Position.Block);

    public MoveAnswer SpaceToEndOfData()
    {
        MoveAnswer answer = drive.SpaceToEndOfData();
        if (!answer.Moved && drive.Status.HasMedium) answer = SpaceFileByFile(answer);
        return Stood(answer, drive.Position.Block);
    }

    public void Dispose() => drive.Dispose();

    private WriteAnswer WriteOnce(ReadOnlySpan<byte> block)
    {
        if (_isLost && !Proves()) return new WriteAnswer(WriteOutcome.Failed, "the position is unknown after a failed write");
        WriteAnswer answer = drive.Write(block);
        _isLost = answer.Outcome == WriteOutcome.Failed;
        if (answer.Outcome != WriteOutcome.Written) return answer;
        if (_place == 0) _first.Keep(block);
        _last.Keep(block);
        _place++;
        return answer;
    }

    /// <summary>
    /// After a failed write the medium stands anywhere, and may be another one. True where it stands behind the last thing written again:
    /// the first block is this medium's, the last one is there and sound, and the drive says that what it took is on stable storage.
    /// </summary>
    private bool Proves()
    {
        if (_place < 0 || !drive.Rewind().Moved) return false;
        if (_place > 0)
        {
            using var buffer = new AlignedBuffer(BlockCodec.SizeMax);
            if (!_first.IsNext(drive, buffer.Span)) return false;
            bool isChecked = _place > 1 && _last.IsKept;
            if (!drive.Locate(isChecked ? _place - 1 : _place).Moved) return false;
            if (isChecked && !_last.IsNext(drive, buffer.Span)) return false;
        }
        _isLost = drive.Position.Block != _place || drive.WriteFilemarks(0).Outcome != WriteOutcome.Written;
        return !_isLost;
    }

    private MoveAnswer SpaceFileByFile(MoveAnswer failed)
    {
        MoveAnswer step = drive.Rewind();
        while (step.Moved) step = drive.SpaceFilemarks(1);
        bool isThere = drive.Position.AtEndOfData;
        note($"volume {_medium}: {failed.Reason}; " + (isThere ? "it was found file by file" : $"nor file by file: {step.Reason}"));
        return isThere ? MoveAnswer.Done : new MoveAnswer(false, $"{failed.Reason}; file by file: {step.Reason}");
    }

    private MoveAnswer Stood(MoveAnswer answer, long place)
    {
        _place = place;
        _isLost = false;
        _last.Clear();
        return answer;
    }
}
