namespace Backup.Tests.Simulation.Running;

/// <summary>One seed, lived and judged.</summary>
internal static class OneLife
{
    /// <summary>The faults that the life met, by kind, and what was not as it must be; null where all was.</summary>
    public static string? Live(ulong seed, FaultCounts met)
    {
        var scenario = new Scenario(seed);
        try
        {
            scenario.Live();
            met.Add(scenario.Met);
            return null;
        }
        catch (Exception e)
        {
            return $"seed {seed}: {e.Message}\n{scenario.Story}" + (e is SimulationException { InnerException: null } ? "" : $"{e}\n");
        }
    }

    /// <summary>Lives one seed and tells its story, with all that its director heard; exit status 1 where something was wrong.</summary>
    public static int Tell(ulong seed, TextWriter to)
    {
        var scenario = new Scenario(seed, tellsAll: true);
        try
        {
            scenario.Live();
            to.Write(scenario.Story);
            to.WriteLine($"seed {seed}: all is as it must be ({scenario.Steps} steps, trace {scenario.Trace:x16}; met: {scenario.Met})");
            return 0;
        }
        catch (Exception e)
        {
            to.Write(scenario.Story);
            to.WriteLine($"seed {seed}: {e.Message}");
            if (e is not SimulationException { InnerException: null }) to.WriteLine(e);
            return 1;
        }
    }
}
