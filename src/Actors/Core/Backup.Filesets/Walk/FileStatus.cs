using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Walk;

/// <summary>
/// What a file system says of one entry, at one moment. Blocks are of 512 bytes; Mount tells file systems apart where Device does not.
/// </summary>
public record struct FileStatus
{
    public EntryKind Kind { get; set; }
    public uint Mode { get; set; }
    public uint UserId { get; set; }
    public uint GroupId { get; set; }
    public uint Links { get; set; }
    public bool NoDump { get; set; }
    public long Size { get; set; }
    public long Blocks { get; set; }
    public ulong Inode { get; set; }
    public ulong Device { get; set; }
    public ulong Mount { get; set; }
    public ulong DeviceNumber { get; set; }
    public Instant Modified { get; set; }
    public Instant Changed { get; set; }
    public Instant Born { get; set; }

    /// <summary>The same file in the same state: nothing that a write or a change of attributes moves has moved.</summary>
    public readonly bool IsSameStateAs(in FileStatus other) =>
        Kind == other.Kind && Inode == other.Inode && Device == other.Device && Size == other.Size
        && Modified == other.Modified && Changed == other.Changed;

    /// <summary>Both lie on one mounted file system.</summary>
    public readonly bool IsOnFileSystemOf(in FileStatus other) => Device == other.Device && Mount == other.Mount;

    /// <summary>Fewer bytes are stored than the size says: worth asking for extents.</summary>
    public readonly bool MayHaveHoles => Kind == EntryKind.File && Blocks * 512 < Size;
}
