using Backup.Filesets.Walk;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

public sealed partial class TreeScan
{
    /// <summary>Most bytes of extended attributes of one file: a record holds them all, and is sent whole.</summary>
    private const int ExtendedAttributeBytesMax = 384 << 10;

    /// <summary>An entry for the tree, or why there is none.</summary>
    private readonly record struct Outcome(TreeEntry? Entry, UnsavedReason Fault = UnsavedReason.None, string Detail = "")
    {
        public static Outcome Of(SystemFault fault) => new(null, fault.Reason, fault.Words);
        public static Outcome OfAttributes(SystemFault fault) => new(null, UnsavedReason.AttributesUnreadable, fault.Words);
    }

    private Outcome Examine(in WalkedEntry entry, TreeEntry? older)
    {
        ref readonly FileStatus status = ref entry.Status;
        bool isFurther = _links.TryFind(status, out HardLinks.Group group);
        if (older is not null && (older.Flags & EntryFlags.Stale) == 0 && IsSure(older, status)
            && (!isFurther || group.Reference == older.Reference))
        {
            _links.Count(status, older);
            return new Outcome(older);
        }
        Outcome outcome = isFurther ? FurtherName(entry, older, group)
            : status.Kind == EntryKind.File ? ReadFile(entry, older)
            : WithoutContent(entry, older);
        if (outcome.Entry is { } made) _links.Count(status, made);
        return outcome;
    }

    private Outcome FurtherName(in WalkedEntry entry, TreeEntry? older, in HardLinks.Group group)
    {
        Outcome outcome = Attributes(entry, group.Sparse);
        if (outcome.Entry is null) return outcome;
        TreeEntry made = EntryMaker.WithContent(outcome.Entry, group.Digest, group.Reference);
        if (older is not null && older.Reference == group.Reference && HasSameAttributes(older, made)) return new Outcome(older);
        Counts.FilesSaved++;
        _sink.AttributesOnly(entry.Path, made, isFurtherName: group.Reference.Session == _order.Session);
        return new Outcome(made);
    }

    private Outcome WithoutContent(in WalkedEntry entry, TreeEntry? older)
    {
        Outcome outcome = Attributes(entry, EntryFlags.None);
        if (outcome.Entry is not { } made) return outcome;
        if (older is not null && HasSameAttributes(older, made)) return new Outcome(older);
        Counts.FilesSaved++;
        return new Outcome(EntryMaker.WithContent(made, Digest.None, _sink.Entry(entry.Path, made)));
    }

    /// <summary>Attributes of an entry that is not opened: by its path below the open directory.</summary>
    private Outcome Attributes(in WalkedEntry entry, EntryFlags flags)
    {
        byte[] target = [];
        if (entry.Status.Kind == EntryKind.Symlink && entry.Directory!.ReadLink(entry.Name, out target) is { IsNone: false } unread)
            return Outcome.Of(unread);
        SystemFault fault = entry.Directory!.ExtendedAttributes(entry.Name, out IReadOnlyList<ExtendedAttribute> attributes);
        if (!fault.IsNone) return fault.Reason == UnsavedReason.Vanished ? Outcome.Of(fault) : Outcome.OfAttributes(fault);
        return Make(entry, new EntryMaker.Further(attributes, target, flags));
    }

    private Outcome Make(in WalkedEntry entry, in EntryMaker.Further further)
    {
        int bytes = 0;
        foreach (ExtendedAttribute attribute in further.Attributes) bytes += attribute.Name.Length + attribute.Value.Length;
        return bytes <= ExtendedAttributeBytesMax
            ? new Outcome(EntryMaker.Of(_files, entry.Name.ToArray(), entry.Status, further))
            : new Outcome(null, UnsavedReason.AttributesUnreadable,
                $"its extended attributes have {bytes} bytes; at most {ExtendedAttributeBytesMax} are saved");
    }

    private Outcome ReadFile(in WalkedEntry entry, TreeEntry? older)
    {
        SystemFault fault = entry.Directory!.OpenFile(entry.Name, out IOpenFile? file);
        if (!fault.IsNone) return Outcome.Of(fault);
        using (file) return ReadOpen(entry, file!, older);
    }

    private Outcome ReadOpen(in WalkedEntry entry, IOpenFile file, TreeEntry? older)
    {
        SystemFault fault = file.ExtendedAttributes(out IReadOnlyList<ExtendedAttribute> attributes);
        if (!fault.IsNone) return Outcome.OfAttributes(fault);
        EntryFlags flags = EntryFlags.None;
        if (entry.Status.MayHaveHoles)
        {
            fault = file.NextExtent(0, out FileExtent first);
            if (!fault.IsNone) return Outcome.Of(fault);
            if (first.Offset > 0 || first.Length < entry.Status.Size) flags = EntryFlags.Sparse;
        }
        Outcome made = Make(entry, new EntryMaker.Further(attributes, [], flags));
        if (made.Entry is null) return made;
        // A name that was of one group of links may be of another now, with equal content: with the older reference both would come
        // back as one.
        TreeEntry? comparable = entry.Status.Links > 1 && older?.Inode != entry.Status.Inode ? null : older;
        ContentAnswer answer = _sink.Read(new FileContent(entry.Path, file, entry.Status, made.Entry, comparable));
        if (answer.Fault != UnsavedReason.None) return new Outcome(null, answer.Fault, answer.Detail);
        if (!answer.IsOlder)
        {
            Counts.FilesSaved++;
            return new Outcome(EntryMaker.WithContent(made.Entry, answer.Digest, answer.Reference));
        }
        if (HasSameAttributes(older!, made.Entry)) return new Outcome(older);
        Counts.FilesSaved++;
        TreeEntry kept = EntryMaker.WithContent(made.Entry, answer.Digest, older!.Reference);
        _sink.AttributesOnly(entry.Path, kept, isFurtherName: false);
        return new Outcome(kept);
    }
}
