using Backup.Messages.Drives;

namespace Backup.Devices.Drives.Disk;

public sealed partial class DiskDrive
{
    public MoveAnswer SpaceFilemarks(int count) => Space(count, overBlocks: false);

    public MoveAnswer SpaceBlocks(int count) => Space(count, overBlocks: true);

    /// <summary>As a tape does it, place by place: the first bytes of each are looked at.</summary>
    private MoveAnswer Space(int count, bool overBlocks)
    {
        if (Fault(writes: false) is { } fault) return new(false, fault);
        if (_blockSize == 0 && _volume!.Length > FirstPlace && count != 0) return new(false, NoBlockSize);
        int step = Math.Sign(count);
        for (long left = Math.Abs((long)count); left > 0;)
        {
            if (step < 0 && _block == 0) return Stopped($"the beginning, {left} before the aim");
            if (step > 0 && _block >= EndOfData()) return Stopped($"the end of data at block {_block}, {left} before the aim");
            bool isMark = IsMark(step > 0 ? _block : _block - 1);
            _block += step;
            if (isMark && _fileNumber >= 0) _fileNumber += step;
            if (isMark && overBlocks) return Stopped($"a filemark, {left} before the aim");
            if (isMark != overBlocks) left--;
        }
        return MoveAnswer.Done;
    }

    /// <summary>A place that cannot be read is a block: one steps over it.</summary>
    private bool IsMark(long block) =>
        _volume!.Read(_peek.AsSpan(0, Filemark.Length), Offset(block), out int count) == 0
        && _peek.AsSpan(0, count).SequenceEqual(Filemark);

    private MoveAnswer Stopped(string by) => new(false, $"volume {_volumeName}: stopped by {by}");
}
