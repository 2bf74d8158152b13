using System.Collections.Concurrent;
using Backup.Actors.Client.Nodes;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Scripts;
using Backup.Scripts.Clients;

namespace Backup.Actors.Client.Control;

/// <summary>How the engine carries orders out; each runs on the calling thread until its work has ended.</summary>
public interface IClientWork
{
    BackupEnded Run(BackupOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel);
    RestoreEnded Run(RestoreOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel);

    /// <summary>Each page of a listing is given to <paramref name="listed"/>, which returns when the next one is wanted.</summary>
    EstimateEnded Run(EstimateOrder order, Action<EstimateListed> listed, CancellationToken cancel);
}

/// <summary>
/// The work of a client process. It belongs to the process and not to an actor system or a link: sessions go on when the link to the
/// director is gone, and what they ended with is said again at each contact until the director has taken it. Thread safe.
/// </summary>
public sealed class ClientEngine : IDisposable
{
    /// <summary>Jobs one client works on at the same time, restores included; more are refused with a line.</summary>
    public const int JobsMax = 64;

    /// <summary>How long a listing waits for its reader before it is given up.</summary>
    private static readonly TimeSpan ReaderDeadline = TimeSpan.FromMinutes(5);

    private sealed record Estimating(CancellationTokenSource Cancel, BlockingCollection<EstimateMore> Asked);

    private const string NotHere = "the client does not work on this job: its node was started again since";

    private readonly record struct Running(CancellationTokenSource Cancel, TreeOffers Tree, object? End);

    private readonly IClientWork _work;
    private readonly Action<Exception> _fault;
    private readonly ClientMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly Dictionary<JobId, Running> _jobs = [];
    private readonly ConcurrentDictionary<Guid, Estimating> _estimates = new();
    private Action<object>? _say;

    /// <summary>An engine of the client of this name; fault hears of bugs that ended a job.</summary>
    public ClientEngine(string client, IClientWork work, Action<Exception> fault)
    {
        _work = work;
        _fault = fault;
        _metrics = new ClientMetrics(client, CountWorking, () => IsHeard);
    }

    /// <summary>What runs scripts here; null: this client runs none.</summary>
    public ClientScripts? Scripts { get; init; }

    /// <summary>Somebody listens: the link to a director is open.</summary>
    public bool IsHeard
    {
        get
        {
            lock (_lock) return _say is not null;
        }
    }

    /// <summary>
    /// From now on everything is said to this listener; it hears at once of every job that ended unheard. Null: nobody listens.
    /// </summary>
    public void Attach(Action<object>? say)
    {
        object[] unheard;
        lock (_lock)
        {
            _say = say;
            unheard = [.. _jobs.Values.Where(job => job.End is not null).Select(job => job.End!)];
        }
        if (say is null) return;
        foreach (object end in unheard) say(end);
    }

    /// <summary>Carries out one order of the director; whatever comes of it is said to the listener.</summary>
    public void Take(object order)
    {
        switch (order)
        {
            case BackupOrder backup:
                Start(backup.Job, "backup", backup.Tree, (tree, cancel) => _work.Run(backup, tree, Progress, cancel));
                break;
            case RestoreOrder restore:
                Start(restore.Job, "restore", restore.Tree, (tree, cancel) => _work.Run(restore, tree, Progress, cancel));
                break;
            case EstimateOrder estimate:
                Estimate(estimate);
                break;
            case EstimateMore more:
                if (_estimates.TryGetValue(more.Request, out Estimating? listing)) listing.Asked.TryAdd(more);
                break;
            case CancelOrder cancel:
                Cancel(cancel.Job);
                break;
            case JobAsked asked:
                Answer(asked);
                break;
            case EndTaken taken:
                Forget(taken.Job);
                Scripts?.Forget(taken.Job);
                break;
            case ScriptOrder script when Scripts is not null:
                Scripts.Run(script, Say);
                break;
            case ScriptOrder script:
                Say(ScriptRunner.NotRun(script.Job, script.Run, script.Script, "this client runs no scripts"));
                break;
            case ScriptStop stop:
                Scripts?.Stop(stop, Say);
                break;
            default:
                throw new ArgumentException($"{order.GetType().Name} is no order to a client", nameof(order));
        }
    }

