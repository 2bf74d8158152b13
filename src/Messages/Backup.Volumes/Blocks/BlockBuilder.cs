using System.Buffers.Binary;
using Backup.Messages.Drives;
using Backup.Messages.Ids;

namespace Backup.Volumes.Blocks;

/// <summary>
/// One block in the making, in aligned memory. Records are put in as fragments; what does not fit is for the next block. One thread.
/// </summary>
internal sealed class BlockBuilder : IDisposable
{
    /// <summary>Less room than this at a block's end is left empty rather than filled with a sliver of a record.</summary>
    private const int SliverMax = 64;

    private readonly AlignedBuffer _memory;
    private readonly int _headerAt;
    private readonly int _limit;
    private int _runAt = -1;
    private SessionId _runSession;
    private int _runAttempt;

    public BlockBuilder(int limit, int headerAt = 0)
    {
        _memory = new AlignedBuffer(limit);
        _limit = limit;
        _headerAt = headerAt;
        Clear();
    }

    /// <summary>Bytes so far, header included.</summary>
    public int Length { get; private set; }

    public bool IsEmpty => Length == _headerAt + BlockHeader.Size;

    public Span<byte> Memory => _memory.Span;

    public ReadOnlySpan<byte> Payload => _memory.Span[(_headerAt + BlockHeader.Size)..Length];

    /// <summary>
    /// How long the block is with so many bytes of a record put in behind what it has; more than its limit where they do not fit.
    /// </summary>
    public int LengthWith(SessionId session, int attempt, int bytes) =>
        Length + (IsNewRun(session, attempt) ? RunHeader.Size : 0) + FragmentHeader.Size + bytes;

    public bool Fits(SessionId session, int attempt, int bytes) => LengthWith(session, attempt, bytes) <= _limit;

    private bool IsNewRun(SessionId session, int attempt) => _runAt < 0 || session != _runSession || attempt != _runAttempt;

    public void Clear()
    {
        Length = _headerAt + BlockHeader.Size;
        _runAt = -1;
    }

    /// <summary>Puts in as much of the record, from <paramref name="from"/>, as fits; returns how many bytes were taken.</summary>
    public int Put(SessionId session, int attempt, ReadOnlySpan<byte> record, int from, ushort part)
    {
        bool newRun = IsNewRun(session, attempt);
        int room = _limit - LengthWith(session, attempt, 0);
        int rest = record.Length - from;
        if (room < rest && room < SliverMax) return 0;
        if (newRun) StartRun(session, attempt);
        int taken = Math.Min(room, rest);
        FragmentFlags flags = (from == 0 ? FragmentFlags.First : 0) | (taken == rest ? FragmentFlags.Last : 0);
        Span<byte> at = _memory.Span[Length..];
        new FragmentHeader(taken, flags, part).Write(at);
        record.Slice(from, taken).CopyTo(at[FragmentHeader.Size..]);
        Length += FragmentHeader.Size + taken;
        BinaryPrimitives.WriteInt32LittleEndian(_memory.Span[(_runAt + 20)..], Length - _runAt - RunHeader.Size);
        return taken;
    }

    private void StartRun(SessionId session, int attempt)
    {
        _runAt = Length;
        _runSession = session;
        _runAttempt = attempt;
        new RunHeader(session, attempt, 0).Write(_memory.Span[Length..]);
        Length += RunHeader.Size;
    }

    /// <summary>The finished block, ready for the drive.</summary>
    public ReadOnlySpan<byte> Seal(BlockFlags flags, VolumeLifeId life, long number, long lastIndex)
    {
        BlockCodec.Seal(_memory.Span, _headerAt, new BlockHeader(flags, Length, life, number, lastIndex));
        return _memory.Span[..Length];
    }

    public void Dispose() => _memory.Dispose();
}
