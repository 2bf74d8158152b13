using Xunit;
using Xunit.Abstractions;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>Every crash point of a small life.</summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Req", "TST-05")]
    public void A_catalog_and_volumes_survive_a_stop_at_every_write_and_sync()
    {
        var points = new CrashPoints(1);
        points.Run();
        output.WriteLine($"{points.Count} crashes");
        Assert.True(points.Count > 500, $"{points.Count} crash points: the recorder does not see all");
    }

    [Fact]
    [Trait("Req", "TST-05")]
    public void A_journal_survives_a_stop_at_every_write_and_sync()
    {
        var points = new JournalCrashPoints(1);
        points.Run();
        output.WriteLine($"{points.Count} crashes, {points.Recovered} with an actor");
        Assert.True(points.Count > 500, $"{points.Count} crash points: the recorder does not see all");
    }

    [Fact]
    [Trait("Req", "TST-05")]
    public void An_outbox_survives_a_stop_at_every_byte()
    {
        var points = new OutboxCrashPoints(1);
        points.Run();
        output.WriteLine($"{points.Count} crashes");
        Assert.True(points.Count > 1000, $"{points.Count} crash points");
    }
}
