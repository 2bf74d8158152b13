using Backup.Jobs.Admission;
using CsCheck;

namespace Backup.Tests.Unit.Admission;

/// <summary>What holds for every state: houses of up to forty jobs, on few clients, storages and pools so that they collide.</summary>
public class TurnsPropertyTests
{
    private const int Rounds = 2000;

    private sealed record House(ClaimSince[] Jobs, AdmissionLimits Limits)
    {
        public override string ToString() => $"{string.Join('\n', Jobs.Select(job => job.ToString()))}\n{Limits.Director}";
    }

    private static readonly Gen<ClaimSince> Claims =
        from client in Gen.Int[1, 4]
        from storage in Gen.Int[1, 3]
        from pool in Gen.Int[1, 2]
        from priority in Gen.Int[8, 12]
        from hours in Gen.Int[0, 8]
        from restore in Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true)))
        select Of(Queue.Job(0, $"c{client}", $"s{storage}", $"p{pool}", priority, waited: TimeSpan.FromHours(hours)), restore);

    private static readonly Gen<House> Houses =
        from claims in Claims.Array[1, 40]
        from director in Gen.Int[1, 8]
        from client in Gen.Int[1, 3]
        from storage in Gen.Int[1, 4]
        select new House([.. claims.Select(Numbered)], Queue.Limits(director, client, storage));

    [Fact]
    [Trait("Req", "JOB-01")]
    public void No_limit_is_ever_passed_whatever_order_jobs_end_in() => Live((running, _, limits) =>
    {
        Assert.True(running.Count <= limits.Director);
        ClaimSince[] backups = [.. running.Where(job => !job.Claim.IsRestore)];
        Assert.All(backups.CountBy(job => job.Claim.Client), client => Assert.True(client.Value <= limits.Clients[client.Key]));
        Assert.All(backups.CountBy(job => job.Claim.Storage), storage => Assert.True(storage.Value <= limits.Storages[storage.Key]));
        Assert.All(backups.GroupBy(job => job.Claim.Storage), at => Assert.Single(at.Select(job => job.Claim.Pool).Distinct()));
    });

    [Fact]
    [Trait("Req", "JOB-04")]
    public void All_jobs_get_their_turn_and_the_queue_drains_by_itself() => Live((_, _, _) => { });

    [Fact]
    public void Nobody_waits_for_a_thing_that_no_one_has() => Live((_, turns, _) => Assert.All(turns.Waiting, wait =>
    {
        Assert.NotEmpty(wait.Holders);
        Assert.True(wait.Held >= wait.Limit || wait.For.Kind == ScarceKind.Drive);
        Assert.DoesNotContain(wait.Holders, holder => holder.Job == wait.Job);
    }));

    /// <summary>With room for everything each job begins at once: it waits for nothing that it does not need.</summary>
    [Fact]
    public void A_job_whose_things_nobody_else_needs_never_waits() => Houses.Sample(house =>
    {
        ClaimSince lonely = Queue.Job(1000, "c9", "s9", "p9", priority: 1000);
        Turns turns = Queue.Decide(house.Limits with { Director = 1000 }, [], [.. house.Jobs, lonely]);
        Assert.Contains(lonely.Claim, turns.Begin);
    }, iter: Rounds);

    [Fact]
    public void Of_two_that_need_the_same_the_one_later_in_order_never_begins_alone() => Houses.Sample(house =>
    {
        Turns turns = Queue.Decide(house.Limits, [], house.Jobs);
        foreach (JobWait wait in turns.Waiting.Where(wait => IsFresh(house, wait)))
            Assert.DoesNotContain(turns.Begin, begun => Needs(begun) == Needs(wait.Claim) && IsFresh(house, begun)
                && (begun.Priority, begun.Job.Value).CompareTo((wait.Claim.Priority, wait.Job.Value)) > 0);
    }, iter: Rounds);

    /// <summary>Jobs of best priority come without end; the one of worst has its turn all the same.</summary>
    [Fact]
    public void A_patient_job_begins_although_better_ones_never_stop_coming() => Gen.Int[1, 30].Sample(seed =>
    {
        ClaimSince patient = Queue.Job(1, priority: 1000, waited: Queue.Patience);
        var running = new List<ClaimSince> { Queue.Job(2), Queue.Job(3, client: "c2", storage: "s2") };
        for (int next = 4; next < 20; next++)
        {
            running.RemoveAt((next * seed) % running.Count);
            Turns turns = Turns.Decide(running, [patient, Queue.Job(next, priority: 1), Queue.Job(next + 100, "c2", priority: 1)],
                Queue.Limits(storage: 1), Queue.Now);
            if (turns.Begin.Contains(patient.Claim)) return;
            running.AddRange(turns.Begin.Select(claim => new ClaimSince(claim, Queue.Now)));
            if (running.Count == 0) break;
        }
        Assert.Fail("it never began");
    }, iter: 100);

    /// <summary>Begins, ends the oldest or the newest, and begins again until all have run.</summary>
    private static void Live(Action<IReadOnlyList<ClaimSince>, Turns, AdmissionLimits> look) =>
        Gen.Select(Houses, Gen.Bool).Sample((house, oldest) =>
        {
            var running = new List<ClaimSince>();
            List<ClaimSince> waiting = [.. house.Jobs];
            for (int step = 0; waiting.Count > 0; step++)
            {
                Turns turns = Turns.Decide(running, waiting, house.Limits, Queue.Now);
                Assert.Equal(waiting.Count, turns.Begin.Count + turns.Waiting.Count);
                foreach (var claim in turns.Begin) running.Add(waiting.Single(job => job.Claim.Job == claim.Job));
                waiting.RemoveAll(job => turns.Begin.Contains(job.Claim));
                look(running, turns, house.Limits);
                Assert.NotEmpty(running);
                running.RemoveAt(oldest ? 0 : running.Count - 1);
            }
        }, iter: Rounds);

    private static string Needs(JobClaim claim) => claim.IsRestore ? "" : $"{claim.Client} {claim.Storage} {claim.Pool}";

    private static bool IsFresh(House house, JobWait wait) => IsFresh(house, wait.Claim);

    private static bool IsFresh(House house, JobClaim claim) =>
        Queue.Now.Since(house.Jobs.Single(job => job.Claim.Job == claim.Job).Since) < Queue.Patience;

    private static ClaimSince Numbered(ClaimSince job, int index) => job with
    {
        Claim = job.Claim with { Job = new(index + 1), JobName = $"j{index}", Run = $"{index}" },
    };

    private static ClaimSince Of(ClaimSince job, bool isRestore) => job with { Claim = job.Claim with { IsRestore = isRestore } };
}
