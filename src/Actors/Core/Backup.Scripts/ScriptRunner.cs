using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Scripts.Processes;

namespace Backup.Scripts;

/// <summary>How a script that was stopped hears of it.</summary>
public sealed class ScriptStopping : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private string _reason = "";

    public CancellationToken Token => _source.Token;

    public string Reason => Volatile.Read(ref _reason);

    public void Dispose() => _source.Dispose();

    internal void Stop(string reason)
    {
        Volatile.Write(ref _reason, reason);
        _source.Cancel();
    }
}

/// <summary>
/// A pool of threads of its own, one for each script that runs; the others wait in the order they came. Disposing kills what runs.
/// </summary>
public sealed class ScriptRunner(TimeProvider clock, Func<ScriptOrder, ScriptStopping, ScriptEnded>? work = null)
    : IScriptRunner, IDisposable
{
    /// <summary>Scripts that run at the same time.</summary>
    public const int AtOnceMax = 8;

    /// <summary>Scripts that run or wait; more are refused with a line.</summary>
    public const int KnownMax = 1024;

    private sealed record Known(ScriptOrder Order, Action<ScriptEnded> Said, ScriptStopping Stopping);

    private readonly Func<ScriptOrder, ScriptStopping, ScriptEnded> _work =
        work ?? ((order, stopping) => RunProcess(order, stopping, clock));
    private readonly Lock _lock = new();
    private readonly Dictionary<(SessionId Run, int Script), Known> _known = [];
    private readonly Queue<Known> _waiting = new();
    private int _threads;

    /// <summary>The program itself, as <see cref="ScriptRunner"/> runs it where nothing else is wanted.</summary>
    public static ScriptEnded RunProcess(ScriptOrder order, ScriptStopping stopping, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(stopping);
        return ScriptProcess.Run(order, clock, () => stopping.Reason, stopping.Token);
    }

    public void Run(ScriptOrder order, Action<ScriptEnded> said)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(said);
        lock (_lock)
        {
            if (_known.ContainsKey((order.Run, order.Script))) return;
            if (_known.Count < KnownMax)
            {
                var script = new Known(order, said, new ScriptStopping());
                _known[(order.Run, order.Script)] = script;
                _waiting.Enqueue(script);
                if (_threads == AtOnceMax) return;
                _threads++;
                new Thread(Work) { Name = "script", IsBackground = true }.Start();
                return;
            }
        }
        said(NotRun(order.Job, order.Run, order.Script, $"{KnownMax} scripts run or wait here already"));
    }

    public void Stop(ScriptStop stop, Action<ScriptEnded> said)
    {
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(said);
        lock (_lock)
        {
            if (_known.TryGetValue((stop.Run, stop.Script), out Known? script))
            {
                script.Stopping.Stop(stop.Reason);
                return;
            }
        }
        said(NotRun(stop.Job, stop.Run, stop.Script, $"it does not run here ({stop.Reason})"));
    }

    public void Dispose()
    {
        lock (_lock)
            foreach (Known script in _known.Values) script.Stopping.Stop("the node is shutting down");
    }

    /// <summary>A script that did not run, and why.</summary>
    public static ScriptEnded NotRun(JobId job, SessionId run, int script, string reason) =>
        new(job, run, script, null, reason, [], 0, TimeSpan.Zero);

    private void Work()
    {
        while (true)
        {
            Known? script;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out script))
                {
                    _threads--;
                    return;
                }
            }
            ScriptEnded ended = Guarded(script);
            lock (_lock)
            {
                _known.Remove((script.Order.Run, script.Order.Script)); // under the lock: nobody stops what is disposed of
                script.Stopping.Dispose();
            }
            script.Said(ended);
        }
    }

    private ScriptEnded Guarded(Known script)
    {
        try
        {
            return _work(script.Order, script.Stopping);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return NotRun(script.Order.Job, script.Order.Run, script.Order.Script, $"a fault of this program ended it: {e.Message}");
        }
    }
}
