using Backup.Actors.Storage.Engine;

namespace Backup.Tests.Simulation;

/// <summary>A simulated life went wrong, and how; or it is over and its threads are to leave.</summary>
internal sealed class SimulationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Threads of which one runs at a time: whoever has the baton gives it on when it waits, or where the seed says so. Time stands still
/// while anybody
/// can run, and then jumps to the next deadline.
/// </summary>
internal sealed class Baton : TimeProvider, IEngineThreads, IDisposable
{
    private const long StepsMax = 3_000_000;
    private static readonly TimeSpan LifeMax = TimeSpan.FromDays(3);
    private static readonly TimeSpan RealWaitMax = TimeSpan.FromSeconds(60);

    private readonly List<Runner> _runners = [];
    private readonly List<Runner> _ready = [];
    private readonly int _yieldOneIn;
    private readonly Seeded _chance;
    private readonly long _began;
    private Runner _running;
    private long _ticks;
    private long _steps;
    private int _started;
    private (long Step, Action Act) _plan = (long.MaxValue, () => { });
    private volatile SimulationException? _over;

    /// <summary>One thread of the simulation. Reached by whoever has the baton.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Reliability", "CA1001", Justification = "Its waits hold memory alone, and a thread may still look.")]
    private sealed class Runner(string name, string process, int number)
    {
        public readonly Turn Go = new();
        public readonly ManualResetEventSlim Left = new();
        public readonly string Name = name;
        public readonly int Number = number;
        public string Process = process;
        public Func<bool>? Ready;
        public long Deadline = long.MaxValue;
        public bool IsLast; // runs only where nobody else can
        public bool IsKilled;
        public bool HasEnded;
    }

    /// <summary>The calling thread gets the baton, which goes on at one in so many points where it may.</summary>
    public Baton(Seeded chance, int yieldOneIn = 3)
    {
        (_chance, _yieldOneIn) = (chance, yieldOneIn);
        _ticks = _began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
        _running = new Runner("scenario", "", 0);
        _runners.Add(_running);
    }

    /// <summary>How the baton went, as one number: equal for equal lives.</summary>
    public ulong Trace { get; private set; } = 14695981039346656037;

    public long Steps => _steps;

    /// <summary>Threads that have not ended, without the caller's.</summary>
    public IReadOnlyList<string> Alive => [.. _runners.Where(r => r != _running).Select(r => r.Name)];

    /// <summary>The process that the running thread is of; empty for the scenario.</summary>
    public string Process => _running.Process;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => Volatile.Read(ref _ticks);
    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    /// <summary>Work takes time: the clock goes on by that much.</summary>
    public void Spend(TimeSpan time) => Volatile.Write(ref _ticks, _ticks + time.Ticks);

    /// <summary>Something goes wrong that no part of the product may catch: the life ends here.</summary>
    public void Fail(string reason, Exception? cause = null) => _over ??= new SimulationException(reason, cause);

    /// <summary>A point at which another thread may run.</summary>
    public void Yield()
    {
        if (_chance.OneIn(_yieldOneIn)) Give(null, long.MaxValue);
        else Check();
    }

    /// <summary>Threads that the body starts are of that process.</summary>
    public T In<T>(string process, Func<T> body)
    {
        Runner me = _running;
        string before = me.Process;
        me.Process = process;
        try
        {
            return body();
        }
        finally
        {
            me.Process = before;
        }
    }

    /// <summary>Every thread of that process leaves where it is and does nothing more. Never gives the baton away.</summary>
    public void Kill(string process)
    {
        foreach (Runner runner in _runners.Where(r => r.Process == process)) runner.IsKilled = true;
    }

    /// <summary>Threads that were killed and have not left yet.</summary>
    public bool HasDying => _runners.Exists(r => r.IsKilled);

    /// <summary>Does this, which must not wait, at the step of this number from now on. Zero: at none.</summary>
    public void Plan(long inSteps, Action act) => _plan = (inSteps > 0 ? _steps + inSteps : long.MaxValue, act);

    /// <summary>Waits until it is so; false where the time was over first.</summary>
    public bool Await(Func<bool> ready, TimeSpan? within = null)
    {
        Check();
        if (!ready() || _chance.OneIn(_yieldOneIn + 1)) Give(ready, DeadlineAfter(within));
        return ready();
    }

    public void Sleep(TimeSpan time) => Give(() => false, DeadlineAfter(time));

    /// <summary>Waits until no other thread can go on without more time.</summary>
    public void Settle()
    {
        _running.IsLast = true;
        Give(null, long.MaxValue);
        _running.IsLast = false;
    }

    public IEngineThread Start(string name, Action body)
    {
        var runner = new Runner(name, _running.Process, ++_started);
        _runners.Add(runner);
        LentThread.Run(() => Run(runner, body));
        return new Started(this, runner);
    }

