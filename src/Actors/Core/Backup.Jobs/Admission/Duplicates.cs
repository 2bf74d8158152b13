using Backup.Messages.Ids;
using Backup.Messages.Jobs;

namespace Backup.Jobs.Admission;

/// <summary>
/// What becomes of a run that is wanted while another of the same job, client and roots has not ended: a refusal with the run that is in
/// its way, or runs that are to be canceled for it. Where neither is there, it is queued.
/// </summary>
public sealed record Duplicates(string? Refusal, JobId? Previous, IReadOnlyList<JobId> Cancel)
{
    public static readonly Duplicates None = new(null, null, []);

    /// <summary>Pure. A restore is never a duplicate.</summary>
    public static Duplicates Judge(JobSpecification wanted, IEnumerable<ClaimSince> running, IEnumerable<ClaimSince> waiting)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (wanted.Type == JobType.Restore) return None;
        string run = JobClaim.RunOf(wanted);
        List<ClaimSince> works = [.. running.Where(job => job.Claim.Run == run)];
        List<ClaimSince> waits = [.. waiting.Where(job => job.Claim.Run == run)];
        return wanted.Duplicates switch
        {
            DuplicateRule.Refuse when works is [var job, ..] => Refuse(job, "runs"),
            DuplicateRule.Refuse when waits is [var job, ..] => Refuse(job, "waits"),
            DuplicateRule.CancelQueued => None with { Cancel = [.. waits.Select(job => job.Claim.Job)] },
            DuplicateRule.CancelRunning => None with { Cancel = [.. works.Concat(waits).Select(job => job.Claim.Job)] },
            _ => None,
        };
    }

    private static Duplicates Refuse(ClaimSince previous, string does) => new(
        $"job {previous.Claim.JobName}: previous run {previous.Claim.Job} still active: it {does} since {previous.Since}; "
            + $"see: status job jobid={previous.Claim.Job} (duplicates = queue would let the further run wait)",
        previous.Claim.Job, []);
}
