using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Volumes.Trees;

/// <summary>What an entry of a tree is. The numbers are on media; the letters of a listing are in <see cref="EntryKinds"/>.</summary>
public enum EntryKind : byte
{
    File = 1,
    Directory = 2,
    Symlink = 3,
    Fifo = 4,
    Socket = 5,
    CharacterDevice = 6,
    BlockDevice = 7,
}

public static class EntryKinds
{
    /// <summary>The letter of ls -l.</summary>
    public static char Letter(this EntryKind kind) => kind switch
    {
        EntryKind.File => '-',
        EntryKind.Directory => 'd',
        EntryKind.Symlink => 'l',
        EntryKind.Fifo => 'p',
        EntryKind.Socket => 's',
        EntryKind.CharacterDevice => 'c',
        EntryKind.BlockDevice => 'b',
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of entry"),
    };
}

[Flags]
public enum EntryFlags : ushort
{
    None = 0,

    /// <summary>The inode has more than one name. Members of a group share <see cref="TreeEntry.Reference"/>.</summary>
    HardLinked = 1,

    /// <summary>A directory on the way to a root of the FileSet; itself not selected.</summary>
    Passage = 2,

    /// <summary>
    /// Could not be read this time: the entry and its content are those of an earlier tree. See <see cref="TreeEntry.StaleReason"/>.
    /// </summary>
    Stale = 4,

    /// <summary>A mount point that was not crossed; the directory's content is not in the tree.</summary>
    NotCrossed = 8,

    /// <summary>Has holes: restore leaves them.</summary>
    Sparse = 16,
}

/// <summary>
/// Where content is: a logical session and the index of a file in it. The default value means: no content (empty, or of a kind
/// without).
/// </summary>
public readonly record struct ContentReference(SessionId Session, long FileIndex)
{
    public static readonly ContentReference None;
    public bool IsNone => FileIndex == 0;
}

/// <summary>One extended attribute, name and value as the system gives them (ACLs and capabilities are among them).</summary>
public sealed record ExtendedAttribute(byte[] Name, byte[] Value);

/// <summary>
/// One entry of a directory as a job saw it: all attributes of the file, and where its content is. What changes without the file
/// changing (atime, device number of the file system) is not here. Every entry but a directory has a file index in the session that first
/// stored it; hard links share one.
/// </summary>
public sealed class TreeEntry
{
    public required byte[] Name { get; init; }
    public required EntryKind Kind { get; init; }

    /// <summary>Permission bits with suid, sgid and sticky (07777).</summary>
    public uint Mode { get; init; }
    public uint UserId { get; init; }
    public uint GroupId { get; init; }

    /// <summary>Owner by name, empty where the system has none for the number.</summary>
    public string UserName { get; init; } = "";
    public string GroupName { get; init; } = "";

    /// <summary>Bytes of a regular file, length of a symlink's target; 0 for all else.</summary>
    public long Size { get; init; }
    public Instant Modified { get; init; }
    public Instant Changed { get; init; }

    /// <summary>Birth time where the file system knows it; the default value otherwise.</summary>
    public Instant Born { get; init; }
    public ulong Inode { get; init; }

    /// <summary>Of a device node: major and minor, as makedev(3) packs them on Linux.</summary>
    public ulong DeviceNumber { get; init; }
    public byte[] LinkTarget { get; init; } = [];
    public IReadOnlyList<ExtendedAttribute> ExtendedAttributes { get; init; } = [];
    public EntryFlags Flags { get; init; }
    public UnsavedReason StaleReason { get; init; }
    public Digest Digest { get; init; }
    public ContentReference Reference { get; init; }

    /// <summary>A directory's content: its node; empty for an empty directory.</summary>
    public NodeId Child { get; init; }
}
