using System.IO.Compression;
using Backup.Devices.Drives.Disk;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Clients;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.Tests.Compat;

/// <summary>
/// Volumes of one state of the format, each in a gzip file, with what was on them: a line for each session, and of each the manifest of its
/// tree. How a set is added is in golden/README.md.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class GoldenVolumes(string folder)
{
    private const string Ending = ".gz", SessionsFile = "sessions", Disk = "disk", Tape = "tape";
    private const long Room = 2 << 20;

    private static readonly string Manifest = BuiltPrograms.Script("tests/tools/tree-manifest");

    /// <summary>Where all sets are.</summary>
    public static string Root => BuiltPrograms.Script("tests/Compat/golden");

    /// <summary>Where a session's tree was when it was saved: each set has it in its paths.</summary>
    public static string Source => "/tmp/backup-golden/source";

    /// <summary>The version of the format, a number among the sets of that version, and the kind of medium: "0.1-disk".</summary>
    public string Name => Path.GetFileName(folder);

    /// <summary>What <see cref="LinesOf"/> said when the set was made.</summary>
    public string[] SessionLines => File.ReadAllLines(Path.Combine(folder, SessionsFile));

    /// <summary>Its sessions, which have a manifest of their trees each.</summary>
    public IEnumerable<SessionId> Sessions => SessionLines.Select(line => new SessionId(Guid.ParseExact(line.Split(' ')[0], "N")));

    public static IEnumerable<GoldenVolumes> All() =>
        Directory.GetDirectories(Root).Order(StringComparer.Ordinal).Select(set => new GoldenVolumes(set));

    /// <summary>The manifest of a session's tree as it was saved.</summary>
    public string TreeOf(SessionId session) => File.ReadAllText(Path.Combine(folder, $"tree-{session}"));

    /// <summary>Lays the volumes into a folder and says where they are.</summary>
    public IReadOnlyList<string> UnpackTo(string target)
    {
        var paths = new List<string>();
        foreach (string packed in Directory.GetFiles(folder, "*" + Ending).Order(StringComparer.Ordinal))
        {
            paths.Add(Path.Combine(target, Path.GetFileNameWithoutExtension(packed)));
            using var from = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
            using FileStream to = File.Create(paths[^1]);
            from.CopyTo(to);
        }
        return paths;
    }

    /// <summary>The manifest of a tree, a line a path.</summary>
    public static string ManifestOf(string tree) => ProgramRun.Of(Manifest, [tree]).EndsWith(0).Output;

    /// <summary>A line for each session of the volumes: what of its label and its end every later version must still tell.</summary>
    public static string[] LinesOf(IEnumerable<string> volumes)
    {
        var sessions = new SortedDictionary<string, (SessionLabel? Label, SessionEnd? End, List<string> Volumes)>(StringComparer.Ordinal);
        foreach (string volume in volumes)
        {
            using IDrive drive = DriveOf(volume, out string name);
            using VolumeReader reader = VolumeReader.Open(drive, name);
            foreach (SessionOnVolume found in reader.ReadIndex(new NoFaults()).Sessions)
            {
                string id = found.Session.ToString();
                (SessionLabel? label, SessionEnd? end, List<string> on) = sessions.GetValueOrDefault(id, (null, null, []));
                sessions[id] = (label ?? found.Start ?? found.Continues?.Label, end ?? found.End, [.. on, name]);
            }
        }
        return [.. sessions.Select(session => Line(session.Key, session.Value.Label!, session.Value.End!, session.Value.Volumes))];
    }

    private static string Line(string id, SessionLabel label, SessionEnd end, IEnumerable<string> volumes)
    {
        SessionTotals totals = end.Seal.Totals;
        return $"{id} on {string.Join(',', volumes)}: job {label.Job} {label.JobName} {label.Type} {label.Level} of {label.Client} "
            + $"({label.Platform.HostName} {label.Platform.System} {label.Platform.SoftwareVersion}), FileSet {label.FileSet} "
            + $"({label.FileSetText}), pool {label.Pool}, storage {label.Storage}, user {label.User}, format {label.FormatVersion}, "
            + $"started {label.Started}, ended {end.Ended}, entries {totals.Entries}, files {totals.FilesSaved}, read {totals.BytesRead}, "
            + $"sent {totals.BytesSent}, stored {end.BytesStored}, records {end.DataRecordsStored}, nodes {totals.Nodes}, "
            + $"needs {string.Join(',', end.Seal.Needs.Select(need => $"{need.Session}/{need.Files}/{need.Bytes}/{need.Nodes}"))}";
    }

    /// <summary>
    /// Makes one more pair of sets of the format that this build writes: a Full over two disk volumes with an Incremental behind it, and a
    /// Full on a cartridge. Sets that are there stay as they are.
    /// </summary>
    public static void MakeNext()
    {
        int number = 1;
        while (Directory.Exists(FolderOf(number, Disk))) number++;
        using (var sample = new Sample(Room, Path.GetDirectoryName(Source)))
            Fill(FolderOf(number, Disk), sample, CompressionKind.None, JobLevel.Full, JobLevel.Incremental);
        using (var sample = new Sample(folder: Path.GetDirectoryName(Source), onTape: true))
            Fill(FolderOf(number, Tape), sample, CompressionKind.Zstd, JobLevel.Full);
    }

    private static string FolderOf(int number, string medium) => Path.Combine(Root, $"{VolumeText.FormatVersion}.{number}-{medium}");

    private static void Fill(string folder, Sample sample, CompressionKind compression, params JobLevel[] levels)
    {
        using HostileFolder tree = HostileFolder.Make(sample.Source, shallow: true);
        if (tree.LeftOut.Count > 0) throw new InvalidOperationException($"a golden volume has all: {string.Join(", ", tree.LeftOut)}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(sample.Source, "long"), string.Concat(Enumerable.Range(0, 50_000).Select(n => $"{n} ")));
        foreach ((int step, JobLevel level) in levels.Index())
        {
            if (step > 0) tree.Change(step);
            SessionId session = sample.BackUp(level, level == JobLevel.Full ? compression : CompressionKind.Zstd);
            File.WriteAllText(Path.Combine(folder, $"tree-{session}"), ManifestOf(sample.Source));
        }
        sample.CloseVolumes();
        File.WriteAllLines(Path.Combine(folder, SessionsFile), LinesOf(sample.Volumes));
        foreach (string volume in sample.Volumes)
        {
            using FileStream from = File.Open(volume, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            string packed = Path.Combine(folder, Path.GetFileName(volume) + Ending);
            using var to = new GZipStream(File.Create(packed), CompressionLevel.SmallestSize);
            from.CopyTo(to);
        }
    }

    private static IDrive DriveOf(string volume, out string name)
    {
        string folder = Path.GetDirectoryName(volume)!, file = Path.GetFileName(volume);
        bool isTape = file.EndsWith(VirtualTape.CartridgeEnding, StringComparison.Ordinal);
        name = isTape ? file[..^VirtualTape.CartridgeEnding.Length] : file;
        return isTape ? new VirtualTape(new VirtualTapeOptions(folder, Entropy: null))
            : new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf));
    }

    /// <summary>Golden volumes have none.</summary>
    private sealed class NoFaults : IRecordSink
    {
        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) => true;

        public void Report(VolumeFault fault) => Assert.Fail(fault.Text);
    }
}
