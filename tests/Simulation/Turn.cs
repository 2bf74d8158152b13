namespace Backup.Tests.Simulation;

/// <summary>
/// One thread's leave to run, given by another. It does not spin before it waits: a processor has one life, in which one thread runs, and
/// what a semaphore yields there was a twelfth of a life's cost.
/// </summary>
internal sealed class Turn
{
    private readonly object _guard = new();
    private int _given;

    public void Give()
    {
        lock (_guard)
        {
            _given++;
            Monitor.Pulse(_guard);
        }
    }

    /// <summary>Takes one; false where none came in time.</summary>
    public bool Take(TimeSpan within)
    {
        lock (_guard)
        {
            while (_given == 0)
                if (!Monitor.Wait(_guard, within)) return false;
            _given--;
            return true;
        }
    }
}
