using Xunit;
using Xunit.Abstractions;

namespace Backup.Tests.Simulation.Rot;

/// <summary>Bits that flip and volumes that are cut, the same ones each time. ./simulate --rot N does as many as one likes.</summary>
public sealed class RotTests(ITestOutputHelper output)
{
    private const int Harms = 2000;

    [Fact]
    [Trait("Req", "FMT-26")]
    [Trait("Req", "TST-05")]
    public void Of_harmed_volumes_only_what_was_hit_is_lost_and_named_and_all_else_is_read()
    {
        using var said = new StringWriter();
        var run = new RotRun(1, Harms, said);
        run.Run();
        output.WriteLine(said.ToString());
        Assert.True(run.Violations == 0, said.ToString());
        Assert.InRange(run.Done, Harms, Harms + 2); // up to three at a time
    }

    [Fact]
    [Trait("Req", "FMT-26")]
    public void A_restore_names_each_lost_file_where_two_volumes_were_hit()
    {
        using var harms = new KnownHarms(3000029);
        harms.FlipInMemory("V0004", 12, 20579);
        harms.FlipInMemory("V0002", 20, 64816);
        harms.ReadAndRestore();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Req", "FMT-26")]
    public void A_volume_that_was_hit_and_then_cut_names_what_a_session_has_lost(bool isCartridge)
    {
        using var harms = new KnownHarms(4000839);
        harms.FlipAndCutInFile(isCartridge, "V0002", 15, 387734);
    }
}
