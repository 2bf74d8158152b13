using System.Runtime.ExceptionServices;
using Backup.Actors.Storage.Engine;
using Backup.Messages.Drives;

namespace Backup.Actors.Storage.Drives;

/// <summary>
/// A drive whose calls are cut off when they take too long: each runs on a thread of the drive's own, and the caller goes on without it.
/// A drive that was cut off answers nothing any more. What it works on is a copy, for a call that hangs may still come back. One thread.
/// </summary>
internal sealed class TimeLimitedDrive : IDrive
{
    private readonly IDrive _drive;
    private readonly DriveLimits _limits;
    private readonly IEngineThreads _threads;
    private readonly Lock _lock = new();
    private IWorkQueue<Action>? _calls;
    private AlignedBuffer? _copy;
    private string? _cut;
    private bool _isBack; // the call that was cut off has come back
    private Action? _whenBack;

    public TimeLimitedDrive(IDrive drive, DriveLimits limits, IEngineThreads threads) =>
        (_drive, _limits, _threads, Name) = (drive, limits, threads, drive.Name);

    public string Name { get; }
    public DrivePosition Position => _cut is null ? _drive.Position : DrivePosition.Unknown;
    public DriveStatus Status => _cut is null ? _drive.Status : default;
    public BlockSizeRange BlockSizes => _drive.BlockSizes;
    public long? Capacity => _cut is null ? _drive.Capacity : null;

    /// <summary>Which call does not come back; null while all do. Any thread.</summary>
    public string? Cut => Volatile.Read(ref _cut);

    public MoveAnswer Load(string medium, DriveAccess access) => Within(
        _limits.OpenTimeout, nameof(_limits.OpenTimeout), () => _drive.Load(medium, access),
        why => new MoveAnswer(false, why, MayPass: true));

    public MoveAnswer Unload() => Move(_drive.Unload);
    public MoveAnswer Rewind() => Move(_drive.Rewind);
    public MoveAnswer Locate(long block) => Move(() => _drive.Locate(block));
    public MoveAnswer SpaceFilemarks(int count) => Move(() => _drive.SpaceFilemarks(count));
    public MoveAnswer SpaceBlocks(int count) => Move(() => _drive.SpaceBlocks(count));
    public MoveAnswer SpaceToEndOfData() => Move(_drive.SpaceToEndOfData);

    public void SetBlockSize(int bytes)
    {
        if (_cut is null) _drive.SetBlockSize(bytes);
    }

    public WriteAnswer Write(ReadOnlySpan<byte> block)
    {
        if (_limits.IoTimeout == TimeSpan.Zero) return _cut is { } why ? new(WriteOutcome.Failed, why) : _drive.Write(block);
        AlignedBuffer copy = Copy(block.Length);
        block.CopyTo(copy.Span);
        int length = block.Length;
        return Within(_limits.IoTimeout, nameof(_limits.IoTimeout), () => _drive.Write(copy.Span[..length]),
            why => new WriteAnswer(WriteOutcome.Failed, why));
    }

    public WriteAnswer WriteFilemarks(int count) => Within(_limits.IoTimeout, nameof(_limits.IoTimeout),
        () => _drive.WriteFilemarks(count), why => new WriteAnswer(WriteOutcome.Failed, why));

    public ReadAnswer Read(Span<byte> buffer)
    {
        if (_limits.IoTimeout == TimeSpan.Zero) return _cut is { } why ? new(ReadOutcome.Failed, 0, why) : _drive.Read(buffer);
        AlignedBuffer copy = Copy(buffer.Length);
        int length = buffer.Length;
        ReadAnswer answer = Within(_limits.IoTimeout, nameof(_limits.IoTimeout), () => _drive.Read(copy.Span[..length]),
            why => new ReadAnswer(ReadOutcome.Failed, 0, why));
        if (answer.Outcome == ReadOutcome.Block) copy.Span[..answer.Length].CopyTo(buffer);
        return answer;
    }

    /// <summary>Calls back when nothing of this drive runs any more: at once, or when the call that was cut off comes back.</summary>
    public void WhenBack(Action act)
    {
        lock (_lock)
            if (_cut is not null && !_isBack)
            {
                _whenBack = act;
                return;
            }
        act();
    }

    /// <summary>A drive whose call hangs is let go of when that comes back, on the call's thread.</summary>
    public void Dispose()
    {
        if (_cut is null) Unload();
        _calls?.Complete();
        if (_cut is not null) return;
        _drive.Dispose();
        _copy?.Dispose();
    }

    private MoveAnswer Move(Func<MoveAnswer> call) =>
        Within(_limits.IoTimeout, nameof(_limits.IoTimeout), call, why => new MoveAnswer(false, why));

    private TAnswer Within<TAnswer>(TimeSpan limit, string name, Func<TAnswer> call, Func<string, TAnswer> refuse)
    {
        if (_cut is { } before) return refuse(before);
        if (limit == TimeSpan.Zero) return call();
        if (_calls is null)
        {
            IWorkQueue<Action> calls = _calls = _threads.Queue<Action>(1); // the caller waits for each
            _threads.Start($"calls of {Name}", () => Serve(calls));
        }
        IWorkQueue<Answered<TAnswer>> answers = _threads.Queue<Answered<TAnswer>>(1);
        _calls.TryAdd(() => Answer(answers, call));
        if (answers.TryTake(out Answered<TAnswer> answered, limit)) return answered.Value;
        lock (_lock)
        {
            if (answers.TryTake(out answered, TimeSpan.Zero)) return answered.Value;
            string key = name == nameof(_limits.OpenTimeout) ? "open-timeout" : "io-timeout";
            _cut = $"{Name} did not answer within {limit.TotalSeconds:0.###} s ({key}): it is left alone";
        }
        return refuse(_cut);
    }

    /// <summary>What a call answered, or what it threw.</summary>
    private readonly record struct Answered<TAnswer>(TAnswer Answer, ExceptionDispatchInfo? Thrown)
    {
        public TAnswer Value
        {
            get
            {
                Thrown?.Throw();
                return Answer;
            }
        }

        public static Answered<TAnswer> Of(Func<TAnswer> call)
        {
            try
            {
                return new Answered<TAnswer>(call(), null);
            }
            catch (Exception e)
            {
                return new Answered<TAnswer>(default!, ExceptionDispatchInfo.Capture(e));
            }
        }
    }

    /// <summary>The lock decides who was first: the answer, or the caller's patience.</summary>
    private void Answer<TAnswer>(IWorkQueue<Answered<TAnswer>> answers, Func<TAnswer> call)
    {
        Answered<TAnswer> answer = Answered<TAnswer>.Of(call);
        Action? whenBack;
        lock (_lock)
        {
            if (_cut is null)
            {
                answers.TryAdd(answer);
                return;
            }
            (_isBack, whenBack) = (true, _whenBack);
        }
        _drive.Dispose();
        _copy?.Dispose();
        whenBack?.Invoke();
    }

    private static void Serve(IWorkQueue<Action> calls)
    {
        while (!calls.IsCompleted)
            if (calls.TryTake(out Action call, Timeout.InfiniteTimeSpan)) call();
        calls.Dispose();
    }

    private AlignedBuffer Copy(int bytes)
    {
        if (_copy?.Length >= bytes) return _copy;
        _copy?.Dispose();
        return _copy = new AlignedBuffer(bytes);
    }
}
