namespace Backup.Devices.Drives.Disk;

/// <summary>
/// How a folder of disk volumes is used. Blocks are opaque to the drive, so <paramref name="BlockLength"/> reads a block's exact length
/// from the place it lies in (-1 = not a block that says so: the whole place is returned).
/// </summary>
public sealed record DiskDriveOptions(string Folder, DiskDriveOptions.LengthOf BlockLength)
{
    /// <summary>Length in bytes of the block at the start of these bytes; -1 where unknown.</summary>
    public delegate int LengthOf(ReadOnlySpan<byte> place);

    /// <summary>Bytes that the trailers of a full volume may use beyond the capacity.</summary>
    public const long TrailerReserve = 16L << 20;

    /// <summary>Bytes a volume may have before it is full; null = as much as the file system takes.</summary>
    public long? Capacity { get; init; }

    /// <summary>Writes past the page cache; falls back to buffered writes where the file system cannot.</summary>
    public bool Direct { get; init; }
}
