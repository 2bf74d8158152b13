namespace Backup.Actors.Storage.Engine;

/// <summary>
/// Where an engine's threads and the queues between them come from: the seam that lets a simulation run one thread at a time, in an order
/// it chooses.
/// </summary>
public interface IEngineThreads
{
    /// <summary>Runs the body on a thread of its own, at once.</summary>
    IEngineThread Start(string name, Action body);

    /// <summary>A queue between threads that holds at most so many items.</summary>
    IWorkQueue<T> Queue<T>(int capacity);
}

/// <summary>A thread that was started.</summary>
public interface IEngineThread
{
    /// <summary>Waits for its end; false where that did not come in time.</summary>
    bool Join(TimeSpan within);
}

/// <summary>A bounded first-in first-out queue. Thread safe.</summary>
public interface IWorkQueue<T> : IDisposable
{
    int Count { get; }

    /// <summary>Nothing is in it, and nothing more will come.</summary>
    bool IsCompleted { get; }

    /// <summary>Waits while the queue is full; false where it was completed: the item was not taken.</summary>
    bool TryAdd(T item);

    /// <summary>Waits for an item; false where none came in time or none will come.</summary>
    bool TryTake(out T item, TimeSpan within);

    /// <summary>Nothing more will be added.</summary>
    void Complete();
}

/// <summary>The operating system's threads.</summary>
public sealed class SystemThreads : IEngineThreads
{
    public static readonly SystemThreads Instance = new();

    private SystemThreads()
    {
    }

    public IEngineThread Start(string name, Action body)
    {
        var thread = new Thread(() => body()) { Name = name, IsBackground = true };
        thread.Start();
        return new Started(thread);
    }

    public IWorkQueue<T> Queue<T>(int capacity) => new Blocking<T>(capacity);

    private sealed class Started(Thread thread) : IEngineThread
    {
        public bool Join(TimeSpan within) => thread.Join(within);
    }

    /// <summary>A monitor and no spinning: what waits here waits for a disk or a network, and the other threads want the core.</summary>
    private sealed class Blocking<T>(int capacity) : IWorkQueue<T>
    {
        private readonly object _gate = new();
        private readonly Queue<T> _items = new();
        private bool _completed;

        public int Count
        {
            get
            {
                lock (_gate) return _items.Count;
            }
        }

        public bool IsCompleted
        {
            get
            {
                lock (_gate) return _completed && _items.Count == 0;
            }
        }

        public bool TryAdd(T item)
        {
            lock (_gate)
            {
                while (_items.Count >= capacity && !_completed) Monitor.Wait(_gate);
                if (_completed) return false;
                _items.Enqueue(item);
                Monitor.PulseAll(_gate);
                return true;
            }
        }

        public bool TryTake(out T item, TimeSpan within)
        {
            lock (_gate)
            {
                while (_items.Count == 0 && !_completed)
                    if (!Monitor.Wait(_gate, within)) break;
                bool isTaken = _items.TryDequeue(out item!);
                if (isTaken) Monitor.PulseAll(_gate);
                return isTaken;
            }
        }

        public void Complete()
        {
            lock (_gate)
            {
                _completed = true;
                Monitor.PulseAll(_gate);
            }
        }

        public void Dispose() => Complete();
    }
}
