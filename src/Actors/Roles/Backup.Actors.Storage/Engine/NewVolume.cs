using Backup.Actors.Storage.Drives;
using Backup.Messages.Drives;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>What bears the volume's name is another's, or cannot be read: it is left alone, and another volume is asked for.</summary>
internal sealed class UnusableMediumException(string message, Exception? inner = null) : VolumeException(message, inner)
{
    /// <summary>It may be read, and not be written to.</summary>
    public bool IsProtected { get; init; }
}

/// <summary>
/// A volume that the director has named anew. It is labelled where no medium of that name is, or none with a whole label. A volume of this
/// installation and pool that the catalog does not know (a node died between its label and its first commit point) is gone on with; any
/// other is left alone.
/// </summary>
internal static class NewVolume
{
    /// <summary>
    /// Throws <see cref="UnusableMediumException"/> where it must be another medium, else <see cref="VolumeException"/>: one line each.
    /// </summary>
    public static VolumeWriter Open(AttendedDrive drive, VolumeAssignment volume, SessionLabel forSession, StorageSettings settings)
    {
        bool isThere = drive.Load(volume.Volume, DriveAccess.Read).Moved;
        bool isProtected = drive.Status.IsWriteProtected;
        if (isThere) drive.Unload();
        if (isProtected)
            throw new UnusableMediumException($"volume {volume.Volume}: its cartridge is write protected") { IsProtected = true };
        try
        {
            if (isThere) return Own(VolumeWriter.OpenForAppend(drive, volume.Volume, null, settings.Clock), volume, forSession, settings);
        }
        catch (BlankVolumeException)
        {
            drive.Unload();
        }
        catch (VolumeException e) when (e is not (UnusableMediumException or DriveUnavailableException))
        {
            throw new UnusableMediumException(e.Message, e);
        }
        Label(drive, volume, forSession, settings);
        return VolumeWriter.OpenForAppend(drive, volume.Volume, volume.Life, settings.Clock);
    }

    /// <summary>Each cartridge of a library fails for itself; a folder's volumes are on one file system, which has failed then.</summary>
    private static void Label(IDrive drive, VolumeAssignment volume, SessionLabel forSession, StorageSettings settings)
    {
        try
        {
            VolumeWriter.Label(drive, new VolumeLabel(
                volume.Volume, volume.Life, forSession.Installation, volume.Pool, settings.Name, settings.HostName, settings.SystemText,
                settings.SoftwareVersion, forSession.FormatVersion, settings.BlockSize, Instant.Now(settings.Clock),
                BlockCodec.ShortestBlock));
        }
        catch (VolumeException e) when (e is not DriveUnavailableException && settings.Drives.Media is not null)
        {
            throw new UnusableMediumException(e.Message, e);
        }
    }

    private static VolumeWriter Own(VolumeWriter writer, VolumeAssignment volume, SessionLabel forSession, StorageSettings settings)
    {
        if (writer.VolumeLabel.Installation == forSession.Installation && writer.VolumeLabel.Pool == volume.Pool) return writer;
        writer.Dispose();
        throw new UnusableMediumException(
            $"volume {volume.Volume} in {settings.Folder} is of another installation or pool: it is left alone; move it away");
    }
}
