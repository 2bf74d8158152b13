using System.Runtime.CompilerServices;
using Backup.Messages.Clients;

namespace Backup.Filesets.Timing;

/// <summary>
/// Wall seconds of each stage of a job's work: the clock is always in exactly one, so they add up to the whole. A switch costs one reading
/// of the clock (25 ns). One thread.
/// </summary>
public sealed class StageClock<TStage> where TStage : struct, Enum
{
    private readonly TimeProvider _clock;
    private readonly long[] _ticks = new long[Enum.GetValues<TStage>().Length];
    private TStage _stage;
    private long _since;

    public StageClock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _since = clock.GetTimestamp();
    }

    /// <summary>Ends the running stage; gives it back for a later return to it.</summary>
    public TStage Switch(TStage next)
    {
        long now = _clock.GetTimestamp();
        _ticks[Unsafe.As<TStage, int>(ref _stage)] += now - _since;
        _since = now;
        TStage last = _stage;
        _stage = next;
        return last;
    }

    /// <summary>Takes out of a stage what another name tells of it.</summary>
    public void TakeOut(TStage stage, TimeSpan told) =>
        _ticks[Unsafe.As<TStage, int>(ref stage)] -= (long)(told.TotalSeconds * _clock.TimestampFrequency);

    /// <summary>The stages so far, in the order of their declaration, named in lower case.</summary>
    public IReadOnlyList<StageTime> ToList()
    {
        Switch(_stage);
        return [.. Enum.GetValues<TStage>().Select((stage, i) =>
            new StageTime(stage.ToString().ToLowerInvariant(), Math.Max(0, (double)_ticks[i] / _clock.TimestampFrequency)))];
    }
}
