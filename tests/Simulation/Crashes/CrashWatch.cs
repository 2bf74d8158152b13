using Backup.Catalog;
using Backup.Catalog.Sqlite;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>
/// Records what a life writes to its catalog and its volumes, and what it was promised at which step: from then on a crash may not
/// take it back.
/// </summary>
internal sealed class CrashWatch : IDisposable
{
    private readonly List<(int Steps, string Dump)> _catalogs = [];
    private readonly List<(int Steps, SessionId Session, StreamPosition Position)> _told = [];
    private SqliteRecorder? _recorder;
    private string _folder = "";

    public DiskLog CatalogLog { get; } = new();
    public DiskLog VolumeLog { get; } = new();

    /// <summary>What the catalog said after each call that changed it, and how many steps that had taken.</summary>
    public IReadOnlyList<(int Steps, string Dump)> Catalogs => _catalogs;

    /// <summary>Commit points of which the director was told, and how many steps the volumes had taken by then.</summary>
    public IReadOnlyList<(int Steps, SessionId Session, StreamPosition Position)> Told => _told;

    public ICatalog OpenCatalog(string folder)
    {
        _folder = Path.Combine(folder, "watched");
        Directory.CreateDirectory(Path.Combine(_folder, "media"));
        _recorder = new SqliteRecorder(_folder, CatalogLog);
        ICatalog catalog = SqliteCatalog.Open(Path.Combine(_folder, "catalog"));
        _catalogs.Add((CatalogLog.Count, Dump(catalog)));
        return WatchedCatalog.Of(catalog, () =>
        {
            if (CatalogLog.Count == _catalogs[^1].Steps) return;
            int steps = CatalogLog.Count;
            _catalogs.Add((steps, Dump(catalog)));
        });
    }

    public IDrive OpenDrive(long capacity) => new RecordedDisk(Path.Combine(_folder, "media"), capacity, VolumeLog);

    public void Tell(SessionId session, StreamPosition position) => _told.Add((VolumeLog.Count, session, position));

    public void Dispose() => _recorder?.Dispose();

    public static string Dump(ICatalog catalog)
    {
        using var text = new StringWriter();
        catalog.Dump(text);
        return text.ToString();
    }
}
