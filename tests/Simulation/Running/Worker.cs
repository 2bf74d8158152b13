using System.Text.Json;

namespace Backup.Tests.Simulation.Running;

/// <summary>What a worker tells its supervisor, one line of JSON each.</summary>
internal sealed record WorkerLine(long Lives, ulong Last, string Met, string? Violation);

/// <summary>One process of a run: every so-many-th seed, one life after the other.</summary>
internal sealed class Worker(WantedLives wanted, ulong stride, TextWriter to)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    public int Run()
    {
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        long told = began;
        (long lives, bool failed) = (0, false);
        var met = new FaultCounts();
        ulong seed = wanted.First;
        for (; IsWanted(seed) && !(clock.GetElapsedTime(began) >= wanted.Within); seed += stride)
        {
            lives++;
            if (OneLife.Live(seed, met) is { } violation)
            {
                failed = true;
                Tell(new WorkerLine(lives, seed, met.ToString(), violation));
            }
            else if (clock.GetElapsedTime(told) < TellEvery) continue;
            else Tell(new WorkerLine(lives, seed, met.ToString(), null));
            (lives, met, told) = (0, new FaultCounts(), clock.GetTimestamp());
        }
        if (lives > 0) Tell(new WorkerLine(lives, seed - stride, met.ToString(), null));
        return failed ? 1 : 0;
    }

    private bool IsWanted(ulong seed) => wanted.Count is not { } count || seed - wanted.First < count;

    private void Tell(WorkerLine line)
    {
        to.WriteLine(JsonSerializer.Serialize(line));
        to.Flush();
    }
}
