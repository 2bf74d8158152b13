namespace Backup.Messages.Values;

/// <summary>
/// A rate over the last few seconds, from totals told now and then: old enough to be steady, young enough to show a stall. Not thread safe.
/// </summary>
public sealed class RateMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>Totals kept: one a second is told, and none is told more often than that for long.</summary>
    private const int TotalsMax = 16;

    private readonly Queue<(Instant At, long Total)> _told = new(TotalsMax);
    private (Instant At, long Total) _last;

    /// <summary>Counts a second between the oldest total of the window and the newest; 0 before the second one.</summary>
    public double PerSecond { get; private set; }

    /// <summary>The total as of this time. One that went back begins anew.</summary>
    public void Tell(Instant at, long total)
    {
        if (total < _last.Total) _told.Clear();
        while (_told.Count == TotalsMax || (_told.Count > 1 && at.Since(_told.Peek().At) > Window)) _told.Dequeue();
        _told.Enqueue((at, total));
        _last = (at, total);
        (Instant since, long from) = _told.Peek();
        double seconds = at.Since(since).TotalSeconds;
        PerSecond = seconds > 0 ? (total - from) / seconds : 0;
    }
}
