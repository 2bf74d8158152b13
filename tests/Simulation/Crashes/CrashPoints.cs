using Backup.Catalog;
using Backup.Catalog.Sqlite;
using Backup.Devices.Drives.Disk;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Volumes.Blocks;
using Backup.Volumes.Reader;
using Backup.Volumes.Writer;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>
/// A small life without other faults, stopped at every write and sync of its catalog and its volumes in turn: what is on the disk then
/// is opened
/// as after a start, and nothing that was promised may be gone.
/// </summary>
internal sealed class CrashPoints(ulong seed)
{
    private static readonly CrashKind[] Kinds = Enum.GetValues<CrashKind>();

    private readonly Seeded _chance = new(seed);

    /// <summary>Crashes that were recovered from.</summary>
    public int Count { get; private set; }

    /// <summary>Throws where a recovery is not as it must be.</summary>
    public void Run()
    {
        using var watch = new CrashWatch();
        Live(watch);
        string folder = LifeFolder.Take();
        try
        {
            for (int steps = 0; steps <= watch.CatalogLog.Count; steps++)
                foreach (CrashKind kind in Kinds) CheckCatalog(watch, folder, steps, kind);
            for (int steps = 0; steps <= watch.VolumeLog.Count; steps++)
                foreach (CrashKind kind in Kinds) CheckVolumes(watch, folder, steps, kind);
        }
        finally
        {
            LifeFolder.Leave(folder);
        }
    }

    private void Live(CrashWatch watch)
    {
        using var life = new Life(seed, watch);
        life.Director.Heard = message =>
        {
            if (message is SessionCommitted committed) watch.Tell(committed.Session, committed.Position);
        };
        var source = new Source("job", life.Clients[0], "/data");
        var trees = new TreeChance(source.Client.Files, life.Baton, life.Chance.Fork());
        trees.Populate(source.Root);
        var fileSet = new FileSet("files", [source.Root], []);
        foreach (JobLevel level in (JobLevel[])[JobLevel.Full, JobLevel.Incremental])
        {
            JobId job = life.Backup(source, level, fileSet);
            life.AwaitEnds(job);
            JobStatus status = life.Director[job].Status;
            Verdicts.Require(status.State == JobState.Ok, $"job {job} is {status.State}: {status.EndReason}");
            trees.Mutate(source.Root, 5);
        }
    }

    /// <summary>A catalog opens, is sound, and says what it said before or after the call that was cut short.</summary>
    private void CheckCatalog(CrashWatch watch, string folder, int steps, CrashKind kind)
    {
        string where = $"seed {seed}, catalog, step {steps} of {watch.CatalogLog.Count}, {kind}";
        Lay(folder, watch.CatalogLog.After(steps, kind, _chance));
        using ICatalog catalog = SqliteCatalog.Open(Path.Combine(folder, "catalog"));
        Verdicts.Require(catalog.Check() is [], $"{where}: it is damaged: {string.Join(", ", catalog.Check())}");
        string dump = CrashWatch.Dump(catalog);
        int last = Math.Max(0, LastAt(watch.Catalogs.Select(c => c.Steps), steps));
        bool isKnown = dump == watch.Catalogs[last].Dump
            || (last + 1 < watch.Catalogs.Count && dump == watch.Catalogs[last + 1].Dump);
        Verdicts.Require(isKnown, $"{where}: it says neither what it said before nor what it was about to say"
            + (watch.Catalogs.ToList().FindIndex(c => c.Dump == dump) is var old and >= 0
                ? $", but what it said {last - old} calls before" : ""));
        Count++;
    }

    /// <summary>
    /// A volume opens for append, and its index has every commit point that was told. Where not even its label was waited for, it may
    /// be blank.
    /// </summary>
    private void CheckVolumes(CrashWatch watch, string folder, int steps, CrashKind kind)
    {
        string where = $"seed {seed}, volumes, step {steps} of {watch.VolumeLog.Count}, {kind}";
        Dictionary<string, byte[]> left = watch.VolumeLog.After(steps, kind, _chance);
        Lay(folder, left);
        var found = new Dictionary<SessionId, StreamPosition>();
        foreach (string volume in left.Keys.Order(StringComparer.Ordinal))
        {
            using var drive = new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf));
            if (!TryMend(drive, volume)) continue;
            using VolumeReader reader = VolumeReader.Open(drive, volume);
            foreach (SessionOnVolume session in reader.ReadIndex(new NoRecords()).Sessions)
                found[session.Session] = Later(found.GetValueOrDefault(session.Session), session.LastCommit?.Position ?? default);
        }
        foreach ((int at, SessionId session, StreamPosition position) in watch.Told)
            Verdicts.Require(at > steps || Covers(found.GetValueOrDefault(session), position),
                $"{where}: session {session} was told to be committed up to {position}, found is {found.GetValueOrDefault(session)}");
        Count++;
    }

    /// <summary>Opens it as a storage does that goes on writing: a torn tail is cut off. False where it has no label.</summary>
    private static bool TryMend(DiskDrive drive, string volume)
    {
        try
        {
            using VolumeWriter writer = VolumeWriter.OpenForAppend(drive, volume, null, TimeProvider.System);
            writer.Close(Instant.Now(TimeProvider.System), full: false);
            return true;
        }
        catch (VolumeException e) when (e is BlankVolumeException or ForeignVolumeException) // half a label is nobody's: it is left alone
        {
            drive.Unload();
            return false;
        }
    }

    private static StreamPosition Later(StreamPosition a, StreamPosition b) => a.Data + a.Index > b.Data + b.Index ? a : b;

    private static bool Covers(StreamPosition found, StreamPosition told) => found.Data >= told.Data && found.Index >= told.Index;

    private static int LastAt(IEnumerable<int> steps, int bound) => steps.Count(s => s <= bound) - 1;

    private static void Lay(string folder, Dictionary<string, byte[]> files)
    {
        LifeFolder.Empty(folder);
        foreach ((string name, byte[] bytes) in files) File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }
}
