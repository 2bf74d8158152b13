using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Volumes.Labels;

/// <summary>
/// The first record of a volume: what it is, whose, and how its blocks are cut: BlockSize is the longest in bytes, 64 KiB to 4 MiB,
/// BlockSizeMin the shortest, 0 where an earlier version has not said it. SystemText is empty where the system does not tell.
/// </summary>
public sealed record VolumeLabel(
    string Name,
    VolumeLifeId Life,
    InstallationId Installation,
    string Pool,
    string Storage,
    string HostName,
    string SystemText,
    string SoftwareVersion,
    int FormatVersion,
    int BlockSize,
    Instant Labelled,
    int BlockSizeMin = VolumeLabel.BlockSizeMinUnknown)
{
    /// <summary>Labels of earlier versions do not say it.</summary>
    public const int BlockSizeMinUnknown = 0;
}
