using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Jobs.Admission;

/// <summary>Who has a part of what another waits for, since when; kept means promised to a job that itself waits since then.</summary>
public sealed record Holder(JobId Job, string JobName, Instant Since, bool IsKept, string Pool);

/// <summary>
/// A job that waits for its turn: its position among all that wait (from 1), the thing it lacks, its limit, how many are ahead of it for
/// the same thing, who holds it (the first <see cref="HoldersShown"/>), and since when it waits.
/// </summary>
public sealed record JobWait(
    JobClaim Claim,
    int Position,
    Scarce For,
    int Limit,
    int Ahead,
    int Held,
    IReadOnlyList<Holder> Holders,
    Instant Since)
{
    /// <summary>Holders that are named; the others are counted.</summary>
    public const int HoldersShown = 3;

    public JobId Job => Claim.Job;

    /// <summary>For the journal: what the job waits for, without what changes while it waits.</summary>
    public string Reason => For.Kind switch
    {
        ScarceKind.Run => "waits for the end of the previous run",
        ScarceKind.Drive => Limit == 1 ? $"waits for {For}, which stores for another pool than {Claim.Pool}"
            : $"waits for {For}: {Limit} at once, none for pool {Claim.Pool}",
        _ => $"waits for {For}: {Limit} at once",
    };

    /// <summary>For the operator: what it waits for, and who has that since when. It goes on when one of these ends.</summary>
    public override string ToString()
    {
        string names = string.Join(", ", Holders.Select(Words)) + (Held > Holders.Count ? $" and {Held - Holders.Count} more" : "");
        string what = For.Kind switch
        {
            ScarceKind.Run => "",
            ScarceKind.Drive => $"it is for pool {string.Join(", ", Holders.Select(h => h.Pool).Distinct())}: ",
            _ => $"{Held} of {Limit} {(Held == 1 ? "runs" : "run")}: ",
        };
        return $"waits for {For}: {what}{names}";
    }

    private static string Words(Holder holder) => holder.IsKept
        ? $"kept for job {holder.Job} ({holder.JobName}), which waits since {holder.Since}"
        : $"job {holder.Job} ({holder.JobName}) since {holder.Since}";
}
