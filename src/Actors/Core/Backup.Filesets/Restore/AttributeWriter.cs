using Backup.Filesets.Linux;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>
/// Gives an entry its attributes: owner first (a change of owner clears suid and capabilities), then extended attributes (write access
/// may be needed for them), then the mode, at last the time. What only root may do is told as such and the rest goes on.
/// </summary>
internal sealed class AttributeWriter(ProblemList problems)
{
    private const uint SuidAndSgid = 0xc00;

    /// <summary>An open regular file or directory; what it <paramref name="has"/> is not set once more.</summary>
    public void Apply(int descriptor, ReadOnlySpan<byte> path, TreeEntry entry, OwnerAndMode? has = null)
    {
        bool isOwned = has is { } owner && owner.User == entry.UserId && owner.Group == entry.GroupId;
        int error = isOwned ? 0 : WriteCalls.ChangeOwner(descriptor, entry.UserId, entry.GroupId);
        Tell(path, OwnerWords(entry), error, rootOnly: true);
        bool isPlain = ApplyExtended(descriptor, default, path, entry);
        uint mode = ModeFor(entry, ownerIsRight: error == 0);
        // An ACL speaks through the mode's bits: with one the mode is set whatever it says.
        if (!isPlain || has?.Mode != mode) Tell(path, "the mode could not be set", WriteCalls.ChangeMode(descriptor, mode));
        Tell(path, "the time could not be set", WriteCalls.ChangeTime(descriptor, entry.Modified.Seconds, entry.Modified.Nanoseconds));
    }

    /// <summary>A symbolic link, FIFO, socket or device by its name in an open directory.</summary>
    public void Apply(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, TreeEntry entry)
    {
        int error = WriteCalls.ChangeOwner(directory, name, entry.UserId, entry.GroupId);
        Tell(path, OwnerWords(entry), error, rootOnly: true);
        ApplyExtended(directory, name, path, entry);
        if (entry.Kind != EntryKind.Symlink) // Linux gives symbolic links no mode of their own
            Tell(path, "the mode could not be set",
                WriteCalls.ChangeSpecialMode(directory, name, ModeFor(entry, ownerIsRight: error == 0)));
        Tell(path, "the time could not be set", WriteCalls.ChangeTime(directory, name, entry.Modified.Seconds, entry.Modified.Nanoseconds));
    }

    /// <summary>True where the entry has none and is to have none.</summary>
    private bool ApplyExtended(int descriptor, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, TreeEntry entry)
    {
        bool isPlain = RemoveForeign(descriptor, name, path, entry) && entry.ExtendedAttributes.Count == 0;
        foreach (ExtendedAttribute attribute in entry.ExtendedAttributes)
        {
            if (attribute.Name.AsSpan().Contains((byte)0))
            {
                problems.Add(path, "an extended attribute's name holds a zero byte; it was left out");
                continue;
            }
            int error = WriteCalls.SetAttribute(descriptor, name, attribute.Name, attribute.Value);
            if (error != 0)
                problems.AddError(path, $"the attribute {ByteText.Show(attribute.Name)} could not be set", error,
                    IsRootOnly(attribute.Name));
        }
        return isPlain;
    }

    /// <summary>
    /// Takes away what a new entry inherited (default ACLs of the directory) or an old directory had, and the tree has not. True where
    /// there was none at all.
    /// </summary>
    private bool RemoveForeign(int descriptor, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, TreeEntry entry)
    {
        int error = WriteCalls.AttributeNames(descriptor, name, out List<byte[]> present);
        Tell(path, "the extended attributes could not be listed", error);
        foreach (byte[] attribute in present)
        {
            bool replaceable = attribute.AsSpan().StartsWith("user."u8) || attribute.AsSpan().StartsWith("system.posix_acl_"u8);
            if (!replaceable || entry.ExtendedAttributes.Any(wanted => wanted.Name.AsSpan().SequenceEqual(attribute))) continue;
            error = WriteCalls.RemoveAttribute(descriptor, name, attribute);
            if (error != ErrorNumber.NoData)
                Tell(path, $"the attribute {ByteText.Show(attribute)} could not be removed", error);
        }
        return present.Count == 0;
    }

    /// <summary>A program that is suid for an owner it should not have is a danger: without the right owner those bits stay off.</summary>
    private static uint ModeFor(TreeEntry entry, bool ownerIsRight) =>
        ownerIsRight ? entry.Mode & 0xfff : entry.Mode & 0xfff & ~SuidAndSgid;

    private static string OwnerWords(TreeEntry entry) => $"the owner could not be set to {entry.UserId}:{entry.GroupId}";

    private static bool IsRootOnly(ReadOnlySpan<byte> attribute) =>
        attribute.StartsWith("trusted."u8) || attribute.StartsWith("security."u8);

    private void Tell(ReadOnlySpan<byte> path, string tried, int error, bool rootOnly = false)
    {
        if (error != 0) problems.AddError(path, tried, error, rootOnly);
    }
}
