using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace Backup.Tests.Simulation;

/// <summary>
/// Lives of the whole installation, each from one seed. BACKUP_SEED=N lives that one alone; BACKUP_SEEDS=N as many from 1 on.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int SeedsDefault = 150;

    [Fact]
    public void What_is_called_saved_can_be_restored_whatever_goes_wrong()
    {
        var failures = new List<string>();
        foreach (ulong seed in Seeds())
        {
            var scenario = new Scenario(seed);
            try
            {
                scenario.Live();
            }
            catch (Exception e)
            {
                failures.Add($"BACKUP_SEED={seed}: {e.Message}\n{scenario.Story}"
                    + (e is SimulationException { InnerException: null } ? "" : e.ToString()));
                if (failures.Count == 10) break;
            }
            if (Given("BACKUP_SEED") is not null) output.WriteLine(scenario.Story);
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void The_same_seed_gives_the_same_life()
    {
        var first = new Scenario(7);
        first.Live();
        var second = new Scenario(7);
        second.Live();
        Assert.Equal((first.Trace, first.Steps, first.Story), (second.Trace, second.Steps, second.Story));
    }

    private static IEnumerable<ulong> Seeds()
    {
        if (Given("BACKUP_SEED") is { } one) return [one];
        return Enumerable.Range(1, (int)(Given("BACKUP_SEEDS") ?? SeedsDefault)).Select(i => (ulong)i);
    }

    private static ulong? Given(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture,
            out ulong value) ? value : null;
}
