using System.Collections.Concurrent;

namespace Backup.Tests.Simulation;

/// <summary>Threads that serve one body after the other: a life has some hundred, and making one costs more than most of them
/// do.</summary>
internal sealed class LentThread
{
    private static readonly ConcurrentBag<LentThread> Idle = [];

    private readonly Turn _go = new();
    private Action _body;

    private LentThread(Action body)
    {
        _body = body;
        new Thread(Serve) { IsBackground = true, Name = "lent" }.Start();
    }

    /// <summary>Runs the body, which throws nothing, on a thread that nobody else uses meanwhile.</summary>
    public static void Run(Action body)
    {
        if (!Idle.TryTake(out LentThread? thread))
        {
            _ = new LentThread(body);
            return;
        }
        thread._body = body;
        thread._go.Give();
    }

    private void Serve()
    {
        while (true)
        {
            _body();
            Idle.Add(this);
            _go.Take(Timeout.InfiniteTimeSpan);
        }
    }
}