    /// <summary>
    /// Sessions are not canceled: a cancel would be sealed as the session's end. The process ends under them, as it might at any time, and
    /// the storage node keeps their last commit point.
    /// </summary>
    public void Dispose()
    {
        Attach(null);
        foreach (Estimating estimate in _estimates.Values) estimate.Cancel.Cancel();
        _metrics.Dispose();
    }

    /// <summary>An order that comes again is of a director that was started again: only its offer of the tree is new.</summary>
    private void Start(JobId job, string what, ChannelOffer offer, Func<TreeOffers, CancellationToken, object> run)
    {
        var cancel = new CancellationTokenSource();
        var tree = new TreeOffers();
        lock (_lock)
        {
            if (_jobs.TryGetValue(job, out Running known))
            {
                known.Tree.Offer(offer);
                _say?.Invoke(new OrderTaken(job));
                if (known.End is { } end) _say?.Invoke(end);
                return;
            }
            if (CountWorking() >= JobsMax)
            {
                _say?.Invoke(new OrderRefused(job, $"this client already works on {JobsMax} jobs; try again when one has ended"));
                return;
            }
            _jobs[job] = new Running(cancel, tree, null);
        }
        Say(new OrderTaken(job));
        StartThread($"{what} {job}", () => End(job, run(tree, cancel.Token)));
    }

    private void Estimate(EstimateOrder order)
    {
        var estimating = new Estimating(new CancellationTokenSource(), new BlockingCollection<EstimateMore>(1));
        if (_estimates.TryAdd(order.Request, estimating))
            StartThread("estimate", () =>
            {
                EstimateEnded ended = _work.Run(order, page => Show(page, estimating), estimating.Cancel.Token);
                _estimates.TryRemove(order.Request, out _);
                Say(ended);
            });
    }

    /// <summary>A reader who has gone does not ask again: the listing is given up.</summary>
    private void Show(EstimateListed page, Estimating estimating)
    {
        Say(page);
        if (!estimating.Asked.TryTake(out _, (int)ReaderDeadline.TotalMilliseconds, estimating.Cancel.Token)) estimating.Cancel.Cancel();
    }

    private void StartThread(string name, Action body)
    {
        void Guarded()
        {
            try
            {
                body();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                _fault(e); // The work itself reports every failure as its end; this is a bug, and the node lives on.
            }
        }
        new Thread(Guarded) { Name = name, IsBackground = true }.Start();
    }

    private void End(JobId job, object end)
    {
        lock (_lock)
        {
            _jobs[job] = _jobs[job] with { End = end };
            _metrics.Ended(end);
        }
        Say(end);
    }

    /// <summary>A director that was started again asks; a client that was does not know the job and says so.</summary>
    private void Answer(JobAsked asked)
    {
        bool isKnown;
        Running known;
        lock (_lock) isKnown = _jobs.TryGetValue(asked.Job, out known);
        if (isKnown && asked.Tree is { } tree) known.Tree.Offer(tree);
        Say(isKnown ? known.End ?? new OrderTaken(asked.Job) : new OrderRefused(asked.Job, NotHere));
    }

    /// <summary>A client that was started anew does not know the job and says so, or the cancel would be repeated for ever.</summary>
    private void Cancel(JobId job)
    {
        lock (_lock)
        {
            if (_jobs.TryGetValue(job, out Running running))
            {
                running.Cancel.Cancel();
                return;
            }
        }
        Say(new OrderRefused(job, NotHere));
    }

    private void Forget(JobId job)
    {
        lock (_lock)
            if (_jobs.TryGetValue(job, out Running running) && running.End is not null) _jobs.Remove(job);
    }

    private int CountWorking()
    {
        lock (_lock) return _jobs.Values.Count(job => job.End is null);
    }

    private void Progress(ClientProgress progress)
    {
        lock (_lock) _metrics.Progressed(progress);
        Say(progress);
    }

    private void Say(object what)
    {
        Action<object>? say;
        lock (_lock) say = _say;
        say?.Invoke(what);
    }
}
