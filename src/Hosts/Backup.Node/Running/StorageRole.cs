using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Configuration.Resources;
using Backup.Devices.Changers.Virtual;
using Backup.Devices.Drives.Disk;
using Backup.Devices.Linux;
using Backup.Messages.Ids;
using Backup.Transfer.Channels;
using Backup.Volumes.Blocks;

namespace Backup.Node.Running;

/// <summary>Makes the engine of one storage: a folder of disk volumes, or a virtual library.</summary>
internal static class StorageRole
{
    /// <summary>
    /// Throws <see cref="NodeRefusedException"/> where the library cannot be used, <see cref="IOException"/> for all else.
    /// </summary>
    public static StorageEngine Open(NodeSettings settings, StorageResource storage, NodeChannels channels)
    {
        string folder = Path.GetFullPath(storage.Library?.Folder ?? storage.Folder, settings.Data);
        FolderSync.Make(folder);
        IDriveSource drives = storage.Library is { } library ? LibraryOf(storage, library, folder) : FolderOf(folder);
        return new StorageEngine(
            new StorageSettings(
                storage.Name, folder, storage.BlockBytes, Environment.MachineName, HostSystem.Description, NodeHost.Version,
                TimeProvider.System, drives)
            {
                OutboxFolder = Path.Combine(settings.Data, "outbox", storage.Name), OutboxBytesMax = storage.OutboxBytesMax,
                CommitEvery = storage.CommitInterval, VolumesAtOnce = storage.Drives, DriveDeadline = storage.DriveWait,
                Limits = LimitsOf(storage), ChecksWhole = storage.Check == AppendCheck.Whole,
            },
            channels);
    }

    private static DriveLimits LimitsOf(StorageResource storage) => new()
    {
        OpenTries = storage.Opening.Tries, OpenInterval = storage.Opening.Interval, OpenTimeout = storage.Opening.Timeout,
        IoTimeout = storage.Opening.IoTimeout, NotRead = storage.DrivesNotRead, NotWritten = storage.DrivesNotWritten,
        IgnoresCloseErrors = storage.IgnoresCloseErrors,
    };

    private static FolderDrives FolderOf(string folder) => new(
        capacity => new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf) { Capacity = capacity > 0 ? capacity : null }));

    private static LibraryDrives LibraryOf(StorageResource storage, LibraryResource library, string folder)
    {
        var description = new LibraryDescription
        {
            Drives = storage.Drives, Slots = library.Slots, MailSlots = library.MailSlots, CartridgeBytes = library.CartridgeBytes,
            BarCodePrefix = library.BarCodePrefix,
        };
        VirtualChanger changer = VirtualChanger.Make(folder, description, out string? reason)
            ?? throw new NodeRefusedException($"storage {storage.Name}: {reason}");
        return new LibraryDrives(changer, drive => changer.Drive(drive, new SystemEntropy(), blocks: library.Blocks), library.Blocks);
    }
}
