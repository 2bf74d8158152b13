using Backup.Actors.Storage.Drives;
using Backup.Messages.Drives;
using Backup.Messages.Storages;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// A volume that the catalog knows, to be gone on with. What cannot be written to is left as it is, and another one is asked for.
/// </summary>
internal static class KnownVolume
{
    /// <summary>
    /// What a volume has behind its last whole commit point would be cut off: where that point is damaged, what the catalog knows would
    /// go with it. Throws <see cref="UnusableMediumException"/> where it must be another medium, else <see cref="VolumeException"/>.
    /// </summary>
    public static VolumeWriter Open(AttendedDrive drive, VolumeAssignment volume, StorageSettings settings)
    {
        try
        {
            VolumeWriter writer = VolumeWriter.OpenForAppend(drive, volume.Volume, volume.Life, settings.Clock);
            long blocks = writer.Counts.Blocks;
            if (blocks >= volume.Blocks) return writer;
            writer.Dispose();
            throw new UnusableMediumException($"volume {volume.Volume} has {blocks} committed blocks, and the catalog knows of "
                + $"{volume.Blocks}: it is not written to; look at it with backup-volume verify");
        }
        catch (VolumeException e) when (e is not (UnusableMediumException or DriveUnavailableException or NewerFormatException))
        {
            if (!drive.IsLoadRefused) throw new UnusableMediumException(e.Message, e);
            if (IsReadable(drive, volume.Volume))
                throw new UnusableMediumException($"volume {volume.Volume} is write protected ({e.Message})", e) { IsProtected = true };
            if (settings.Drives.Media is not null) throw new UnusableMediumException(e.Message, e);
            throw; // of a folder of disk volumes it is not there: the operator has to say what became of it
        }
    }

    private static bool IsReadable(AttendedDrive drive, string volume)
    {
        if (!drive.Load(volume, DriveAccess.Read).Moved) return false;
        drive.Unload();
        return true;
    }
}
