using Backup.Messages.Drives;

namespace Backup.Devices.Drives.VirtualTape;

public sealed partial class VirtualTape
{
    /// <summary>Where the cartridge was taken, takes up the one that stands in the drive now.</summary>
    public MoveAnswer Rewind()
    {
        if (_cartridge is null) return new(false, $"{Name}: {NoMedium}");
        if (_options.Seat is { } seat && seat() is var there && there != _barCode)
        {
            if (there is null) return new(false, $"{Name}: ENOMEDIUM: cartridge {_barCode} was taken from the drive");
            return Reopen(there);
        }
        _faults.Wait(TapeMotion.Rewind);
        (_untilRewind, _fileNumber) = (null, 0);
        return Stand(0, null);
    }

    public MoveAnswer Locate(long block)
    {
        if (MotionFault(TapeMotion.Locate) is { } fault) return new(false, fault);
        if (block < 0) return new(false, $"cartridge {_barCode}: there is no place {block}");
        _fileNumber = -1;
        if (block == 0 || _cartridge!.At(block - 1) != PlaceKind.Nothing) return Stand(block, null);
        long end = _cartridge.Count();
        return Stand(end, $"place {block} is behind the end of data at place {end}");
    }

    public MoveAnswer SpaceToEndOfData()
    {
        if (MotionFault(TapeMotion.Space) is { } fault) return new(false, fault);
        if (_faults.FailingEndOfData > 0)
        {
            _faults.FailingEndOfData--;
            return new(false, $"cartridge {_barCode}: spacing to the end of data: EIO (Input/output error)");
        }
        long end = _cartridge!.Count();
        for (long place = _place; place < end; place++)
            if (_cartridge.At(place) == PlaceKind.Mark && _fileNumber >= 0) _fileNumber++;
        return Stand(end, null);
    }

    public MoveAnswer SpaceFilemarks(int count)
    {
        if (MotionFault(TapeMotion.Space) is { } fault) return new(false, fault);
        if (_faults.FailingMarkSpacing > 0)
        {
            _faults.FailingMarkSpacing--;
            return new(false, $"cartridge {_barCode}: spacing over filemarks: EIO (Input/output error)");
        }
        return Space(count, mark => mark == PlaceKind.Mark, _ => false);
    }

    public MoveAnswer SpaceBlocks(int count)
    {
        if (MotionFault(TapeMotion.Space) is { } fault) return new(false, fault);
        return Space(count, kind => kind != PlaceKind.Mark, kind => kind == PlaceKind.Mark);
    }

    /// <summary>Goes on until as many places as wanted were passed, or one that ends the motion was.</summary>
    private MoveAnswer Space(int count, Func<PlaceKind, bool> counts, Func<PlaceKind, bool> ends)
    {
        int step = Math.Sign(count);
        for (long left = Math.Abs((long)count); left > 0;)
        {
            if (step < 0 && _place == 0) return Stand(0, $"the beginning of the tape, {left} before the aim");
            PlaceKind kind = _cartridge!.At(step > 0 ? _place : _place - 1);
            if (kind == PlaceKind.Nothing) return Stand(_place, $"the end of data at place {_place}, {left} before the aim");
            if (kind == PlaceKind.Mark) PassMark(step);
            else _place += step;
            if (ends(kind)) return Stand(_place, $"a filemark, {left} before the aim");
            if (counts(kind)) left--;
        }
        return Stand(_place, null);
    }

    private void PassMark(int step)
    {
        _place += step;
        if (_fileNumber >= 0) _fileNumber += step;
    }

    private MoveAnswer Stand(long place, string? stoppedBy)
    {
        _place = place;
        _isLost = _endIsNear = _wroteLast = false;
        return stoppedBy is null ? MoveAnswer.Done : new(false, $"cartridge {_barCode}: stopped by {stoppedBy}");
    }

    /// <summary>
    /// Sees whether the cartridge is still in the drive; where it was taken, nothing goes on until a rewind has found what is there now.
    /// </summary>
    private bool IsSeated()
    {
        if (_cartridge is null) return false;
        if (_options.Seat is not { } seat || seat() == _barCode) return true;
        _untilRewind ??= $"EIO: cartridge {_barCode} was taken from the drive: rewind and read the label first";
        return false;
    }

    private string? MotionFault(TapeMotion motion)
    {
        if (_cartridge is null) return $"{Name}: {NoMedium}";
        _ = IsSeated();
        if (_untilRewind is not null) return _untilRewind;
        if (_isLost && motion == TapeMotion.Space) _fileNumber = -1;
        _faults.Wait(motion);
        return null;
    }

    private string? ReadFault() =>
        _cartridge is null ? $"{Name}: {NoMedium}"
        : !IsSeated() || _untilRewind is not null ? _untilRewind
        : _isLost ? $"cartridge {_barCode}: the position is unknown after a failed write: rewind and read the label first"
        : null;

    private string? WriteFault() =>
        ReadFault() is { } fault ? fault
        : _access == DriveAccess.Read ? $"cartridge {_barCode} was loaded for reading only"
        : IsProtected(_barCode) ? $"EACCES: cartridge {_barCode} is write protected"
        : null;
}
