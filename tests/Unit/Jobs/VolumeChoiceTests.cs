using Backup.Configuration.Variables;
using Backup.Jobs.Media;

namespace Backup.Tests.Unit.Jobs;

public class VolumeChoiceTests
{
    private static readonly VolumeWanted Empty = new("daily", "Vol-{0001}", 1000, 0, true, [], 0, new HashSet<string>());

    [Fact]
    public void The_first_appendable_volume_with_room_is_appended_to() => Assert.Equal(
        new VolumeChoice.Append("Vol-0002"),
        VolumeChooser.Choose(Empty with { Appendable = [new("Vol-0001", 1000), new("Vol-0002", 999)], PoolVolumes = 2 }));

    [Fact]
    public void An_empty_pool_gets_the_counters_first_name() =>
        Assert.Equal(new VolumeChoice.Label("Vol-0001"), VolumeChooser.Choose(Empty));

    [Fact]
    public void A_new_name_counts_on_from_the_highest_of_all_pools() => Assert.Equal(
        new VolumeChoice.Label("Vol-10000"), VolumeChooser.Choose(Empty with { Names = new HashSet<string> { "Vol-9999", "Vol-0003",
            "Tape-77777" } }));

    [Fact]
    public void A_volume_in_use_is_left_alone_and_another_one_labelled() => Assert.Equal(
        new VolumeChoice.Label("Vol-0002"),
        VolumeChooser.Choose(Empty with { Appendable = [new("Vol-0001", 5, InUse: true)], Names = new HashSet<string> { "Vol-0001" },
            PoolVolumes = 1 }));

    [Fact]
    public void A_pool_at_its_limit_refuses_with_the_reason_and_may_be_waited_for()
    {
        var refused = Assert.IsType<VolumeChoice.Refuse>(VolumeChooser.Choose(Empty with { VolumesMax = 2, PoolVolumes = 2 }));
        Assert.True(refused.MayCome);
        Assert.Contains("none of its 2 volumes can be appended to and volumes-max is 2", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_automatic_labels_a_volume_in_use_is_waited_for()
    {
        var refused = Assert.IsType<VolumeChoice.Refuse>(
            VolumeChooser.Choose(Empty with { LabelAutomatically = false, Appendable = [new("Vol-0001", 5, InUse: true)], PoolVolumes =
                1 }));
        Assert.Equal(("pool daily: volume Vol-0001 is in use by another job", true), (refused.Reason, refused.MayCome));
    }

    [Fact]
    public void A_volume_that_enough_jobs_share_is_left_to_them_while_another_drive_is_there()
    {
        VolumeWanted wanted = Empty with
        {
            Appendable = [new("Vol-0002", 5, Jobs: 2), new("Vol-0001", 5, Jobs: 1)], PoolVolumes = 2, JobsPerVolume = 2, VolumesAtOnce = 3,
            Names = new HashSet<string> { "Vol-0001", "Vol-0002" },
        };
        Assert.Equal(new VolumeChoice.Append("Vol-0001"), VolumeChooser.Choose(wanted));
        wanted = wanted with { Appendable = [new("Vol-0002", 5, Jobs: 2), new("Vol-0001", 5, Jobs: 2)] };
        Assert.Equal(new VolumeChoice.Label("Vol-0003"), VolumeChooser.Choose(wanted));
        wanted = wanted with { Appendable = [new("Vol-0002", 5, Jobs: 3), new("Vol-0001", 5, Jobs: 2)], VolumesAtOnce = 2 };
        Assert.Equal(new VolumeChoice.Append("Vol-0001"), VolumeChooser.Choose(wanted));
        Assert.Equal(new VolumeChoice.Append("Vol-0001"), VolumeChooser.Choose(wanted with { VolumesAtOnce = 9, VolumesMax = 2 }));
    }

    [Fact]
    [Trait("Req", "CHG-02")]
    public void In_a_library_volumes_are_named_by_the_cartridges_that_are_there()
    {
        VolumeWanted wanted = Empty with
        {
            Appendable = [new("TAPE0009", 5)], PoolVolumes = 1, Names = new HashSet<string> { "TAPE0009", "TAPE0001" },
            Cartridges = ["TAPE0001", "TAPE0002"],
        };
        Assert.Equal(new VolumeChoice.Label("TAPE0002"), VolumeChooser.Choose(wanted));
        Assert.Equal(new VolumeChoice.Append("TAPE0009"), VolumeChooser.Choose(wanted with { Cartridges = ["TAPE0001", "TAPE0009"] }));
        var refused = Assert.IsType<VolumeChoice.Refuse>(VolumeChooser.Choose(wanted with { Cartridges = ["TAPE0001"] }));
        Assert.Equal(("pool daily: none of the 1 cartridges in the library can be written to; put a blank one in", true),
            (refused.Reason, refused.MayCome));
    }

    [Theory]
    [InlineData("Vol-{0001}", 7, "Vol-0007")]
    [InlineData("{1}-x", 12, "12-x")]
    public void NameOf_pads_to_the_counters_width(string format, int number, string name) =>
        Assert.Equal(name, VolumeChooser.NameOf(format, number));

    [Fact]
    [Trait("Req", "VOL-31")]
    public void A_format_of_counters_is_drawn_from_and_names_that_volumes_bear_are_passed_over()
    {
        VolumeWanted wanted = Empty with
            { LabelFormat = "Full-%(Counter:a:4)-%(Counter:b)", Names = new HashSet<string> { "Full-0001-7" } };
        LabelTemplate format = Assert.IsType<VolumeChoice.Draw>(VolumeChooser.Choose(wanted)).Format;
        var next = new Queue<long>([1, 7, 2, 8]);

        Assert.Equal(new VolumeChoice.Label("Full-0002-8"), VolumeChooser.NameFrom(format, wanted, _ => next.Dequeue()));
    }

    [Fact]
    [Trait("Req", "VOL-31")]
    public void A_counter_that_turns_among_names_that_are_all_taken_is_refused_and_may_be_raised()
    {
        VolumeWanted wanted = Empty with { LabelFormat = "V%(Counter:a)", Names = new HashSet<string> { "V1", "V2" } };
        int drawn = 0;
        var refused = Assert.IsType<VolumeChoice.Refuse>(
            VolumeChooser.NameFrom(LabelTemplate.Parse(wanted.LabelFormat), wanted, _ => (drawn++ % 2) + 1));

        Assert.Equal((true, 1000), (refused.MayCome, drawn));
        Assert.EndsWith("are borne by volumes already; raise the maximum of its counter", refused.Reason, StringComparison.Ordinal);
    }
}
