using System.Globalization;
using Backup.Tests.Simulation.Running;
using Xunit;
using Xunit.Abstractions;

namespace Backup.Tests.Simulation;

/// <summary>
/// Lives of the whole installation, each from one seed: the same ones each time, and fresh ones. ./simulate lives as many as one likes.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>Seeds from 1 on. Among them are some that have found something; the others are there because they are
    /// different.</summary>
    private const int SeedsFixed = 100;
    private static readonly ulong[] Found = [1795829497000164];

    /// <summary>Minutes of fresh seeds where nobody asks for more with BACKUP_FRESH_MINUTES, as ./test does.</summary>
    private const double FreshMinutes = 0.1;

    /// <summary>
    /// What was found, and must not come back: a full volume that the catalog heard of late was chosen again (9, 57); two groups of
    /// hard links
    /// of which one was made of the other, with equal content, came back as one.
    /// </summary>
    [Fact]
    [Trait("Req", "TST-05")]
    public void What_is_called_saved_can_be_restored_whatever_goes_wrong()
    {
        var failures = new List<string>();
        var met = new FaultCounts();
        foreach (ulong seed in Enumerable.Range(1, SeedsFixed).Select(i => (ulong)i).Concat(Found))
            if (failures.Count < 10 && OneLife.Live(seed, met) is { } violation) failures.Add(violation);
        output.WriteLine($"met: {met}");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    [Trait("Req", "TST-05")]
    public void Lives_of_fresh_seeds_hold_too()
    {
        using var said = new StringWriter();
        double minutes = double.TryParse(
            Environment.GetEnvironmentVariable("BACKUP_FRESH_MINUTES"), CultureInfo.InvariantCulture, out double given)
            ? given : FreshMinutes;
        int status = new Supervisor(new WantedLives(Program.FreshSeed(), null, TimeSpan.FromMinutes(minutes)), 1, said).Run();
        if (Environment.GetEnvironmentVariable("BACKUP_FRESH_LOG") is { Length: > 0 } log) File.WriteAllText(log, said.ToString());
        output.WriteLine(said.ToString());
        Assert.True(status == 0, said.ToString());
    }

    [Theory]
    [InlineData(7)]
    [InlineData(40)]
    [Trait("Req", "TST-03")]
    public void The_same_seed_gives_the_same_life(ulong seed)
    {
        var first = new Scenario(seed);
        first.Live();
        var second = new Scenario(seed);
        second.Live();
        Assert.Equal((first.Trace, first.Steps, first.Story), (second.Trace, second.Steps, second.Story));
    }
}
