using Backup.Messages.Clients;

namespace Backup.Actors.Client.Sessions;

/// <summary>Adds up, stage by stage, what the storage node says that its part of a restore took. One thread.</summary>
internal sealed class ServedStages
{
    /// <summary>Stages of other names than the first few are no honest node's.</summary>
    private const int StagesMax = 16;

    private readonly List<StageTime> _stages = [];

    public void Add(IReadOnlyList<StageTime> more)
    {
        foreach (StageTime stage in more)
        {
            int at = _stages.FindIndex(known => known.Stage == stage.Stage);
            if (at >= 0) _stages[at] = stage with { Seconds = _stages[at].Seconds + stage.Seconds };
            else if (_stages.Count < StagesMax) _stages.Add(stage);
        }
    }

    /// <summary>In the order in which they were first told.</summary>
    public IReadOnlyList<StageTime> ToList() => _stages;
}
