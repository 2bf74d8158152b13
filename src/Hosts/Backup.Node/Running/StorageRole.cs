using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Configuration.Resources;
using Backup.Devices.Drives.Disk;
using Backup.Transfer.Channels;
using Backup.Volumes.Blocks;

namespace Backup.Node.Running;

/// <summary>Makes the engine of one storage: a folder of disk volumes.</summary>
internal static class StorageRole
{
    public static StorageEngine Open(NodeSettings settings, StorageResource storage, NodeChannels channels)
    {
        string folder = Path.GetFullPath(storage.Folder, settings.Data);
        Directory.CreateDirectory(folder);
        string outbox = Path.Combine(settings.Data, "outbox", storage.Name);
        var storing = new StorageSettings(
            storage.Name, folder, storage.BlockBytes, Environment.MachineName, HostSystem.Description,
            NodeHost.Version, TimeProvider.System,
            new FolderDrives(
                capacity => new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf) { Capacity = capacity > 0 ? capacity : null })))
        {
            OutboxFolder = outbox, OutboxBytesMax = storage.OutboxBytesMax, CommitEvery = storage.CommitInterval,
            VolumesAtOnce = storage.Drives, DriveDeadline = storage.DriveWait,
        };
        return new StorageEngine(storing, channels);
    }
}