    public IWorkQueue<T> Queue<T>(int capacity) => new BatonQueue<T>(this, capacity);

    /// <summary>Ends the life: every thread is thrown out of where it waits.</summary>
    public void Dispose()
    {
        _over ??= new SimulationException("the life is over");
        List<Runner> others = [.. _runners.Skip(1)];
        foreach (Runner runner in others) runner.Go.Give();
        foreach (Runner runner in others) runner.Left.Wait(RealWaitMax);
    }

    private long DeadlineAfter(TimeSpan? within) =>
        within is not { } time || time == Timeout.InfiniteTimeSpan ? long.MaxValue : _ticks + Math.Max(0, time.Ticks);

    private void Run(Runner runner, Action body)
    {
        try
        {
            WaitFor(runner);
            body();
        }
        catch (SimulationException)
        {
            // The life is over, or the process was killed.
        }
        catch (Exception e)
        {
            Fail($"thread '{runner.Name}' ended with {e.GetType().Name}: {e.Message}", e);
        }
        runner.HasEnded = true;
        if (_over is null) _runners.Remove(runner);
        PassOn();
        runner.Left.Set();
    }

    private void PassOn()
    {
        try
        {
            if (_over is null) Hand(Choose());
            else _runners[0].Go.Give();
        }
        catch (SimulationException)
        {
            // The scenario has been told.
        }
    }

    private void Check()
    {
        if (_over is { } over) throw new SimulationException(over.Message, over.InnerException);
        if (_running.IsKilled) throw new SimulationException($"process {_running.Process} was killed");
    }

    private void Give(Func<bool>? ready, long deadline)
    {
        Check();
        Runner me = _running;
        (me.Ready, me.Deadline) = (ready, deadline);
        Runner next = Choose();
        if (next != me)
        {
            Hand(next);
            WaitFor(me);
        }
        (me.Ready, me.Deadline) = (null, long.MaxValue);
        Check();
    }

    private void Hand(Runner next)
    {
        _running = next;
        next.Go.Give();
    }

    private void WaitFor(Runner me)
    {
        bool hasTurn = me.Go.Take(RealWaitMax);
        while (!hasTurn && OwnThreads.OneIsAtWork()) hasTurn = me.Go.Take(RealWaitMax);
        if (!hasTurn) Fail($"'{me.Name}' waited a minute of real time: another thread blocks with the baton in its hand");
        Check();
    }

    private Runner Choose()
    {
        if (++_steps > StepsMax) Over($"no end after {StepsMax} steps");
        if (_steps >= _plan.Step)
        {
            _plan.Step = long.MaxValue;
            _plan.Act();
        }
        for (; ; )
        {
            _ready.Clear();
            foreach (Runner runner in _runners)
                if (!runner.IsLast && (runner.IsKilled || runner.Ready is null || runner.Deadline <= _ticks || runner.Ready()))
                    _ready.Add(runner);
            if (_ready.Count == 0) _ready.AddRange(_runners.Where(r => r.IsLast));
            if (_ready.Count > 0) break;
            long next = _runners.Min(r => r.Deadline);
            if (next == long.MaxValue) Over("nobody can go on: " + string.Join(", ", _runners.Select(r => r.Name)));
            Volatile.Write(ref _ticks, next);
            if (_ticks - _began > LifeMax.Ticks) Over("no end after days: " + string.Join(", ", _runners.Select(r => r.Name)));
        }
        Runner chosen = _ready[_chance.Below(_ready.Count)];
        Trace = (Trace ^ (ulong)chosen.Number ^ ((ulong)_ticks << 8)) * 1099511628211;
        return chosen;
    }

    /// <summary>The scenario hears of it, whoever has the baton now.</summary>
    private void Over(string reason)
    {
        Fail(reason);
        if (_running != _runners[0]) _runners[0].Go.Give();
        throw new SimulationException(reason);
    }

    private sealed class Started(Baton baton, Runner runner) : IEngineThread
    {
        public bool Join(TimeSpan within) => baton.Await(() => runner.HasEnded, within);
    }

    private sealed class BatonQueue<T>(Baton baton, int capacity) : IWorkQueue<T>
    {
        private readonly Queue<T> _items = new();
        private bool _completed;

        public int Count => _items.Count;
        public bool IsCompleted => _completed && _items.Count == 0;

        /// <summary>Gives the baton away only where it is full: callers that know that it is not may hold locks.</summary>
        public bool TryAdd(T item)
        {
            if (!_completed && _items.Count >= capacity) baton.Await(() => _completed || _items.Count < capacity);
            if (_completed) return false;
            _items.Enqueue(item);
            return true;
        }

        public bool TryTake(out T item, TimeSpan within)
        {
            baton.Await(() => _completed || _items.Count > 0, within);
            return _items.TryDequeue(out item!);
        }

        public void Complete() => _completed = true;
        public void Dispose() => _completed = true;
    }
}
