using System.Text;
using Backup.Actors.Director;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Configurations;
using Backup.Catalog;
using Backup.Catalog.Import;
using Backup.Catalog.Sqlite;
using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Clients;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Tests.Simulation.Crashes;
using Backup.Transfer.Channels;
using Backup.Volumes.Blocks;

namespace Backup.Tests.Simulation;

/// <summary>
/// One installation under simulation: director, storage and clients, a catalog, a network, media, trees of files, all from one seed.
/// Runs what
/// the scenario asks, and lets go of everything at the end.
/// </summary>
internal sealed class Life : IDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromHours(30);

    private readonly string _folder;
    private readonly NodeChannels _directorChannels;
    private readonly UnreachableCatalog _gated;
    private readonly LifeCatalogs.Lent? _lent;
    private int _restores;

    /// <summary>
    /// Without a watch all is in memory and nothing is looked at. Otherwise volumes are the product's own, on disk, and every write of
    /// them and of
    /// the catalog is recorded.
    /// </summary>
    public Life(ulong seed, CrashWatch? watch = null)
    {
        Chance = new Seeded(seed);
        Baton = new Baton(Chance.Fork(), Chance.Pick(2, 3, 3, 6, 20, 60));
        _folder = LifeFolder.Take();
        TimeSpan delay = TimeSpan.FromMilliseconds(Chance.Pick(0, 0, 0, 1, 30, 300));
        Network = new Network(Baton, Chance.Pick(64 << 10, 256 << 10, 512 << 10), Chance.Pick(1, 2, 4, 32), delay);
        Shelf = new Shelf(Baton, Chance.Fork())
        {
            RoomAtEnd = Chance.Pick(long.MaxValue, long.MaxValue, long.MaxValue, 40 * BlockCodec.SizeMin),
        };
        if (watch is null) _lent = LifeCatalogs.Take();
        Catalog = _lent?.Catalog ?? watch!.OpenCatalog(_folder);
        _gated = new UnreachableCatalog(Catalog);
        _directorChannels = Network.Node("director");
        Func<long, IDrive> drives = watch is null ? Shelf.Open : watch.OpenDrive;
        Storage = new SimulatedStorage(Baton, Network, Shelf, drives, _folder, Chance.Fork());
        Clients = [.. Enumerable.Range(1, Chance.Pick(1, 1, 2))
            .Select(i => new SimulatedClient(Baton, Network, $"client-{i}", _folder, Say))];
        var parts = new DirectorParts(
            "node", "simulation", new InstallationId(Chance.NewGuid()), new LiveConfiguration(Configuration()),
            new CatalogGate(_gated.Catalog), _directorChannels, Baton, Chance.Fork());
        Director = new SimulatedDirector(Baton, parts, Catalog, name => Clients.First(c => c.Name == name), Chance.Fork())
        {
            Cut = () => Network.CutAll("director"),
            Back = () => Clients.ForEach(client => client.Attach()),
            TwiceOneIn = Chance.Pick(0, 0, 4),
        };
        Director.StorageIs(Storage.Engine);
    }

    public Seeded Chance { get; }
    public Baton Baton { get; }
    public Network Network { get; }
    public Shelf Shelf { get; }
    public ICatalog Catalog { get; }
    public SimulatedDirector Director { get; }
    public SimulatedStorage Storage { get; }
    public List<SimulatedClient> Clients { get; }

    /// <summary>The catalog answers nobody who dials for it, as where its disk is full.</summary>
    public bool IsCatalogFull
    {
        get => _gated.IsAway;
        set => _gated.IsAway = value;
    }

    /// <summary>What is left over of ended jobs, one line each.</summary>
    public IEnumerable<string> Leftovers()
    {
        if (_directorChannels.Desk.Count > 0) yield return $"{_directorChannels.Desk.Count} tickets of the director";
        if (Storage.Channels.Desk.Count > 0) yield return $"{Storage.Channels.Desk.Count} tickets of the storage node";
        if (Storage.Engine.Owed > 0) yield return $"{Storage.Engine.Owed} sessions whose end is not taken";
        if (Storage.Engine.Status.OutboxBytes > 0) yield return $"{Storage.Engine.Status.OutboxBytes} bytes in the outbox";
        if (Storage.Engine.Status.Sessions.Count > 0) yield return $"{Storage.Engine.Status.Sessions.Count} sessions of the storage node";
        if (Storage.Engine.Status.ServingChannels > 0) yield return $"{Storage.Engine.Status.ServingChannels} serving channels";
        if (Storage.Engine.Status.Volume is { } volume) yield return $"volume {volume} in the drive";
        if (Network.Open > 0) yield return $"{Network.Open} open ends of channels";
        foreach (string thread in Baton.Alive)
            if (!thread.StartsWith("drive ", StringComparison.Ordinal) && !thread.EndsWith(" link", StringComparison.Ordinal)
                && thread is not ("director" or "storage actor")) yield return $"thread '{thread}'";
    }

    public JobId Backup(Source source, JobLevel level, FileSet fileSet) => Director.Run(new JobSpecification(
        source.Job, JobType.Backup, level, source.Client.Name, "storage", "pool", fileSet, [], "tester", true, Instant.Now(Baton)));

    /// <summary>Restores a job's whole tree; answers the restore's job and the folder it was restored to.</summary>
    public (JobId Job, string Folder) Restore(JobId source, SimulatedClient client)
    {
        string folder = Path.Combine(_folder, $"restored-{++_restores}");
        Directory.CreateDirectory(folder);
        var selection = new RestoreSelection(
            source, Catalog.Jobs.Find(source)!.Root, [[(byte)'/']], Encoding.UTF8.GetBytes(folder), ReplaceRule.Always, false);
        return (Director.Run(new JobSpecification(
            "restore", JobType.Restore, JobLevel.None, client.Name, "storage", "", null, [], "tester", false, Instant.Now(Baton), null,
                selection)), folder);
    }

    /// <summary>Memory is dear: what was restored and compared goes.</summary>
    public static void Forget(string restored) => LifeFolder.Empty(restored);

    /// <summary>Waits until all have ended, and whoever was away is back.</summary>
    public void AwaitEnds(params IReadOnlyList<JobId> jobs)
    {
        bool isOver = Baton.Await(() => jobs.All(job => Director[job].Status.HasEnded) && !Director.IsAway && !IsAnyAway, EndWithin);
        if (!isOver)
            throw new SimulationException($"no end after {EndWithin.TotalHours} h: "
                + string.Join(", ", jobs.Select(job => $"job {job} is {Director[job].Status.Phase}"))
                + (IsAnyAway ? ", somebody is away" : ""));
        Baton.Settle();
    }

    public bool IsAnyAway => Storage.IsAway || Clients.Exists(client => client.IsAway) || Baton.HasDying;

    /// <summary>The storage's process is killed; a thread of its own starts it again.</summary>
    public void KillStorage(bool power, TimeSpan away)
    {
        if (IsAnyAway) return;
        Storage.Kill(power);
        Again(away, () =>
        {
            Storage.Start();
            Director.StorageIs(Storage.Engine);
        });
    }

    public void KillClient(SimulatedClient client, bool keepCache, TimeSpan away)
    {
        if (IsAnyAway) return;
        client.Kill(keepCache);
        Again(away, () =>
        {
            client.Start();
            Director.ClientIsBack(client);
        });
    }

    /// <summary>What the volumes alone say, as the text of a catalog rebuilt from them; and what the catalog says.</summary>
    public (string Rebuilt, string Known, IReadOnlyList<string> Faults) Rebuild()
    {
        using LifeCatalogs.Lent lent = LifeCatalogs.Take();
        ICatalog rebuilt = lent.Catalog;
        var import = new CatalogImport(rebuilt);
        var faults = new List<string>();
        Shelf.EachVolume(reader => VolumeImport.Bring(reader, import, fault => faults.Add($"{reader.Label.Name}: {fault.Text}")));
        return (Dump(rebuilt), Dump(Catalog), faults);
    }

    public void Dispose()
    {
        Baton.Dispose();
        Storage.Dispose();
        Clients.ForEach(client => client.Dispose());
        if (_lent is { } lent) lent.Dispose();
        else Catalog.Dispose();
        LifeFolder.Leave(_folder);
    }

    private void Again(TimeSpan away, Action start) => Baton.In("", () => Baton.Start("starting again", () =>
    {
        Baton.Sleep(away);
        Baton.Await(() => !Baton.HasDying);
        start();
    }));

    private void Say(object what) => Director.Post(what);

    private static string Dump(ICatalog catalog)
    {
        using var text = new StringWriter();
        catalog.Dump(text);
        return text.ToString();
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
}

/// <summary>What one job saves: a root of one client.</summary>
internal sealed record Source(string Job, SimulatedClient Client, string Root);
