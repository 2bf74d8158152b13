using Backup.Devices.Drives.Disk;
using Backup.Devices.Drives.VirtualTape;
using Backup.Filesets.Linux;
using Backup.Messages.Clients;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Channels;
using Backup.TestKit.Media;
using Backup.TestKit.Trees;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.VolumeTool;

/// <summary>Makes a volume that holds one session of a folder: on disk, or on a cartridge of a virtual tape.</summary>
internal static class VolumeMaker
{
    public const int BlockSize = 64 << 10;
    private static readonly InstallationId Installation = new(new Guid("10000000-0000-4000-8000-000000000001"));
    public static readonly VolumeLifeId Life = new(new Guid("20000000-0000-4000-8000-000000000002"));

    public static CapturedTree Make(string source, string folder, string name, bool ended = true, bool onTape = false)
    {
        using var files = new LinuxFileTree();
        var tree = new CapturedTree(files, source);
        IReadOnlyList<byte[]> frames = tree.Frames(out StreamPosition position);
        var clock = new ManualClock();
        Instant now = Instant.Now(clock);
        using IDrive drive = onTape
            ? new VirtualTape(new VirtualTapeOptions(folder, new CountedIds()))
            : new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf));
        VolumeWriter.Label(drive, new VolumeLabel(name, Life, Installation, "Default", "s1", "host", "Linux", "0.1.0", 0, BlockSize, now));
        drive.Unload();
        using VolumeWriter writer = VolumeWriter.OpenForAppend(drive, name, Life, clock);
        writer.StartSession(Label(tree, now));
        foreach (byte[] frame in frames) writer.Append(tree.Session, 1, frame);
        if (!ended)
        {
            writer.Commit(now);
            return tree;
        }
        var totals = new SessionTotals(0, 0, 0, 0, position.Data, position.Index, 0, 0);
        writer.EndSession(tree.Session,
            new SessionSeal(position, tree.Root, totals, [new SessionNeed(tree.Session, 0, 0, 0)], now, now, null), now);
        writer.Close(now, full: false);
        return tree;
    }

    private static SessionLabel Label(CapturedTree tree, Instant now) => new(
        tree.Session, Installation, new JobId(1), "nightly", JobType.Backup, JobLevel.Full, JobLevel.Full, "c1",
        new ClientPlatform("host", "Linux", "6", "x64", "Debian", "0.1.0", "ext4"), "Everything", "text", default, "Default", "s1",
        now, now, null, default, true, "root", "0.1.0", 0);
}
