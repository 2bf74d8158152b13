using System.Globalization;
using Backup.Tests.Simulation.Crashes;

namespace Backup.Tests.Simulation.Running;

/// <summary>Crash points of many small lives, one after the other.</summary>
internal static class CrashRun
{
    /// <summary>Exit status 1 where a recovery was not as it must be.</summary>
    public static int Run(ulong first, ulong lives, TextWriter to)
    {
        long count = 0;
        int violations = 0;
        for (ulong seed = first; seed < first + lives; seed++)
        {
            try
            {
                var points = new CrashPoints(seed);
                points.Run();
                var outbox = new OutboxCrashPoints(seed);
                outbox.Run();
                var journal = new JournalCrashPoints(seed);
                journal.Run();
                count += points.Count + outbox.Count + journal.Count;
                to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {points.Count} crashes of catalog and volumes, "
                    + $"{outbox.Count} of the outbox, {journal.Count} of the journal"));
            }
            catch (Exception e)
            {
                violations++;
                to.WriteLine($"VIOLATION (again: ./simulate --crash-points 1 --seed {seed}): {(e is SimulationException ? e.Message : e)}");
            }
        }
        to.WriteLine($"{count} crashes, {(violations == 0 ? "no violation" : $"{violations} violations")}");
        return violations == 0 ? 0 : 1;
    }
}
