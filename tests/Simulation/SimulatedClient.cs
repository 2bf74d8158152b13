using Backup.Actors.Client.Control;
using Backup.Actors.Client.Nodes;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.TestKit.Trees;

namespace Backup.Tests.Simulation;

/// <summary>
/// A client's process: the real sessions over a virtual tree, and its side of the link. It can be killed at any point and started
/// again; the
/// file of its node cache stays, or is lost as well.
/// </summary>
internal sealed class SimulatedClient : IDisposable
{
    private readonly Baton _baton;
    private readonly Network _network;
    private readonly string _folder;
    private readonly Action<object> _say;
    private readonly Dictionary<JobId, (CancellationTokenSource Cancel, SimulatedOffers Tree)> _running = [];
    private readonly Dictionary<JobId, object> _ended = [];
    private readonly List<NodeCache> _caches = [];
    private ClientWork _work = null!;
    private Mailbox _orders = null!;

    public SimulatedClient(Baton baton, Network network, string name, string folder, Action<object> say)
    {
        (_baton, _network, Name, _folder, _say) = (baton, network, name, folder, say);
        Start();
    }

    public string Name { get; }
    public VirtualFileTree Files { get; } = new();
    public bool IsAway { get; private set; }

    /// <summary>At least once: what it had open in its tree stays open there.</summary>
    public bool WasKilled => _caches.Count > 1;

    private string CacheFile => Path.Combine(_folder, $"{Name}-nodes-{_caches.Count}");

    /// <summary>Never gives the baton away.</summary>
    public void Post(object order)
    {
        if (!IsAway) _orders.Post(order);
    }

    /// <summary>The link to a director that is back: what is owed is said again.</summary>
    public void Attach()
    {
        if (!IsAway) foreach (object ended in _ended.Values) _say(ended);
    }

    /// <summary>The process ends where it stands.</summary>
    public void Kill(bool keepCache)
    {
        IsAway = true;
        if (keepCache) KeepCache();
        _baton.Kill(Name);
        _network.Kill(Name);
        _running.Clear();
        _ended.Clear();
    }

    public void Start()
    {
        var cache = new NodeCache(new NodeCacheSettings(CacheFile), _baton);
        _caches.Add(cache);
        _work = new ClientWork(new ClientParts(() => Files, cache, _network.Dial, _baton, _folder), Fault);
        _orders = _baton.In(Name, () => new Mailbox(_baton, $"{Name} link", Take));
        IsAway = false;
    }

    public void Dispose() => _caches.ForEach(cache => cache.Dispose());

    /// <summary>The file as the dead process left it, for the next one: the dead one's connection is still open here.</summary>
    private void KeepCache()
    {
        string left = Path.Combine(_folder, $"{Name}-nodes-{_caches.Count - 1}");
        foreach (string suffix in (string[])["", "-wal"])
            if (File.Exists(left + suffix)) File.Copy(left + suffix, CacheFile + suffix);
    }

    private void Fault(Exception bug)
    {
        if (bug is not SimulationException) _baton.Fail($"the client fell over: {bug.GetType().Name}: {bug.Message}", bug);
    }

    private void Take(object order)
    {
        switch (order)
        {
            case JobAsked asked: Answer(asked); break;
            case EndTaken taken: _ended.Remove(taken.Job); break;
            case BackupOrder backup: Work(backup.Job, backup.Tree, (tree, cancel) => _work.Run(backup, tree, _say, cancel)); break;
            case RestoreOrder restore: Work(restore.Job, restore.Tree, (tree, cancel) => _work.Run(restore, tree, _say, cancel)); break;
            case CancelOrder cancel: Cancel(cancel.Job); break;
            default: throw new ArgumentException($"{order.GetType().Name} is no order to a client");
        }
    }

    private void Answer(JobAsked asked)
    {
        JobId job = asked.Job;
        if (asked.Tree is { } offer) _running.GetValueOrDefault(job).Tree?.Offer(offer);
        _say(_ended.TryGetValue(job, out object? ended) ? ended : _running.ContainsKey(job) ? new OrderTaken(job) : NotHere(job));
    }

    private void Cancel(JobId job)
    {
        if (_running.TryGetValue(job, out (CancellationTokenSource Cancel, SimulatedOffers) running)) running.Cancel.Cancel();
        else if (!_ended.ContainsKey(job)) _say(NotHere(job));
    }

    private static OrderRefused NotHere(JobId job) => new(job, "the client does not work on this job: its node was started again since");

    private void Work(JobId job, ChannelOffer offer, Func<ITreeOffers, CancellationToken, object> run)
    {
        _running.GetValueOrDefault(job).Tree?.Offer(offer);
        if (_running.ContainsKey(job) || _ended.ContainsKey(job))
        {
            _say(new OrderTaken(job));
            if (_ended.TryGetValue(job, out object? known)) _say(known);
            return;
        }
        var cancel = new CancellationTokenSource();
        var tree = new SimulatedOffers(_baton);
        _running[job] = (cancel, tree);
        _say(new OrderTaken(job));
        _baton.Start($"client {job}", () =>
        {
            object ended = run(tree, cancel.Token);
            _baton.Yield(); // a process that was killed does not come by here
            _running.Remove(job);
            _ended[job] = ended;
            _say(ended);
        });
    }

    /// <summary>Offers of one job's tree, under the simulation's time.</summary>
    private sealed class SimulatedOffers(Baton baton) : ITreeOffers
    {
        public ChannelOffer? Newest { get; private set; }

        public void Offer(ChannelOffer offer) => Newest = offer;

        public void Await(ChannelOffer known, TimeSpan within, CancellationToken cancellation) => baton.Await(
            () => cancellation.IsCancellationRequested || (Newest is not null && !ReferenceEquals(Newest, known)), within);
    }
}
