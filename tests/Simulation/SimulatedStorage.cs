using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Messages.Drives;
using Backup.Transfer.Channels;
using Backup.Volumes.Blocks;

namespace Backup.Tests.Simulation;

/// <summary>The storage's process: the real engine over the shelf's media, which can be killed at any point and started again.</summary>
internal sealed class SimulatedStorage : IDisposable
{
    public const string Process = "storage";

    private readonly Baton _baton;
    private readonly Network _network;
    private readonly Shelf _shelf;
    private readonly Func<long, IDrive> _drives;
    private readonly string _folder;
    private readonly long _outboxBytes;
    private readonly TimeSpan _commitEvery;
    private readonly bool _checksWhole;
    private readonly List<StorageEngine> _engines = [];
    private int _lives;

    public SimulatedStorage(
        Baton baton, Network network, Shelf shelf, Func<long, IDrive> drives, string folder, Seeded chance)
    {
        (_baton, _network, _shelf, _drives, _folder) = (baton, network, shelf, drives, folder);
        _outboxBytes = chance.Pick(1L, 4096, 1L << 30);
        _commitEvery = chance.Pick(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(5));
        _checksWhole = chance.Pick(false, false, false, true);
        Start();
    }

    public StorageEngine Engine { get; private set; } = null!;
    public NodeChannels Channels { get; private set; } = null!;
    public bool IsAway { get; private set; }

    /// <summary>The disk of its outbox, which may be full.</summary>
    public FillingDisk OutboxDisk { get; } = new();

    private string Outbox => Path.Combine(_folder, $"outbox-{_lives}");

    /// <summary>
    /// The process ends where it stands; with the power goes what was not synced. Its next life finds the outbox as it was at this
    /// moment, in a
    /// folder of its own: the dead one's files may still be open.
    /// </summary>
    public void Kill(bool power)
    {
        IsAway = true;
        if (power) _shelf.LosePower();
        string left = Outbox;
        _lives++;
        Directory.CreateDirectory(Outbox);
        foreach (string file in Directory.EnumerateFiles(left).Select(path => Path.GetFileName(path)))
            File.WriteAllBytes(Path.Combine(Outbox, file), LifeFolder.Read(left, file));
        _baton.Kill(Process);
        _network.Kill(Process);
    }

    public void Start()
    {
        Channels = _network.Node(Process);
        Engine = _baton.In(Process, () => new StorageEngine(
            new StorageSettings(Process, "media", BlockCodec.SizeMin, "host", "system", "simulation", _baton, new FolderDrives(_drives))
            {
                OutboxFolder = Outbox,
                OutboxDisk = OutboxDisk,
                OutboxBytesMax = _outboxBytes,
                OutboxFileBytes = Math.Min(_outboxBytes / 4, 64 << 20), // where the outbox is small each log has several
                Threads = _baton,
                CommitEvery = _commitEvery,
                ChecksWhole = _checksWhole,
            },
            Channels));
        _engines.Add(Engine);
        IsAway = false;
    }

    /// <summary>
    /// After the life is over: an engine that nobody lets go of is kept by its metrics, a megabyte a life. What waits for threads meets
    /// the end of the life.
    /// </summary>
    public void Dispose()
    {
        foreach (StorageEngine engine in _engines)
            try
            {
                engine.Dispose();
            }
            catch (SimulationException)
            {
                // Its threads are gone already.
            }
    }
}
