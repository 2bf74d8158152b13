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
}
