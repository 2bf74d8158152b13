using Backup.Messages.Clients;

namespace Backup.Actors.Client.Sessions;

internal enum BackupStage
{
    Fetch,
    Walk,
    Read,
    Digest,
    Compress,
    Send,
    Seal,
}

/// <summary>Wall seconds of each stage of a session: the clock is always in exactly one. One thread.</summary>
internal sealed class BackupStages
{
    private readonly TimeProvider _clock;
    private readonly long[] _ticks = new long[Enum.GetValues<BackupStage>().Length];
    private BackupStage _stage;
    private long _since;

    public BackupStages(TimeProvider clock)
    {
        _clock = clock;
        _since = clock.GetTimestamp();
    }

    /// <summary>Ends the running stage; gives it back for a later return to it.</summary>
    public BackupStage Switch(BackupStage next)
    {
        long now = _clock.GetTimestamp();
        _ticks[(int)_stage] += now - _since;
        _since = now;
        BackupStage last = _stage;
        _stage = next;
        return last;
    }

    /// <summary>
    /// A tree channel's fetching and the wait for credit are in it by name; walk holds what is in no other stage: listing, status,
    /// compare, nodes.
    /// </summary>
    public IReadOnlyList<StageTime> ToList(TimeSpan waitedForCredit)
    {
        Switch(_stage);
        IEnumerable<StageTime> stages = Enum.GetValues<BackupStage>()
            .Select(stage => new StageTime(stage.ToString().ToLowerInvariant(), (double)_ticks[(int)stage] / _clock.TimestampFrequency));
        return [.. stages, new StageTime("wait for credit", waitedForCredit.TotalSeconds)];
    }
}
