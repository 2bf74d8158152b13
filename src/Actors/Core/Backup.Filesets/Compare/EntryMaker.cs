using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>Entries out of what the file system says, and entries out of other entries.</summary>
internal static class EntryMaker
{
    /// <summary>Attributes that statx does not give.</summary>
    public readonly record struct Further(IReadOnlyList<ExtendedAttribute> Attributes, byte[] LinkTarget, EntryFlags Flags);

    public static TreeEntry Of(IFileTree files, byte[] name, in FileStatus status, in Further further) => new()
    {
        Name = name,
        Kind = status.Kind,
        Mode = status.Mode,
        UserId = status.UserId,
        GroupId = status.GroupId,
        UserName = files.UserName(status.UserId),
        GroupName = files.GroupName(status.GroupId),
        Size = status.Kind == EntryKind.Symlink ? further.LinkTarget.Length : status.Size,
        Modified = status.Modified,
        Changed = status.Changed,
        Born = status.Born,
        Inode = status.Inode,
        DeviceNumber = status.DeviceNumber,
        LinkTarget = further.LinkTarget,
        ExtendedAttributes = further.Attributes,
        Flags = further.Flags | (status.Links > 1 && status.Kind != EntryKind.Directory ? EntryFlags.HardLinked : EntryFlags.None),
    };

    public static TreeEntry WithContent(TreeEntry entry, Digest digest, ContentReference reference) =>
        Copy(entry, new Parts(digest, reference, entry.Child, entry.Flags, entry.StaleReason));

    public static TreeEntry WithChild(TreeEntry entry, NodeId child, EntryFlags flags) =>
        Copy(entry, new Parts(entry.Digest, entry.Reference, child, flags, UnsavedReason.None));

    public static TreeEntry Stale(TreeEntry entry, UnsavedReason reason) =>
        Copy(entry, new Parts(entry.Digest, entry.Reference, entry.Child, entry.Flags | EntryFlags.Stale, reason));

    /// <summary>The attributes that a scan compares before it calls an entry unchanged.</summary>
    public static bool HasStateOf(TreeEntry entry, in FileStatus status) =>
        entry.Kind == status.Kind && (entry.Size == status.Size || status.Kind == EntryKind.Symlink)
        && entry.Modified == status.Modified && entry.Changed == status.Changed && entry.Inode == status.Inode;

    private readonly record struct Parts(Digest Digest, ContentReference Reference, NodeId Child, EntryFlags Flags, UnsavedReason Stale);

    private static TreeEntry Copy(TreeEntry from, in Parts parts) => new()
    {
        Name = from.Name,
        Kind = from.Kind,
        Mode = from.Mode,
        UserId = from.UserId,
        GroupId = from.GroupId,
        UserName = from.UserName,
        GroupName = from.GroupName,
        Size = from.Size,
        Modified = from.Modified,
        Changed = from.Changed,
        Born = from.Born,
        Inode = from.Inode,
        DeviceNumber = from.DeviceNumber,
        LinkTarget = from.LinkTarget,
        ExtendedAttributes = from.ExtendedAttributes,
        Flags = parts.Flags,
        StaleReason = parts.Stale,
        Digest = parts.Digest,
        Reference = parts.Reference,
        Child = parts.Child,
    };
}
