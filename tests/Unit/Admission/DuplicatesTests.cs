using Backup.Jobs.Admission;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Tests.Unit.Jobs;

namespace Backup.Tests.Unit.Admission;

[Trait("Req", "JOB-06")]
public class DuplicatesTests
{
    private static readonly JobSpecification Wanted = JobLife.Backup() with { Duplicates = DuplicateRule.Refuse };
    private static readonly ClaimSince Works = new(JobClaim.Of(new JobId(12), Wanted), Queue.Now);
    private static readonly ClaimSince Waits = new(JobClaim.Of(new JobId(13), Wanted), Queue.Now);

    [Fact]
    public void A_further_run_is_refused_with_the_number_of_the_previous_one()
    {
        Duplicates judged = Duplicates.Judge(Wanted, [Works], []);

        Assert.Contains($"previous run 12 still active: it runs since {Queue.Now}", judged.Refusal, StringComparison.Ordinal);
        Assert.Equal(new JobId(12), judged.Previous);
        Assert.Contains("previous run 13 still active: it waits", Duplicates.Judge(Wanted, [], [Waits]).Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DuplicateRule.Allow, new long[0])]
    [InlineData(DuplicateRule.Queue, new long[0])]
    [InlineData(DuplicateRule.CancelQueued, new long[] { 13 })]
    [InlineData(DuplicateRule.CancelRunning, new long[] { 12, 13 })]
    public void The_other_rules_let_it_come_and_say_who_is_canceled(DuplicateRule rule, long[] canceled)
    {
        Duplicates judged = Duplicates.Judge(Wanted with { Duplicates = rule }, [Works], [Waits]);

        Assert.Null(judged.Refusal);
        Assert.Equal(canceled, judged.Cancel.Select(job => job.Value));
    }

    [Fact]
    public void A_run_of_another_job_client_or_root_is_no_duplicate()
    {
        Assert.Null(Duplicates.Judge(Wanted with { JobName = "weekly" }, [Works], []).Refusal);
        Assert.Null(Duplicates.Judge(Wanted with { Client = "c2" }, [Works], []).Refusal);
        Assert.Null(Duplicates.Judge(Wanted with { RootsOverride = ["/srv"] }, [Works], []).Refusal);
        Assert.Null(Duplicates.Judge(JobLife.Restore() with { Duplicates = DuplicateRule.Refuse }, [Works], []).Refusal);
    }
}
