using Backup.Tests.Simulation.Running;
using Xunit;
using Xunit.Abstractions;

namespace Backup.Tests.Simulation;

/// <summary>
/// Lives of the whole installation, each from one seed, the same ones each time. ./simulate lives fresh ones, as many as one likes.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>Seeds from 1 on. Among them are some that have found something; the others are there because they are
    /// different.</summary>
    private const int SeedsFixed = 100;
    private static readonly ulong[] Found =
    [
        1795829497000164, 1795831548000601, 1795831548000297, 1795831548000833, 1795831548001191, 1795837256000173, 1795837256000066,
        1795884663014648, 1795885731022445,
    ];

    /// <summary>Lives that the program of ./simulate lives here, from this seed on.</summary>
    private const ulong ProgramFirst = 1000, ProgramLives = 12;

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
    public void The_program_of_simulate_lives_them_in_processes_of_its_own()
    {
        using var said = new StringWriter();
        int status = new Supervisor(new WantedLives(ProgramFirst, ProgramLives, null), 2, said).Run();
        output.WriteLine(said.ToString());
        Assert.True(status == 0, said.ToString());
        Assert.Contains($"{ProgramLives} lives in", said.ToString(), StringComparison.Ordinal);
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
