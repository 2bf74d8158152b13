using Backup.Messages.Sessions;

namespace Backup.Messages.Jobs;

/// <summary>
/// What a backup's session is worth, from the facts on media alone, so that a director and a catalog rebuilt from volumes say the same.
/// </summary>
public static class SessionVerdict
{
    /// <summary>
    /// No end: Incomplete. A failure in the seal: Failed. Not everything sent was stored: Incomplete. Else OK, with warnings where there
    /// were any or where something was not saved (<see cref="SessionTotals.Unsaved"/> counts what no rule of the FileSet left out).
    /// </summary>
    public static JobState Of(SessionEnd? end)
    {
        if (end is null) return JobState.Incomplete;
        if (end.Seal.Failure is not null) return JobState.Failed;
        if (end.StoredPosition != end.Seal.Position || end.DataRecordsStored != end.Seal.Totals.DataRecords) return JobState.Incomplete;
        return end.Seal.Totals is { Warnings: 0, Unsaved: 0 } ? JobState.Ok : JobState.OkWithWarnings;
    }
}
