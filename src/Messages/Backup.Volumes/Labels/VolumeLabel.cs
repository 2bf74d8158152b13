using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Volumes.Labels;

/// <summary>The first record of a volume: what it is, whose, and how its blocks are cut. BlockSize in bytes, 64 KiB to 4 MiB.</summary>
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
    Instant Labelled);
