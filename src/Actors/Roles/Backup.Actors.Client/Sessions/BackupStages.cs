using Backup.Filesets.Timing;
using Backup.Messages.Clients;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// Where a backup's time goes at the client. Fetch is the reference tree from the director; Walk is listing, status, opening, compare,
/// nodes and records; Hash is the content's digest; Seal is the wait for the storage's receipt.
/// </summary>
internal enum BackupStage
{
    Fetch,
    Walk,
    Read,
    Hash,
    Compress,
    Send,
    Seal,
}

/// <summary>The stages of one backup at the client, in the report's words.</summary>
internal static class BackupStages
{
    /// <summary>Sending includes the wait for credit, which is told by its own name.</summary>
    public static IReadOnlyList<StageTime> Report(StageClock<BackupStage> clock, TimeSpan waitedForCredit)
    {
        clock.TakeOut(BackupStage.Send, waitedForCredit);
        return [.. clock.ToList(), new StageTime("wait for credit", waitedForCredit.TotalSeconds)];
    }
}
