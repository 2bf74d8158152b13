using Backup.Messages.Drives;

namespace Backup.TestKit.Media;

/// <summary>
/// A drive whose media are lists in memory, with the answers of the Linux tape driver: a refused block is not on the medium, the
/// refusal and
/// a write alternate behind it, writing ends the data there, a medium error leaves the position. Faults are set by the test. One thread.
/// </summary>
public sealed class MemoryDrive : IDrive
{
    /// <summary>Written blocks of each medium by name; null is a filemark. A test may change them as an ageing medium would.</summary>
    public Dictionary<string, List<byte[]?>> Media { get; } = [];

    /// <summary>Bytes after which a write is refused once, then let through and refused in turn; reset for each medium loaded.</summary>
    public long EndOfMediumAt { get; set; } = long.MaxValue;

    /// <summary>Bytes after which every write is refused.</summary>
    public long PhysicalEndAt { get; set; } = long.MaxValue;

    /// <summary>The write of this number (from 1, over the drive's life) fails and leaves the position unknown.</summary>
    public long FailingWrite { get; set; }

    /// <summary>What of the failing write's block is on the medium all the same: its first bytes; 0: nothing.</summary>
    public int FailingWriteLeaves { get; set; }

    /// <summary>Places whose reading fails with a medium error.</summary>
    public HashSet<long> BadPlaces { get; } = [];

    /// <summary>The blocks that this drive takes, by what it says of itself.</summary>
    public BlockSizeRange BlockSizes { get; set; } = BlockSizeRange.Any;

    public long Writes { get; private set; }
    public long Reads { get; private set; }
    public long FilemarksAwaited { get; private set; }
    public string Name => "memory";

    private List<byte[]?>? _medium;
    private bool _writable;
    private bool _refused;
    private long _at;
    private int _fileNumber;

    public DrivePosition Position => _medium is null || _at < 0
        ? DrivePosition.Unknown
        : new(_at, _at == 0, _at == _medium.Count, _fileNumber);

    public DriveStatus Status => new(_medium is not null, false);

    public MoveAnswer Load(string medium, DriveAccess access)
    {
        if (_medium is not null) return new(false, "a medium is loaded");
        if (access == DriveAccess.Create) Media[medium] = [];
        if (!Media.TryGetValue(medium, out _medium)) return new(false, $"no medium {medium}");
        (_at, _fileNumber, _writable, _refused) = (0, 0, access != DriveAccess.Read, false);
        return MoveAnswer.Done;
    }

    public MoveAnswer Unload()
    {
        _medium = null;
        return MoveAnswer.Done;
    }

    public void SetBlockSize(int bytes)
    {
    }

    public WriteAnswer Write(ReadOnlySpan<byte> block) => Put(block.ToArray(), block.Length);

    public WriteAnswer WriteFilemarks(int count)
    {
        for (int i = 0; i < count; i++)
            if (Put(null, 0) is { Outcome: not WriteOutcome.Written } answer) return answer;
        FilemarksAwaited += count;
        return WriteAnswer.Written;
    }

    private WriteAnswer Put(byte[]? block, int length)
    {
        Writes++;
        if (_medium is null || !_writable || _at < 0) return new(WriteOutcome.Failed, "not writable");
        if (Writes == FailingWrite)
        {
            if (block is not null && FailingWriteLeaves > 0)
            {
                _medium.RemoveRange((int)_at, _medium.Count - (int)_at);
                _medium.Add(block[..Math.Min(block.Length, FailingWriteLeaves)]);
            }
            _at = -1;
            return new(WriteOutcome.Failed, "Input/output error");
        }
        long used = _medium.Take((int)_at).Sum(b => (long)(b?.Length ?? 0)) + length;
        if (block is not null && used > EndOfMediumAt)
        {
            _refused = !_refused;
            if (_refused || used > PhysicalEndAt) return WriteAnswer.EndOfMedium;
        }
        _medium.RemoveRange((int)_at, _medium.Count - (int)_at);
        _medium.Add(block);
        _at++;
        if (block is null) CountMark(1);
        return WriteAnswer.Written;
    }

    public ReadAnswer Read(Span<byte> buffer)
    {
        Reads++;
        if (_medium is null || _at < 0) return new(ReadOutcome.Failed, 0, "the position is unknown");
        if (_at >= _medium.Count) return new(ReadOutcome.EndOfData);
        if (BadPlaces.Contains(_at)) return new(ReadOutcome.Failed, 0, "Input/output error");
        byte[]? block = _medium[(int)_at++];
        if (block is null)
        {
            CountMark(1);
            return new(ReadOutcome.Filemark);
        }
        if (block.Length > buffer.Length) return new(ReadOutcome.TooLong);
        block.CopyTo(buffer);
        return new(ReadOutcome.Block, block.Length);
    }

    public MoveAnswer Rewind()
    {
        if (_medium is null) return new(false, "no medium");
        (_at, _fileNumber) = (0, 0);
        return MoveAnswer.Done;
    }

    public MoveAnswer Locate(long block)
    {
        if (_medium is null) return new(false, "no medium");
        _at = Math.Min(block, _medium.Count);
        _fileNumber = -1;
        return _at == block ? MoveAnswer.Done : new(false, $"block {block} is behind the end of data at block {_at}");
    }

    public MoveAnswer SpaceToEndOfData()
    {
        if (_medium is null) return new(false, "no medium");
        if (_at < 0) (_at, _fileNumber) = (0, -1);
        for (; _at < _medium.Count; _at++)
            if (_medium[(int)_at] is null) CountMark(1);
        return MoveAnswer.Done;
    }

    public MoveAnswer SpaceFilemarks(int count) => Space(count, blocks: false);

    public MoveAnswer SpaceBlocks(int count) => Space(count, blocks: true);

    private MoveAnswer Space(int count, bool blocks)
    {
        if (_medium is null || _at < 0) return new(false, "the position is unknown");
        int step = Math.Sign(count);
        for (int left = Math.Abs(count); left > 0;)
        {
            long place = step > 0 ? _at : _at - 1;
            if (place < 0 || place >= _medium.Count) return new(false, $"stopped by the end of the medium or its data at block {_at}");
            bool isMark = _medium[(int)place] is null;
            _at += step;
            if (isMark) CountMark(step);
            if (isMark && blocks) return new(false, $"stopped by a filemark at block {_at}");
            if (isMark != blocks) left--;
        }
        return MoveAnswer.Done;
    }

    private void CountMark(int step)
    {
        if (_fileNumber >= 0) _fileNumber += step;
    }

    public void Dispose() => Unload();
}
