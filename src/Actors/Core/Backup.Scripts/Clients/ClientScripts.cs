using Backup.Messages.Clients;
using Backup.Messages.Ids;

namespace Backup.Scripts.Clients;

/// <summary>
/// A client's scripts: those it is allowed, each as often as it may run. What ended is said again when the order is given again.
/// Thread safe.
/// </summary>
public sealed class ClientScripts : IScriptRunner, IDisposable
{
    private readonly ScriptPermission _permission;
    private readonly ScriptMarks _marks;
    private readonly TimeProvider _clock;
    private readonly ScriptRunner _runner;

    public ClientScripts(ScriptPermission permission, ScriptMarks marks, TimeProvider clock)
    {
        (_permission, _marks, _clock) = (permission, marks, clock);
        _runner = new ScriptRunner(clock, Once);
    }

    public void Run(ScriptOrder order, Action<ScriptEnded> said) => _runner.Run(order, said);

    public void Stop(ScriptStop stop, Action<ScriptEnded> said) => _runner.Stop(stop, said);

    /// <summary>The director knows how the job's scripts ended; those that still run are kept.</summary>
    public void Forget(JobId job) => _marks.Forget(job);

    public void Dispose() => _runner.Dispose();

    private ScriptEnded Once(ScriptOrder order, ScriptStopping stopping)
    {
        if (_marks.EndOf(order) is { } known) return known;
        if (order.Command.Count == 0 || _permission.Refusal(order.Command[0]) is not null)
            return NotRun(order, order.Command.Count == 0 ? "the order names no program" : _permission.Refusal(order.Command[0])!);
        ScriptEnded ended;
        if (order.Once && _marks.HasBegun(order)) ended = NotRun(order, "the client was restarted while it ran: how it ended is not known");
        else
        {
            _marks.Begin(order);
            ended = ScriptRunner.RunProcess(order, stopping, _clock);
        }
        _marks.End(order, ended);
        return ended;
    }

    private static ScriptEnded NotRun(ScriptOrder order, string reason) => ScriptRunner.NotRun(order.Job, order.Run, order.Script, reason);
}
