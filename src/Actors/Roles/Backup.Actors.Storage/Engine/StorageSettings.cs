using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Outbox;

namespace Backup.Actors.Storage.Engine;

/// <summary>What a storage engine works with.</summary>
public sealed record StorageSettings(
    string Name,
    string Folder,
    int BlockSize,
    string HostName,
    string SystemText,
    string SoftwareVersion,
    TimeProvider Clock,
    IDriveSource Drives)
{
    /// <summary>Where what is owed to the catalog is kept until it is acknowledged, and the highest epoch obeyed.</summary>
    public required string OutboxFolder { get; init; }

    /// <summary>Bytes that may be owed; beyond these the drive waits.</summary>
    public long OutboxBytesMax { get; init; } = 4L << 30;

    /// <summary>A file of a session's outbox is followed by another when it is this long.</summary>
    public long OutboxFileBytes { get; init; } = 64 << 20;

    /// <summary>How the outbox is written.</summary>
    public IOutboxDisk OutboxDisk { get; init; } = SystemDisk.Instance;

    /// <summary>Where the engine's threads come from.</summary>
    public IEngineThreads Threads { get; init; } = SystemThreads.Instance;

    /// <summary>A disk's commit points are at most this far apart while data arrive.</summary>
    public TimeSpan CommitEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the drive waits for the director to name the next volume before its sessions end.</summary>
    public TimeSpan NextVolumeDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a drive waits for an outbox that is full or cannot be written: then its sessions end at their last commit
    /// points.</summary>
    public TimeSpan OutboxDeadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session goes on that no director claims: then it ends at its last commit point.</summary>
    public TimeSpan UnclaimedDeadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a node that stops waits for the catalog to take the last commit points.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Volumes of a folder that are written to at the same time; a library has as many as drives.</summary>
    public int VolumesAtOnce { get; init; } = 1;

    /// <summary>How long a session or a channel that reads waits for a drive, or for a volume that others have.</summary>
    public TimeSpan DriveDeadline { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Before a session goes on with a volume, all its blocks are read and checked, and not its last commit point alone.</summary>
    public bool ChecksWhole { get; init; }

    /// <summary>How often and how long a drive is tried.</summary>
    public DriveLimits Limits { get; init; } = new();
}
