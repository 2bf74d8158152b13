using Backup.Devices.Drives.Disk;
using Backup.Devices.Drives.VirtualTape;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.TestKit.Media;
using Backup.Volumes.Blocks;

namespace Backup.Tests.Simulation.Rot;

/// <summary>
/// Volumes of one small installation, written by the product's own client and storage: several jobs at once, a full and later levels,
/// compressed on every other seed, over several tiny volumes; in memory, as disk volumes and as cartridges.
/// </summary>
internal sealed class RotSample : IDisposable
{
    private const int VolumesMin = 3;
    private const int Rounds = 3;

    private readonly string _folder = LifeFolder.Take();
    private readonly DiskDrive _disk;
    private readonly VirtualTape _tape;
    private readonly MemoryDrive _memory = new();

    private RotSample(Life life, List<Saved> saved, ulong seed)
    {
        (Life, Saved, Seed) = (life, saved, seed);
        Volumes = [.. life.Shelf.Media.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new VolumeTruth(m.Key, m.Value))];
        foreach (VolumeTruth volume in Volumes)
            foreach ((RecordKey key, Lying lying) in volume.Records) Records.Add(key, lying);
        _disk = new DiskDrive(new DiskDriveOptions(_folder, BlockCodec.LengthOf));
        _tape = new VirtualTape(new VirtualTapeOptions(_folder, new CountedIds()));
        foreach ((string name, List<byte[]?> places) in life.Shelf.Media) _memory.Media[name] = places;
        foreach (VolumeTruth volume in Volumes)
        {
            Copy(volume, _disk);
            Copy(volume, _tape);
            string path = Path.Combine(_folder, volume.Name);
            Memory.Add(new MemoryMedium(volume, life.Shelf.Media[volume.Name]));
            Files.Add((_disk, new FileMedium(volume, path, FileMedium.OfDisk(volume, BlockCodec.SizeMin))));
            Files.Add((_tape, new FileMedium(volume, $"{path}.cartridge", FileMedium.OfCartridge(volume))));
        }
    }

    public Life Life { get; }
    public ulong Seed { get; }
    public IReadOnlyList<Saved> Saved { get; }
    public IReadOnlyList<VolumeTruth> Volumes { get; }
    public Dictionary<RecordKey, Lying> Records { get; } = [];
    public List<IMedium> Memory { get; } = [];
    public List<(IDrive Drive, IMedium Medium)> Files { get; } = [];
    public IDrive MemoryDrive => _memory;

    /// <summary>From that seed on the first life whose jobs are all OK and whose volumes are several.</summary>
    public static RotSample Make(ulong seed)
    {
        for (; ; seed++)
        {
            var life = new Life(seed);
            List<Saved>? saved = Live(life, seed);
            if (saved is not null && life.Shelf.Media.Count >= VolumesMin) return new RotSample(life, saved, seed);
            life.Dispose();
        }
    }

    public void Dispose()
    {
        _disk.Dispose();
        _tape.Dispose();
        _memory.Dispose();
        Life.Dispose();
        LifeFolder.Leave(_folder);
    }

    private static List<Saved>? Live(Life life, ulong seed)
    {
        List<Source> sources = [.. Enumerable.Range(0, 3).Select(i =>
            new Source($"job-{i}", life.Clients[i % life.Clients.Count], $"/data{i}"))];
        List<TreeChance> trees = [.. sources.Select(source => new TreeChance(source.Client.Files, life.Baton, life.Chance.Fork()))];
        for (int i = 0; i < sources.Count; i++) trees[i].Populate(sources[i].Root);
        CompressionKind compression = seed % 2 == 0 ? CompressionKind.Zstd : CompressionKind.None;
        var saved = new List<Saved>();
        for (int round = 0; round < Rounds; round++)
        {
            JobLevel level = round == 0 ? JobLevel.Full : JobLevel.Incremental;
            List<JobId> jobs = [.. sources.Select(source =>
                life.Backup(source, level, new FileSet(source.Job, [source.Root], [], Compression: compression)))];
            life.AwaitEnds(jobs);
            for (int i = 0; i < jobs.Count; i++)
            {
                JobStatus status = life.Director[jobs[i]].Status;
                if (status.State != JobState.Ok) return null; // a medium that ends hard may have had no room
                saved.Add(Verdicts.Judge(life, status, new Faults(), sources[i])!);
                trees[i].Mutate(sources[i].Root, 12);
            }
            life.Baton.Sleep(TimeSpan.FromMinutes(4)); // changes are not taken for older than the scan
        }
        return saved;
    }

    private static void Copy(VolumeTruth volume, IDrive drive)
    {
        bool done = drive.Load(volume.Name, DriveAccess.Create).Moved;
        for (int place = 0; place < volume.Places.Length && done; place++)
        {
            if (place == 1) drive.SetBlockSize(BlockCodec.SizeMin);
            WriteAnswer answer = volume.Places[place] is { } block ? drive.Write(block) : drive.WriteFilemarks(1);
            done = answer.Outcome == WriteOutcome.Written;
        }
        if (!done || !drive.Unload().Moved) throw new SimulationException($"volume {volume.Name} cannot be copied to {drive.Name}");
    }
}
