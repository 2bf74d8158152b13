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

    /// <summary>Places whose reading fails with a medium error.</summary>
    public HashSet<long> BadPlaces { get; } = [];

    public long Writes { get; private set; }
    public long Reads { get; private set; }
    public long FilemarksAwaited { get; private set; }
    public string Name => "memory";

    private List<byte[]?>? _medium;
    private bool _writable;
    private bool _refused;
    private long _at;

    public DrivePosition Position => new(_medium is null ? -1 : _at, _at == 0, _medium is not null && _at == _medium.Count);

    public MoveAnswer Load(string medium, DriveAccess access)
    {
        if (_medium is not null) return new(false, "a medium is loaded");
        if (access == DriveAccess.Create) Media[medium] = [];
        if (!Media.TryGetValue(medium, out _medium)) return new(false, $"no medium {medium}");
        (_at, _writable, _refused) = (0, access != DriveAccess.Read, false);
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
        return WriteAnswer.Written;
    }

    public ReadAnswer Read(Span<byte> buffer)
    {
        Reads++;
        if (_medium is null || _at < 0) return new(ReadOutcome.Failed, 0, "the position is unknown");
        if (_at >= _medium.Count) return new(ReadOutcome.EndOfData);
        if (BadPlaces.Contains(_at)) return new(ReadOutcome.Failed, 0, "Input/output error");
        byte[]? block = _medium[(int)_at++];
        if (block is null) return new(ReadOutcome.Filemark);
        if (block.Length > buffer.Length) return new(ReadOutcome.TooLong);
        block.CopyTo(buffer);
        return new(ReadOutcome.Block, block.Length);
    }

    public MoveAnswer Rewind() => Locate(0);

    public MoveAnswer Locate(long block)
    {
        if (_medium is null) return new(false, "no medium");
        _at = Math.Min(block, _medium.Count);
        return _at == block ? MoveAnswer.Done : new(false, $"block {block} is behind the end of data at block {_at}");
    }

    public MoveAnswer SpaceToEndOfData() => Locate(_medium?.Count ?? 0);

    public void Dispose() => Unload();
}
