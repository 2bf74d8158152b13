namespace Backup.Cluster.Telemetry;

/// <summary>
/// Lets a line of the actor library through once a minute for each kind: whoever sends garbage to a port must not fill the disk. Our own
/// lines are never held back; they have limits of their own where strangers can cause them. Not thread safe.
/// </summary>
public sealed class RepeatedLines(TimeProvider clock)
{
    /// <summary>Kinds that are told apart; beyond them all are forgotten and begin anew.</summary>
    private const int KindsMax = 256;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(Type Class, string Kind), (long Said, long Held)> _kinds = [];

    /// <summary>
    /// Null holds the line back; else how many of its kind were held back since the last. The kind is the class that logs and its template.
    /// </summary>
    public long? Pass(Type logs, string template)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (logs.Namespace?.StartsWith("Backup", StringComparison.Ordinal) == true) return 0;
        var kind = (logs, template);
        if (_kinds.TryGetValue(kind, out (long Said, long Held) known) && clock.GetElapsedTime(known.Said) < Every)
        {
            _kinds[kind] = known with { Held = known.Held + 1 };
            return null;
        }
        if (_kinds.Count >= KindsMax) _kinds.Clear();
        _kinds[kind] = (clock.GetTimestamp(), 0);
        return known.Held;
    }
}
