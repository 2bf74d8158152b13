using Backup.Filesets.Walk;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>Content of inodes with several names, from the first name on until the last has been met.</summary>
internal sealed class HardLinks
{
    /// <summary>
    /// Inodes with names still to come, about 120 bytes each; beyond it a name counts as a file of its own, and its content is saved
    /// again.
    /// </summary>
    public const int GroupsMax = 1_000_000;

    public readonly record struct Group(ContentReference Reference, Digest Digest, EntryFlags Sparse, uint NamesLeft);

    private readonly Dictionary<(ulong Device, ulong Inode), Group> _groups = [];

    /// <summary>The group of an inode that has been met under another name.</summary>
    public bool TryFind(in FileStatus status, out Group group)
    {
        group = default;
        return status.Links > 1 && _groups.TryGetValue((status.Device, status.Inode), out group);
    }

    /// <summary>Counts one name of an inode; the first brings the content.</summary>
    public void Count(in FileStatus status, TreeEntry entry)
    {
        if (status.Links <= 1) return;
        var inode = (status.Device, status.Inode);
        if (_groups.TryGetValue(inode, out Group group))
        {
            if (group.NamesLeft <= 1) _groups.Remove(inode);
            else _groups[inode] = group with { NamesLeft = group.NamesLeft - 1 };
        }
        else if (_groups.Count < GroupsMax) _groups[inode] = new Group(entry.Reference, entry.Digest, entry.Flags & EntryFlags.Sparse,
            status.Links - 1);
    }
}
