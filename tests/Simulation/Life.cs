using System.Text;
using Backup.Actors.Client.Control;
using Backup.Actors.Client.Nodes;
using Backup.Actors.Director;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Catalog;
using Backup.Catalog.Sqlite;
using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Backup.Transfer.Channels;
using Backup.Volumes.Blocks;

namespace Backup.Tests.Simulation;

/// <summary>
/// One installation under simulation: director, storage and client, a catalog, a network, media, a tree of files, all from one seed. Runs
/// what the
/// scenario asks, and lets go of everything at the end.
/// </summary>
internal sealed class Life : IDisposable
{
    private static int _lives;

    private readonly string _folder;
    private NodeCache _cache;
    private readonly StorageEngine _storage;
    private readonly NodeChannels _directorChannels;
    private readonly NodeChannels _storageChannels;
    private ClientWork _work;
    private readonly Dictionary<JobId, (CancellationTokenSource Cancel, SimulatedOffers Tree)> _running = [];
    private readonly Dictionary<JobId, object> _ended = [];
    private int _restores;
    private int _caches;

    public Life(ulong seed)
    {
        Chance = new Seeded(seed);
        Baton = new Baton(Chance.Fork());
        string memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(); // thousands of syncs to a disk take minutes
        _folder = Path.Combine(memory, $"backup-life-{Environment.ProcessId}-{Interlocked.Increment(ref _lives)}");
        Directory.CreateDirectory(_folder);
        Network = new Network(Baton, Chance.Pick(64 << 10, 256 << 10, 512 << 10), Chance.Pick(1, 2, 4, 32));
        Shelf = new Shelf(Baton, Chance.Fork());
        Catalog = SqliteCatalog.Open(Path.Combine(_folder, "catalog"));
        _directorChannels = Network.Node("director");
        _storageChannels = Network.Node("storage");
        _storage = new StorageEngine(
            new StorageSettings("storage", "media", BlockCodec.SizeMin, "host", "system", "simulation", Baton, new FolderDrives(Shelf.Open))
            {
                OutboxFolder = Path.Combine(_folder, "outbox"),
                OutboxBytesMax = Chance.Pick(1L, 4096, 1L << 30),
                Threads = Baton,
                CommitEvery = Chance.Pick(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(5)),
            },
            _storageChannels);
        (_cache, _work) = NewClient();
        var parts = new DirectorParts(
            "node", "simulation", new InstallationId(Chance.NewGuid()), new LiveConfiguration(Configuration()),
            new CatalogGate(Catalog), _directorChannels, Baton, Chance.Fork());
        Director = new SimulatedDirector(Baton, parts, _storage, Order) { Cut = () => Network.CutAll("director"), Back = Attach };
    }

    public Seeded Chance { get; }
    public Baton Baton { get; }
    public Network Network { get; }
    public Shelf Shelf { get; }
    public ICatalog Catalog { get; }
    public SimulatedDirector Director { get; }
    public VirtualFileTree Files { get; } = new();

    /// <summary>What is left over of ended jobs, one line each.</summary>
    public IEnumerable<string> Leftovers()
    {
        if (_directorChannels.Desk.Count > 0) yield return $"{_directorChannels.Desk.Count} tickets of the director";
        if (_storageChannels.Desk.Count > 0) yield return $"{_storageChannels.Desk.Count} tickets of the storage node";
        if (_storage.Owed > 0) yield return $"{_storage.Owed} sessions whose end is not taken";
        if (_storage.Status.OutboxBytes > 0) yield return $"{_storage.Status.OutboxBytes} bytes in the outbox";
        if (_storage.Status.Sessions.Count > 0) yield return $"{_storage.Status.Sessions.Count} sessions of the storage node";
        if (_storage.Status.ServingChannels > 0) yield return $"{_storage.Status.ServingChannels} serving channels";
        if (_storage.Status.Volume is { } volume) yield return $"volume {volume} in the drive";
        if (Network.Open > 0) yield return $"{Network.Open} open ends of channels";
        if (Files.OpenDirectories > 0) yield return $"{Files.OpenDirectories} open directories";
        foreach (string thread in Baton.Alive)
            if (!thread.StartsWith("drive ", StringComparison.Ordinal)
                && thread is not ("director" or "storage actor")) yield return $"thread '{thread}'";
    }

    public JobId Backup(string name, JobLevel level, FileSet fileSet) => Director.Run(new JobSpecification(
        name, JobType.Backup, level, "client", "storage", "pool", fileSet, [], "tester", true, Instant.Now(Baton)));

