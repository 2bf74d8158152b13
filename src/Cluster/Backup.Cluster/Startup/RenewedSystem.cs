using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace Backup.Cluster.Startup;

/// <summary>
/// An actor system that is made again, for ever, when it ends without being asked to: cut off by the others, removed, or ended by Akka
/// after a handshake that failed. What it works with belongs to the process and goes on. A thread of its own waits for each end.
/// </summary>
public sealed class RenewedSystem : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5), LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GoodLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(15);

    private readonly Func<ActorSystem> _make;
    private readonly Action<ActorSystem> _populate;
    private readonly Action _ended;
    private readonly ILogger _log;
    private readonly ManualResetEvent _stop = new(false);
    private readonly Thread _thread;
    private volatile ActorSystem _system;

    /// <summary>
    /// The first life begins here and now, and throws what <paramref name="make"/> or <paramref name="populate"/> throw; of later ones
    /// that is logged and they are tried again. <paramref name="ended"/> is called after each life, before the next: nothing of it is of
    /// use any more.
    /// </summary>
    public RenewedSystem(Func<ActorSystem> make, Action<ActorSystem> populate, Action ended, ILogger log)
    {
        (_make, _populate, _ended, _log) = (make, populate, ended, log);
        _system = Begin();
        _thread = new Thread(Live) { IsBackground = true, Name = "actor system" };
        _thread.Start();
    }

    /// <summary>The present life.</summary>
    public ActorSystem System => _system;

    /// <summary>Lives that have begun.</summary>
    public int Lives { get; private set; }

    /// <summary>Ends it in order: a member leaves the cluster first.</summary>
    public void Dispose()
    {
        _stop.Set();
        bool inTime = _system.Terminate().Wait(StopWithin) & _thread.Join(StopWithin);
        if (!inTime) _log.LogWarning("the actor system did not end within {Limit}; the process ends without it", StopWithin);
        if (inTime) _stop.Dispose();
    }

    private ActorSystem Begin()
    {
        ActorSystem system = _make();
        try
        {
            _populate(system);
        }
        catch (Exception)
        {
            system.Terminate().Wait(StopWithin);
            throw;
        }
        Lives++;
        return system;
    }

    private void Live()
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            long began = TimeProvider.System.GetTimestamp();
            bool stopped = !EndsBeforeStop(_system);
            _ended();
            if (stopped) return;
            if (TimeProvider.System.GetElapsedTime(began) > GoodLife) pause = FirstPause;
            if (!Renewed(ref pause)) return;
        }
    }

    /// <summary>False where the process is to stop first.</summary>
    private bool EndsBeforeStop(ActorSystem system)
    {
        using var ended = new ManualResetEvent(false);
        using var registration = new CancellationTokenSource();
        Task watching = system.WhenTerminated.ContinueWith(
            _ => ended.Set(), registration.Token, TaskContinuationOptions.None, TaskScheduler.Default);
        bool byItself = WaitHandle.WaitAny([_stop, ended]) == 1;
        if (!byItself) ((IAsyncResult)watching).AsyncWaitHandle.WaitOne(StopWithin);
        return byItself;
    }

    private bool Renewed(ref TimeSpan pause)
    {
        while (!_stop.WaitOne(pause))
        {
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            try
            {
                _system = Begin();
                _log.LogWarning("the actor system had ended and is made anew, its life number {Lives}", Lives);
                return true;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException or AskTimeoutException)
            {
                _log.LogError("the actor system cannot be made anew: {Problem}; tried again in {Pause}", e.Message, pause);
            }
        }
        return false;
    }
}
