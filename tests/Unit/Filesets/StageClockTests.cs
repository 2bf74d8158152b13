using Backup.Filesets.Timing;
using Backup.Messages.Clients;
using Backup.TestKit.Channels;

namespace Backup.Tests.Unit.Filesets;

public sealed class StageClockTests
{
    private enum Stage
    {
        Walk,
        Read,
    }

    private readonly ManualClock _clock = new();

    [Fact]
    public void The_clock_is_in_one_stage_at_a_time_and_goes_back_to_the_one_before()
    {
        var stages = new StageClock<Stage>(_clock);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Stage before = stages.Switch(Stage.Read);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Stage.Walk, before);
        Assert.Equal(Stage.Read, stages.Switch(before));
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([new StageTime("walk", 5), new StageTime("read", 2)], stages.ToList());
    }

    [Fact]
    public void What_another_name_tells_is_taken_out_and_never_makes_a_stage_negative()
    {
        var stages = new StageClock<Stage>(_clock);
        _clock.Advance(TimeSpan.FromSeconds(3));
        stages.TakeOut(Stage.Walk, TimeSpan.FromSeconds(1));
        stages.TakeOut(Stage.Read, TimeSpan.FromSeconds(1));
        Assert.Equal([new StageTime("walk", 2), new StageTime("read", 0)], stages.ToList());
    }
}
