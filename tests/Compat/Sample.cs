using Backup.Actors.Client.Nodes;
using Backup.Actors.Client.Sessions;
using Backup.Filesets.Linux;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Processes;

namespace Backup.Tests.Compat;

/// <summary>A folder that is backed up by the product onto volumes, and extracted by the reader that knows only the page.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class Sample : IDisposable
{
    private static readonly string Reader = BuiltPrograms.Script("tests/Compat/read-volume");
    private readonly string _folder;
    private readonly NodeCache _cache;
    private readonly VolumeRow _volumes;
    private byte _sessions;
    private NodeId _root;
    private Instant _scanStarted;

    /// <summary>Volumes of that capacity, or one cartridge, below that folder, which is gone with the sample.</summary>
    public Sample(long? capacity = null, string? folder = null, bool onTape = false)
    {
        _folder = folder is null ? Directory.CreateTempSubdirectory("backup-compat-").FullName : Directory.CreateDirectory(folder).FullName;
        _cache = new NodeCache(new NodeCacheSettings(Path.Combine(_folder, "nodes")), TimeProvider.System);
        _volumes = new VolumeRow(Path.Combine(_folder, "volumes"), capacity, onTape);
    }

    /// <summary>The folder to be saved; the test makes it.</summary>
    public string Source => Path.Combine(_folder, "source");

    public IReadOnlyList<string> Volumes => _volumes.Paths;

    /// <summary>Where an extraction to a folder of that name has the source.</summary>
    public string Restored(string name) => Path.Combine(_folder, name) + Source;

    /// <summary>One session of the source, whole on the volumes; against the last one where it is not a Full.</summary>
    public SessionId BackUp(JobLevel level, CompressionKind compression = CompressionKind.Zstd)
    {
        var session = new SessionId(new Guid(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ++_sessions));
        if (level == JobLevel.Full) _root = NodeId.Empty;
        _volumes.Start(Label(session, level));
        var ticket = new Ticket(Guid.Empty, [], ChannelPurpose.Store, session, default);
        var fileSet = new FileSet("Everything", [ByteText.Show(System.Text.Encoding.UTF8.GetBytes(Source))], [],
            Compression: compression);
        var order = new BackupOrder(new JobId(_sessions), session, 1, level, fileSet, _root, _scanStarted, null,
            new ChannelOffer("store", ticket), new ChannelOffer("tree", ticket));
        using var files = new LinuxFileTree();
        var surroundings = new SessionSurroundings(files, _cache, _ => new VolumeChannel(_volumes, session), TimeProvider.System, _ => { });
        BackupOutcome outcome = new BackupSession(surroundings).Run(order, CancellationToken.None);
        Assert.Null(outcome.Ended.Failure);
        Assert.Equal(0, outcome.Ended.Seal!.Totals.Unsaved);
        (_root, _scanStarted) = (outcome.Ended.Seal.Root, outcome.Ended.Seal.ScanStarted);
        return session;
    }

    /// <summary>No more sessions: the volumes are closed.</summary>
    public void CloseVolumes() => _volumes.Close();

    /// <summary>Extracts the newest session, or the one given, to a folder of that name.</summary>
    public ProgramRun Extract(string name, SessionId? session = null) => Read(
        ["--to", Path.Combine(_folder, name), .. session is { } one ? ["--session", one.ToString()] : Array.Empty<string>()]);

    /// <summary>Runs the reader over all the volumes.</summary>
    public ProgramRun Read(params IEnumerable<string> words) => ProgramRun.Of("python3", [Reader, .. Volumes, .. words]);

    private static SessionLabel Label(SessionId session, JobLevel level) => new(
        session, VolumeRow.Installation, new JobId(1), "nightly", JobType.Backup, level, level, "c1",
        new ClientPlatform("host", "Linux", "6", "x64", "Debian", "0.1.0", "ext4"), "Everything", "text", default, "Default", "s1",
        VolumeRow.Now, VolumeRow.Now, null, default, true, "root", "0.1.0", 0);

    public void Dispose()
    {
        _volumes.Dispose();
        _cache.Dispose();
        TestKit.Trees.HostileFolder.Remove(_folder);
    }
}
