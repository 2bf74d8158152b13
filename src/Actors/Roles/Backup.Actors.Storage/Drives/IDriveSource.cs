using Backup.Messages.Drives;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Drives;

/// <summary>
/// Where the drives of a storage come from: made for whoever asks over a folder of disk volumes, or those of a library, with a changer
/// that brings the media. <see cref="Open"/> is called for one drive by one thread at a time, all else by any.
/// </summary>
public interface IDriveSource : IDisposable
{
    /// <summary>Drives that there are; 0 where one is made for each that asks.</summary>
    int Drives { get; }

    /// <summary>Names of the media that can be brought into a drive, in order; null where a medium of any name can be made.</summary>
    IReadOnlyList<string>? Media { get; }

    /// <summary>Slots and what is in them, for the operator; empty where there are none.</summary>
    IReadOnlyList<SlotStatus> Slots { get; }

    /// <summary>The blocks that its drives take.</summary>
    BlockSizeRange BlockSizes { get; }

    /// <summary>The medium that stands in the drive of that number (from 0), in use or not; null where none does.</summary>
    string? MediumIn(int drive);

    /// <summary>
    /// Brings the medium into the drive and gives the drive, not loaded; it is the caller's until it is disposed of. Throws
    /// <see cref="Volumes.Writer.VolumeException"/> with one line where it cannot.
    /// </summary>
    IDrive Open(int drive, string medium, long capacityBytes);
}
