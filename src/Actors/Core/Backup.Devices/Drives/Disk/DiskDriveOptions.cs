namespace Backup.Devices.Drives.Disk;

/// <summary>
/// How a folder of disk volumes is used. Blocks are opaque to the drive, so <paramref name="BlockLength"/> tells a block's exact length
/// from the bytes of its place (at least its first 4096, or all there are); -1 = unknown, the whole place is the block.
/// </summary>
public sealed record DiskDriveOptions(string Folder, Func<ReadOnlySpan<byte>, int> BlockLength)
{
    /// <summary>Bytes beyond the capacity that the trailers of a full volume may use.</summary>
    public const long TrailerReserve = 40L << 20;

    /// <summary>
    /// Waits until the names in a folder are on stable storage; answers 0 or the number of the error. Another one for tests of what a loss
    /// of power leaves.
    /// </summary>
    public Func<string, int> SyncFolder { get; init; } = VolumeFile.SyncFolder;

    /// <summary>Bytes a volume may have before it is full; null = as much as the file system takes.</summary>
    public long? Capacity { get; init; }
}
