using Backup.Filesets.Linux;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>Owner and mode (07777) of an inode.</summary>
internal readonly record struct OwnerAndMode(uint User, uint Group, uint Mode);

/// <summary>
/// What the system gives files that are made in one directory. A directory with mode 0700 and of this process's own user is one that no
/// other can enter: there a file is made with its final permissions at once, and what one got every other with the same permissions
/// gets too. In all others a file is its owner's alone until it is whole, and nothing is known of it. One thread.
/// </summary>
internal sealed class NewFiles
{
    private const uint OwnerOnlyFile = 0x180, OwnerOnlyDirectory = 0x1c0, Permissions = 0x1ff;
    private readonly uint _self = WriteCalls.EffectiveUser;
    private long _moves = -1;
    private bool _isPrivate;
    private uint _mode;
    private OwnerAndMode? _last;

    /// <summary>The mode to make a file with, in the directory that the cursor has come to with so many moves.</summary>
    public uint ModeIn(int directory, long moves, TreeEntry entry)
    {
        if (moves != _moves)
        {
            (_moves, _last) = (moves, null);
            _isPrivate = WriteCalls.Status(directory, out InodeStatus status) == 0
                && status.User == _self && status.Permissions == OwnerOnlyDirectory;
        }
        // Not every file system lets a file be written that its owner may not write, not even by whoever made it.
        bool isWritable = (entry.Mode & OwnerOnlyFile) == OwnerOnlyFile;
        return _isPrivate && isWritable ? entry.Mode & Permissions : OwnerOnlyFile;
    }

    /// <summary>What a file has that was just made there with that mode; null where it is not known without asking each.</summary>
    public OwnerAndMode? Made(int file, uint mode)
    {
        if (!_isPrivate) return null;
        if (_last is null || mode != _mode)
        {
            _mode = mode;
            _last = WriteCalls.Status(file, out InodeStatus status) == 0
                ? new OwnerAndMode(status.User, status.Group, status.Permissions)
                : null;
        }
        return _last;
    }
}
