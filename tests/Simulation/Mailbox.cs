namespace Backup.Tests.Simulation;

/// <summary>An actor's mailbox: messages in order, one at a time, on a thread of the simulation.</summary>
internal sealed class Mailbox
{
    private readonly Baton _baton;
    private readonly Queue<object> _messages = new();
    private readonly Action<object> _take;

    public Mailbox(Baton baton, string name, Action<object> take)
    {
        (_baton, _take) = (baton, take);
        baton.Start(name, Run);
    }

    public Func<long> NextDeadline { get; init; } = () => long.MaxValue;
    public Action DeadlinePassed { get; init; } = () => { };

    /// <summary>Never gives the baton away: callers may hold locks.</summary>
    public void Post(object message) => _messages.Enqueue(message);

    /// <summary>What has not been taken is lost.</summary>
    public void Clear() => _messages.Clear();

    private void Run()
    {
        while (true)
        {
            long deadline = NextDeadline();
            TimeSpan? within = deadline == long.MaxValue ? null : TimeSpan.FromTicks(Math.Max(0, deadline - _baton.GetTimestamp()));
            _baton.Await(() => _messages.Count > 0, within);
            if (_messages.TryDequeue(out object? message)) _take(message);
            else DeadlinePassed();
        }
    }
}
