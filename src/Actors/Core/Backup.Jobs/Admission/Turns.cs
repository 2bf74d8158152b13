using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Jobs.Admission;

/// <summary>
/// Who begins now, in this order, and who waits for what.
/// <para>
/// Jobs are looked at by priority (the lower number first), then in the order of their arrival; each begins where all it needs is there,
/// and else waits for the first thing it lacks. So a job waits for what it needs and for nothing else: one of better priority is in its way
/// only while both want the same thing. A drive that stores for another pool is such a thing; a job for the pool at hand goes past one of
/// the same priority that waits for the drive, which keeps the pools from taking turns at every job.
/// </para>
/// <para>
/// Nobody starves: a job that has waited for the limits' patience goes before all that came after it, whatever their priority, and what
/// it needs is kept for it as it becomes free. Only jobs that came before it can still take that, and of those there are ever fewer.
/// </para>
/// </summary>
public sealed record Turns(IReadOnlyList<JobClaim> Begin, IReadOnlyList<JobWait> Waiting)
{
    public static readonly Turns None = new([], []);

    /// <summary>Pure: the same state, limits and time give the same turns.</summary>
    public static Turns Decide(IEnumerable<ClaimSince> running, IEnumerable<ClaimSince> waiting, AdmissionLimits limits, Instant now)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(limits);
        var shares = new Shares(limits);
        foreach (ClaimSince job in running) shares.Take(job.Claim, job.Since, isKept: false);
        var begin = new List<JobClaim>();
        var waits = new List<JobWait>();
        var ahead = new Dictionary<Scarce, int>();
        bool IsPatient(ClaimSince job) => now.Since(job.Since) >= limits.Patience;
        IOrderedEnumerable<ClaimSince> inOrder = waiting
            .OrderBy(job => IsPatient(job) ? long.MinValue : job.Claim.Priority).ThenBy(job => job.Claim.Job.Value);
        foreach (ClaimSince job in inOrder)
        {
            if (shares.Lacks(job.Claim) is not { } lack)
            {
                shares.Take(job.Claim, now, isKept: false);
                begin.Add(job.Claim);
                continue;
            }
            ahead[lack.Thing] = ahead.GetValueOrDefault(lack.Thing) + 1;
            waits.Add(new JobWait(
                job.Claim, waits.Count + 1, lack.Thing, limits.Of(lack.Thing), ahead[lack.Thing] - 1, lack.Holders.Count,
                [.. lack.Holders.Take(JobWait.HoldersShown)], job.Since));
            if (IsPatient(job)) shares.Take(job.Claim, job.Since, isKept: true);
            else if (lack.Thing.Kind == ScarceKind.Drive) shares.AwaitDrive(job);
        }
        return new Turns(begin, waits);
    }
}

/// <summary>Who has what, while one decision is made.</summary>
internal sealed class Shares(AdmissionLimits limits)
{
    private readonly Dictionary<Scarce, List<Holder>> _holders = [];
    private readonly Dictionary<Scarce, ClaimSince> _drivesAwaited = [];

    /// <summary>The first thing of which there is nothing left for this job, and who has it; null where the job can begin.</summary>
    public (Scarce Thing, IReadOnlyList<Holder> Holders)? Lacks(JobClaim claim)
    {
        foreach (Scarce thing in claim.Needs)
        {
            if (thing.Kind == ScarceKind.Director && OtherPool(claim) is { Count: > 0 } others) return (claim.Drive, others);
            if (thing.Kind == ScarceKind.Run && claim.RunsBeside) continue;
            if (Of(thing) is { } holders && holders.Count >= limits.Of(thing)) return (thing, holders);
        }
        return null;
    }

    /// <summary>What is kept is only what is free: of the rest the job gets its part when it ends where it is.</summary>
    public void Take(JobClaim claim, Instant since, bool isKept)
    {
        var holder = new Holder(claim.Job, claim.JobName, since, isKept, claim.Pool);
        foreach (Scarce thing in claim.Needs)
            if (!isKept || Of(thing).Count < limits.Of(thing)) Of(thing).Add(holder);
        if (!claim.IsRestore) Of(claim.Drive).Add(holder);
    }

    /// <summary>The first that waits for a drive: none of worse priority goes past it.</summary>
    public void AwaitDrive(ClaimSince job) => _drivesAwaited.TryAdd(job.Claim.Drive, job);

    /// <summary>
    /// Who has the drives, or is to have them, where no drive would be left for the job's pool; or whom one that becomes free is kept for.
    /// Empty where the job gets one.
    /// </summary>
    private List<Holder> OtherPool(JobClaim claim)
    {
        if (claim.IsRestore) return [];
        List<Holder> others = [.. Of(claim.Drive).Where(holder => holder.Pool != claim.Pool)];
        if (others.Select(holder => holder.Pool).Distinct().Count() < limits.Of(claim.Drive)) others = [];
        if (others.Count == 0 && _drivesAwaited.TryGetValue(claim.Drive, out ClaimSince? first)
            && first.Claim.Pool != claim.Pool && first.Claim.Priority < claim.Priority)
            others.Add(new Holder(first.Claim.Job, first.Claim.JobName, first.Since, true, first.Claim.Pool));
        return others;
    }

    private List<Holder> Of(Scarce thing)
    {
        if (!_holders.TryGetValue(thing, out List<Holder>? holders)) _holders[thing] = holders = [];
        return holders;
    }
}
