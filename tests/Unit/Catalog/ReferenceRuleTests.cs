using Backup.Catalog.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Tests.Unit.Catalog;

public sealed class ReferenceRuleTests
{
    private static readonly Hash256 Definition = new(1, 1, 1, 1);
    private static readonly NodeId Root = new(new Hash256(2, 2, 2, 2));

    public static TheoryData<string, ReferenceCandidate, string> Unusable => new()
    {
        { "running", Full(1) with { State = JobState.Running }, "job 1 has not ended" },
        { "queued", Full(1) with { State = JobState.Queued }, "job 1 has not ended" },
        { "ending", Full(1) with { State = JobState.Ending }, "job 1 has not ended" },
        { "canceled", Full(1) with { State = JobState.Canceled }, "job 1 ended Canceled" },
        { "failed", Full(1) with { State = JobState.Failed }, "job 1 ended Failed" },
        { "incomplete", Full(1) with { State = JobState.Incomplete }, "job 1 ended Incomplete" },
        { "reference=no", Full(1) with { JoinsReferences = false }, "job 1 ran with reference=no" },
        { "other fileset", Full(1) with { FileSetHash = Hash256.Zero }, "the FileSet or its roots have changed since job 1" },
        { "not whole", Full(1) with { Whole = false }, "job 1 is not whole in the catalog" },
        { "no root", Full(1) with { Root = NodeId.Empty }, "job 1 saved an empty tree" },
        { "since", Full(1) with { Level = JobLevel.Since }, "job 1 was a Since, whose tree is partial" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_run_that_cannot_serve_is_never_chosen_and_the_reason_is_said(string why, ReferenceCandidate candidate, string words)
    {
        ReferenceChoice choice = Choose(JobLevel.Incremental, candidate);
        Assert.True(choice.Reference is null, why);
        Assert.Equal($"there is no usable earlier backup: {words}", choice.WhyNot);
        Assert.Equal(2, Choose(JobLevel.Incremental, candidate with { Job = new JobId(3) }, Full(2)).Reference!.Job.Value);
    }

    [Theory]
    [InlineData(JobState.Ok)]
    [InlineData(JobState.OkWithWarnings)]
    public void Ok_and_ok_with_warnings_may_serve(JobState state) =>
        Assert.Equal(1, Choose(JobLevel.Incremental, Full(1) with { State = state }).Reference!.Job.Value);

    [Fact]
    public void Incremental_takes_the_newest_of_any_level_differential_the_newest_full()
    {
        ReferenceCandidate[] runs = [Run(4, JobLevel.Incremental, 3), Run(3, JobLevel.Differential, 2), Full(2), Full(1)];
        Assert.Equal(4, Choose(JobLevel.Incremental, runs).Reference!.Job.Value);
        Assert.Equal(2, Choose(JobLevel.Differential, runs).Reference!.Job.Value);
        Assert.Equal(5, Choose(JobLevel.Differential, [Full(5) with { Level = JobLevel.VirtualFull }, .. runs]).Reference!.Job.Value);
    }

    [Fact]
    public void A_chain_without_a_full_at_its_beginning_is_not_continued()
    {
        Assert.Contains("no Full at the beginning", Choose(JobLevel.Incremental, Run(3, JobLevel.Incremental, 2)).WhyNot,
            StringComparison.Ordinal);
        Assert.Contains("no Full", Choose(JobLevel.Incremental, Run(3, JobLevel.Incremental, 3)).WhyNot, StringComparison.Ordinal);
        Assert.Contains("leans on one that cannot serve: job 2 ended Failed",
            Choose(JobLevel.Incremental, Run(3, JobLevel.Incremental, 2), Full(2) with { State = JobState.Failed }).WhyNot,
                StringComparison.Ordinal);
        Assert.Contains("no earlier Full", Choose(JobLevel.Differential, Run(3, JobLevel.Incremental, 2)).WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_compares_against_nothing() => Assert.Null(Choose(JobLevel.Full, Full(1)).Reference);

    private static ReferenceChoice Choose(JobLevel level, params ReferenceCandidate[] candidates) =>
        ReferenceRule.Choose(new ReferenceQuestion("nightly", "c1", Definition, level), candidates);

    private static ReferenceCandidate Full(long job) => Run(job, JobLevel.Full, null);

    private static ReferenceCandidate Run(long job, JobLevel level, long? reference) => new(
        new JobId(job), level, JobState.Ok, true, true, Definition, reference is { } of ? new JobId(of) : null, new SessionId(Guid.Empty),
            Root,
        new Instant(job, 0), new Instant(job, 0));
}
