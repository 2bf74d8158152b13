using Backup.Jobs.Admission;
using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Tests.Unit.Admission;

/// <summary>Claims in few words.</summary>
internal static class Queue
{
    public static readonly Instant Now = new(1_800_000_000, 0);
    public static readonly TimeSpan Patience = TimeSpan.FromHours(6);

    public static ClaimSince Job(
        long job, string client = "c1", string storage = "s1", string pool = "p1", int priority = 10, string? name = null,
        TimeSpan waited = default) =>
        new(new JobClaim(new JobId(job), name ?? $"j{job}", client, storage, pool, priority) { Run = name ?? $"j{job}" },
            Now.Plus(-waited));

    public static ClaimSince Restore(long job, int priority = 1) =>
        new(new JobClaim(new JobId(job), "r", "c1", "s1", "", priority) { IsRestore = true }, Now);

    public static AdmissionLimits Limits(int director = 10, int client = 1, int storage = 2) => new(
        director, Each("c", client), Each("s", storage), new Dictionary<string, int> { ["twice"] = 2 }, Patience);

    public static Turns Decide(AdmissionLimits limits, ClaimSince[] running, params ClaimSince[] waiting) =>
        Turns.Decide(running, waiting, limits, Now);

    public static long[] Ids(this IEnumerable<JobClaim> claims) => [.. claims.Select(claim => claim.Job.Value)];

    private static Dictionary<string, int> Each(string letter, int limit) =>
        Enumerable.Range(1, 9).ToDictionary(number => $"{letter}{number}", _ => limit);
}
