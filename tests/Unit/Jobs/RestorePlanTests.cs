using Backup.Jobs.Restores;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Tests.Unit.Jobs;

public class RestorePlanTests
{
    private static readonly VolumeLifeId Life = new(new Guid(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    private static SessionId Session(int number) => new(new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    private static NeededSession Need(int job, params VolumeSpan[] spans) => new(new JobId(job), new SessionNeed(Session(job), 10, 1000, 3),
        spans);

    private static VolumeSpan Span(string volume, long first, long last) => new(volume, Life, first, last);

    private static VolumeState State(string volume, VolumeReadability readability = VolumeReadability.Readable, string words = "Full") =>
        new(volume, Life, readability, words);

    [Fact]
    [Trait("Req", "RST-21")]
    public void Volumes_are_read_in_session_order_without_repeats_blocks_ascending()
    {
        RestorePlan plan = RestorePlanner.Plan(
            [Need(5, Span("B", 1, 9)), Need(2, Span("A", 50, 60), Span("B", 20, 30)), Need(1, Span("A", 1, 10))], [State("A"), State("B")]);
        Assert.True(plan.IsComplete);
        Assert.Equal(["A", "B"], plan.Volumes);
        Assert.Equal([("A", 1L), ("A", 50L), ("B", 1L), ("B", 20L)], plan.Reads.Select(read => (read.Volume, read.FirstBlock)));
    }

    [Fact]
    public void Interleaved_sessions_are_read_in_one_run()
    {
        RestoreRead read = Assert.Single(RestorePlanner.Plan([Need(1, Span("A", 1, 10)), Need(2, Span("A", 5, 20))], [State("A")]).Reads);
        Assert.Equal((1, 20), (read.FirstBlock, read.LastBlock));
        Assert.Equal([Session(1), Session(2)], read.Sessions);
    }

    [Fact]
    [Trait("Req", "RST-02")]
    public void What_a_lost_volume_takes_is_listed_by_volume_with_jobs_and_files()
    {
        RestorePlan plan = RestorePlanner.Plan(
            [Need(1, Span("A", 1, 10)), Need(2, Span("B", 1, 5), Span("B", 8, 9)), Need(3, Span("B", 6, 7))],
            [State("A"), State("B", VolumeReadability.Lost, "Lost")]);
        Assert.Equal("volume B: Lost; job 2, 3 needs it: 20 files, 2000 bytes", Assert.Single(plan.Missing).ToString());
        Assert.Equal(["A"], plan.Volumes);
    }

    [Fact]
    public void A_volume_in_another_life_is_missing()
    {
        var later = new VolumeState("A", new VolumeLifeId(Guid.Empty), VolumeReadability.Readable, "Append");
        Assert.Contains("relabelled", Assert.Single(RestorePlanner.Plan([Need(1, Span("A", 1, 10))], [later]).Missing).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_no_volume_holds_is_missing() => Assert.False(RestorePlanner.Plan([Need(1)], []).IsComplete);

    [Fact]
    public void An_off_site_volume_is_asked_for_and_not_missing()
    {
        RestorePlan plan = RestorePlanner.Plan([Need(1, Span("A", 1, 10))], [State("A", VolumeReadability.OffSite, "vault 2")]);
        Assert.True(plan.IsComplete);
        Assert.Equal("vault 2", Assert.Single(plan.ToFetch).Words);
    }

    [Fact]
    public void Sessions_needed_for_nodes_only_are_not_read()
    {
        NeededSession nodes = Need(1, Span("A", 1, 10)) with { Need = new SessionNeed(Session(1), 0, 0, 5) };
        Assert.Empty(RestorePlanner.Plan([nodes], []).Reads);
    }
}