    /// <summary>Restores a job's whole tree; answers the restore's job and the folder it was restored to.</summary>
    public (JobId Job, string Folder) Restore(JobId source)
    {
        string folder = Path.Combine(_folder, $"restored-{++_restores}");
        Directory.CreateDirectory(folder);
        var selection = new RestoreSelection(
            source, Catalog.Jobs.Find(source)!.Root, [[(byte)'/']], Encoding.UTF8.GetBytes(folder), ReplaceRule.Always, false);
        return (Director.Run(new JobSpecification(
            "restore", JobType.Restore, JobLevel.None, "client", "storage", "", null, [], "tester", false, Instant.Now(Baton), null,
                selection)), folder);
    }

    /// <summary>The client's cache of nodes is lost: what its jobs need of trees comes from the director.</summary>
    public void LoseNodes()
    {
        _cache.Dispose();
        _caches++;
        (_cache, _work) = NewClient();
    }

    public void AwaitEnd(JobId job)
    {
        Baton.Await(() => Director[job].Status.HasEnded && !Director.IsAway);
        Baton.Settle();
    }

    public void Dispose()
    {
        Baton.Dispose();
        _cache.Dispose();
        Catalog.Dispose();
        using var removal = System.Diagnostics.Process.Start("rm", ["-rf", _folder]); // names that are no text are beyond System.IO
        removal.WaitForExit();
    }

    private (NodeCache, ClientWork) NewClient()
    {
        var cache = new NodeCache(new NodeCacheSettings(Path.Combine(_folder, $"nodes-{_caches}")), Baton);
        var parts = new ClientParts(() => Files, cache, Network.Dial, Baton, _folder);
        return (cache, new ClientWork(parts, bug => Baton.Fail($"the client fell over: {bug.GetType().Name}: {bug.Message}", bug)));
    }

    private BackupConfiguration Configuration() => new(
        new Dictionary<string, NodeResource>(), new Dictionary<string, DirectorResource>(), new Dictionary<string, ClientResource>(),
        new Dictionary<string, StorageResource> { ["storage"] = new("storage", null, "media", 0, TimeSpan.FromSeconds(5), 10) },
        new Dictionary<string, PoolResource>
        {
            ["pool"] = new("pool", "V{0001}", Chance.Pick(0L, 8 * BlockCodec.SizeMin, 16 * BlockCodec.SizeMin, 64 * BlockCodec.SizeMin),
                0, true),
        },
        new Dictionary<string, FileSetResource>(), new Dictionary<string, JobResource>());

    /// <summary>The client's side of its link: takes an order at once and works on it on a thread of its own.</summary>
    private void Order(object order)
    {
        switch (order)
        {
            case JobAsked asked: Answer(asked); break;
            case EndTaken taken: _ended.Remove(taken.Job); break;
            case BackupOrder backup: Work(backup.Job, backup.Tree, (tree, cancel) => _work.Run(backup, tree, Director.Post, cancel)); break;
            case RestoreOrder restore:
                Work(restore.Job, restore.Tree, (tree, cancel) => _work.Run(restore, tree, Director.Post, cancel));
                break;
            case CancelOrder cancel: _running.GetValueOrDefault(cancel.Job).Cancel?.Cancel(); break;
            default: throw new ArgumentException($"{order.GetType().Name} is no order to a client");
        }
    }

    /// <summary>The client's link to a director that is back: what it owes is said again.</summary>
    private void Attach()
    {
        foreach (object ended in _ended.Values) Director.Post(ended);
    }

    private void Answer(JobAsked asked)
    {
        JobId job = asked.Job;
        if (asked.Tree is { } offer) _running.GetValueOrDefault(job).Tree?.Offer(offer);
        Director.Post(_ended.TryGetValue(job, out object? ended) ? ended
            : _running.ContainsKey(job) ? new OrderTaken(job) : new OrderRefused(job, "the client does not work on this job"));
    }

    private void Work(JobId job, ChannelOffer offer, Func<ITreeOffers, CancellationToken, object> run)
    {
        _running.GetValueOrDefault(job).Tree?.Offer(offer);
        if (_running.ContainsKey(job) || _ended.ContainsKey(job))
        {
            Director.Post(new OrderTaken(job));
            if (_ended.TryGetValue(job, out object? known)) Director.Post(known);
            return;
        }
        var cancel = new CancellationTokenSource();
        var tree = new SimulatedOffers(Baton);
        _running[job] = (cancel, tree);
        Director.Post(new OrderTaken(job));
        Baton.Start($"client {job}", () =>
        {
            object ended = run(tree, cancel.Token);
            Baton.Yield();
            _running.Remove(job);
            _ended[job] = ended;
            Director.Post(ended);
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
