using Backup.Messages.Drives;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Volumes.Labels;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>Labels the new volumes that the director has named. Drive's thread.</summary>
internal static class VolumeLabelling
{
    /// <summary>
    /// A new volume is labelled only where no medium of that name is, or one of ours on which nothing was ever committed: a node that died
    /// right after labelling left it. Anything else that is there is left as it is, and must be this very life to be written on.
    /// </summary>
    public static void LabelIfFree(IDrive drive, VolumeAssignment volume, SessionLabel forSession, StorageSettings settings)
    {
        if (!IsFree(drive, volume, forSession, settings)) return;
        VolumeWriter.Label(drive, new VolumeLabel(
            volume.Volume, volume.Life, forSession.Installation, volume.Pool, settings.Name, settings.HostName, settings.SystemText,
            settings.SoftwareVersion, forSession.FormatVersion, settings.BlockSize, Instant.Now(settings.Clock)));
    }

    private static bool IsFree(IDrive drive, VolumeAssignment volume, SessionLabel forSession, StorageSettings settings)
    {
        if (!drive.Load(volume.Volume, DriveAccess.Read).Moved) return true;
        drive.Unload();
        try
        {
            using VolumeWriter found = VolumeWriter.OpenForAppend(drive, volume.Volume, null, settings.Clock);
            bool unused = found.Counts.Commits == 0 && found.VolumeLabel.Installation == forSession.Installation;
            drive.Unload();
            return unused && found.VolumeLabel.Life != volume.Life;
        }
        catch (BlankVolumeException)
        {
            return true;
        }
    }
}
