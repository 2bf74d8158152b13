using Backup.Filesets.Select;
using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

public sealed partial class TreeScan
{
    private const EntryFlags OfPlace = EntryFlags.Passage | EntryFlags.NotCrossed;

    public void Enter(in WalkedEntry entry, in DirectoryFacts facts)
    {
        _sink.Seen(entry.Path);
        bool isTop = _depth == 0;
        TreeEntry? older = isTop ? null : Level.Reference.Find(entry.Name, isDirectory: true);
        NodeId olderNode = isTop ? _order.Reference : older?.Child ?? NodeId.Empty;
        if (facts is { IsRoot: true, IsEmpty: true } && !olderNode.IsEmpty && !_order.FileSet.AllowEmptyRoots)
            throw new FileSetException($"root {ByteText.Show(entry.Path)} is empty, and was not in the reference: "
                + "is its file system mounted? "
                + "AllowEmptyRoots saves it as it is");
        EntryFlags flags = (facts.IsPassage || facts.IsSearched ? EntryFlags.Passage : EntryFlags.None)
            | (facts.IsNotCrossed ? EntryFlags.NotCrossed : EntryFlags.None);
        TreeEntry? directory = isTop ? null : DirectoryEntry(entry, older, flags);
        if (_depth == _levels.Count) _levels.Add(new ScanLevel(Emit, IsHeld));
        ScanLevel next = _levels[_depth++];
        next.Start(directory, older, olderNode, facts);
        next.Reference.Start(_reader, olderNode);
        if (older is null || !HasVanished(entry, older, facts)) return;
        next.KeepsOlder = true;
        List(new UnsavedFile(entry.Path.ToArray(), UnsavedReason.MountPointVanished,
            "no file system is mounted here any more; its last content is kept"));
    }

    /// <summary>
    /// A file system was mounted here when the reference was made. A tree does not know devices; but a directory that is empty now, is
    /// another inode than the one that had content, and has not been changed since the reference scan, was hidden then by what was
    /// mounted on it.
    /// </summary>
    private bool HasVanished(in WalkedEntry entry, TreeEntry older, in DirectoryFacts facts) =>
        facts is { IsEmpty: true, IsRoot: false, IsPassage: false, IsOnFileSystemOfParent: true }
        && !older.Child.IsEmpty && older.Inode != entry.Status.Inode && entry.Status.Changed < _order.ReferenceScanStarted;

    public void Leave()
    {
        ScanLevel level = Level;
        NodeId child = level.Builder.Complete();
        if (level.Reference.IsBroken) Counts.Warnings++;
        level.Reference.Dispose();
        _depth--;
        if (level.Entry is null) _root = child;
        else if (level.KeepsOlder)
        {
            Needs.CountSubtree(level.Older!.Child, _nodes);
            AddDirectory(EntryMaker.Stale(level.Older, UnsavedReason.MountPointVanished));
        }
        else if (!IsLeftOut(level, child)) AddDirectory(WithNewChild(level, child));
    }

    /// <summary>The very entry of the reference where nothing has changed: its node is known by that.</summary>
    private static TreeEntry WithNewChild(ScanLevel level, NodeId child) =>
        ReferenceEquals(level.Entry, level.Older) && level.Entry!.Child == child
            ? level.Entry
            : EntryMaker.WithChild(level.Entry!, child, level.Entry!.Flags);

    /// <summary>A directory that was only searched, or is older than the time asked for, is in the tree for what it has below.</summary>
    private bool IsLeftOut(ScanLevel level, NodeId child)
    {
        if (!child.IsEmpty || level.Facts.IsPassage) return false;
        if (level.Facts.IsSearched) return true;
        return _order.Since is { } since && level.Entry!.Modified < since && level.Entry.Changed < since;
    }

    /// <summary>The directory's own attributes; the older ones where nothing has changed. Its child is not in it yet.</summary>
    private TreeEntry DirectoryEntry(in WalkedEntry entry, TreeEntry? older, EntryFlags flags)
    {
        bool stale = older is not null && (older.Flags & EntryFlags.Stale) != 0;
        if (older is not null && !stale && IsSure(older, entry.Status))
            return older.Flags == flags ? older : EntryMaker.WithChild(older, NodeId.Empty, flags);
        SystemFault fault = entry.Directory!.ExtendedAttributes(entry.Name, out IReadOnlyList<ExtendedAttribute> attributes);
        if (!fault.IsNone) List(new UnsavedFile(entry.Path.ToArray(), UnsavedReason.AttributesUnreadable, fault.Words));
        TreeEntry made = EntryMaker.Of(_files, entry.Name.ToArray(), entry.Status, new EntryMaker.Further(attributes, [], flags));
        if (older is null || stale || (older.Flags & OfPlace) != flags
            || !HasSameAttributes(older, made)) _sink.Directory(entry.Path, made);
        return made;
    }

    private bool IsSure(TreeEntry older, in FileStatus status) => EntryMaker.HasStateOf(older, status) && status.Changed < _sureBefore;

    private static bool HasSameAttributes(TreeEntry older, TreeEntry made) =>
        older.Kind == made.Kind && older.Modified == made.Modified && older.Changed == made.Changed && older.Inode == made.Inode
        && older.Mode == made.Mode && older.UserId == made.UserId && older.GroupId == made.GroupId && older.Size == made.Size
        && older.Flags == made.Flags && older.LinkTarget.AsSpan().SequenceEqual(made.LinkTarget)
        && older.DeviceNumber == made.DeviceNumber && HaveSameAttributes(older.ExtendedAttributes, made.ExtendedAttributes);

    private static bool HaveSameAttributes(IReadOnlyList<ExtendedAttribute> left, IReadOnlyList<ExtendedAttribute> right)
    {
        if (left.Count != right.Count) return false;
        for (int i = 0; i < left.Count; i++)
            if (!left[i].Name.AsSpan().SequenceEqual(right[i].Name) || !left[i].Value.AsSpan().SequenceEqual(right[i].Value)) return false;
        return true;
    }
}
