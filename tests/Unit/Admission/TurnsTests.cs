using Backup.Jobs.Admission;
using Backup.Messages.Ids;

namespace Backup.Tests.Unit.Admission;

public class TurnsTests
{
    private static readonly TimeSpan Long = Queue.Patience + TimeSpan.FromMinutes(1);

    [Fact]
    [Trait("Req", "JOB-04")]
    public void Of_jobs_that_want_the_same_the_best_priority_begins_then_the_first_that_came()
    {
        Turns turns = Queue.Decide(Queue.Limits(), [],
            Queue.Job(1, priority: 10), Queue.Job(2, priority: 5), Queue.Job(3, priority: 5));

        Assert.Equal([2], turns.Begin.Ids());
        Assert.Equal([3, 1], turns.Waiting.Select(wait => wait.Job.Value));
        Assert.Equal([1, 2], turns.Waiting.Select(wait => wait.Position));
    }

    [Fact]
    public void A_job_of_worse_priority_does_not_wait_for_one_that_waits_for_something_else()
    {
        Turns turns = Queue.Decide(Queue.Limits(), [Queue.Job(1)], Queue.Job(2, priority: 1), Queue.Job(3, client: "c2", priority: 99));

        Assert.Equal([3], turns.Begin.Ids());
        Assert.Equal(new Scarce(ScarceKind.Client, "c1"), Assert.Single(turns.Waiting).For);
    }

    [Fact]
    public void A_waiting_job_is_told_who_has_what_since_when()
    {
        JobWait wait = Assert.Single(Queue.Decide(Queue.Limits(), [Queue.Job(12, name: "nightly")], Queue.Job(13)).Waiting);

        Assert.Equal($"waits for client c1: 1 of 1 runs: job 12 (nightly) since {Queue.Now}", wait.ToString());
        Assert.Equal("waits for client c1: 1 at once", wait.Reason);
    }

    [Fact]
    public void Of_many_holders_some_are_named_and_the_others_counted()
    {
        ClaimSince[] running = [.. Enumerable.Range(1, 5).Select(n => Queue.Job(n, client: $"c{n}"))];
        JobWait wait = Assert.Single(Queue.Decide(Queue.Limits(director: 5, storage: 9), running, Queue.Job(6, client: "c6")).Waiting);

        Assert.StartsWith("waits for the director: 5 of 5 run: job 1 (j1)", wait.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("and 2 more", wait.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_definition_has_its_own_limit()
    {
        Turns turns = Queue.Decide(Queue.Limits(client: 9, storage: 9), [],
            [.. Enumerable.Range(1, 3).Select(n => Named(n, "twice"))]);

        Assert.Equal([1, 2], turns.Begin.Ids());
        Assert.Equal(new Scarce(ScarceKind.Job, "twice"), Assert.Single(turns.Waiting).For);
    }

    [Fact]
    public void A_drive_stores_for_one_pool_at_a_time()
    {
        Turns turns = Queue.Decide(Queue.Limits(), [Queue.Job(1, pool: "full")],
            Queue.Job(2, client: "c2", pool: "incr"), Queue.Job(3, client: "c3", pool: "full"));

        Assert.Equal([3], turns.Begin.Ids());
        Assert.Equal(
            $"waits for the drive of storage s1: it is for pool full: job 1 (j1) since {Queue.Now}",
            Assert.Single(turns.Waiting).ToString());
    }

    [Fact]
    public void A_storage_of_two_drives_stores_for_two_pools_at_a_time()
    {
        AdmissionLimits limits = Queue.Limits(storage: 9) with { Drives = new Dictionary<string, int> { ["s1"] = 2 } };
        Turns turns = Queue.Decide(limits, [Queue.Job(1, pool: "full")],
            Queue.Job(2, client: "c2", pool: "incr"), Queue.Job(3, client: "c3", pool: "copy"));

        Assert.Equal([2], turns.Begin.Ids());
        Assert.Equal("waits for the drive of storage s1: 2 at once, none for pool copy", Assert.Single(turns.Waiting).Reason);
    }

    [Fact]
    public void A_job_of_worse_priority_does_not_go_past_one_that_waits_for_the_drive()
    {
        Turns turns = Queue.Decide(Queue.Limits(), [Queue.Job(1, pool: "full")],
            Queue.Job(2, client: "c2", pool: "incr", priority: 5), Queue.Job(3, client: "c3", pool: "full"));

        Assert.Empty(turns.Begin);
        Assert.Contains("kept for job 2 (j2)", turns.Waiting[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_was_passed_for_too_long_goes_before_all_that_came_after_it_and_keeps_what_is_free()
    {
        ClaimSince old = Queue.Job(2, priority: 99, waited: Long);
        Turns turns = Queue.Decide(Queue.Limits(storage: 1), [Queue.Job(1, client: "c2")], old, Queue.Job(3, priority: 1));

        Assert.Empty(turns.Begin);
        Assert.Equal([2, 3], turns.Waiting.Select(wait => wait.Job.Value));
        Assert.Contains("kept for job 2 (j2), which waits since", turns.Waiting[1].ToString(), StringComparison.Ordinal);
        Assert.Equal([2], Queue.Decide(Queue.Limits(storage: 1), [], old, Queue.Job(3, priority: 1)).Begin.Ids());
    }

    [Fact]
    public void A_restore_waits_for_a_turn_of_the_director_alone()
    {
        Turns turns = Queue.Decide(Queue.Limits(director: 2), [Queue.Job(1)], Queue.Job(2), Queue.Restore(3), Queue.Restore(4));

        Assert.Equal([3], turns.Begin.Ids());
        Assert.Equal(Scarce.Director, turns.Waiting[0].For);
    }

    [Fact]
    public void A_further_run_waits_for_the_previous_one_unless_it_may_run_beside()
    {
        ClaimSince running = Queue.Job(1, name: "nightly");
        ClaimSince further = Queue.Job(2, client: "c2", name: "nightly");
        ClaimSince beside = further with { Claim = further.Claim with { RunsBeside = true } };

        Assert.Equal(
            $"waits for the previous run: job 1 (nightly) since {Queue.Now}",
            Assert.Single(Queue.Decide(Queue.Limits(), [running], further).Waiting).ToString());
        Assert.Equal([2], Queue.Decide(Queue.Limits(), [running], beside).Begin.Ids());
    }

    private static ClaimSince Named(int job, string name)
    {
        ClaimSince one = Queue.Job(job, name: name);
        return one with { Claim = one.Claim with { Run = $"{job}" } };
    }
}
