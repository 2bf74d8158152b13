using Backup.Filesets.Linux;
using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>The same name in two open directories, with what the system says of each.</summary>
internal readonly record struct EntryPair(int Source, int Restored, byte[] Name, InodeStatus Before, InodeStatus After);

/// <summary>Compares one entry with its counterpart. Not thread safe: the buffers are used again.</summary>
internal sealed class EntryComparison(ComparisonScope ignored)
{
    private const int BufferBytes = 256 << 10;

    /// <summary>
    /// A restored file may take this much more room than its source before it counts as no longer sparse: file systems cut extents
    /// differently.
    /// </summary>
    private const long SparseSlackSectors = 64;

    private readonly byte[] _left = new byte[BufferBytes];
    private readonly byte[] _right = new byte[BufferBytes];

    public IReadOnlyList<string> CompareFolders(int source, int restored)
    {
        int error = WriteCalls.Status(source, out InodeStatus before);
        InodeStatus after = default;
        if (error == 0) error = WriteCalls.Status(restored, out after);
        return error == 0 ? Compare(new EntryPair(source, restored, [], before, after))
            : [$"cannot be examined: {ErrorNumber.Words(error)}"];
    }

    public IReadOnlyList<string> Compare(in EntryPair pair)
    {
        var differences = new List<string>(0);
        (InodeStatus before, InodeStatus after) = (pair.Before, pair.After);
        if (before.Kind != after.Kind)
        {
            differences.Add($"kind {Kind(before.Kind)} became {Kind(after.Kind)}");
            return differences;
        }
        CompareStatus(before, after, differences);
        if (!Ignores(ComparisonScope.Attribute)) CompareAttributes(pair, differences);
        if (before.IsSymlink) CompareTargets(pair, differences);
        if (before.IsRegular) CompareContent(pair, differences);
        return differences;
    }

    private bool Ignores(ComparisonScope scope) => ignored.HasFlag(scope);

    private void CompareStatus(in InodeStatus before, in InodeStatus after, List<string> differences)
    {
        if (!Ignores(ComparisonScope.Mode) && !before.IsSymlink && before.Permissions != after.Permissions)
            differences.Add($"mode {Convert.ToString(before.Permissions, 8)} became {Convert.ToString(after.Permissions, 8)}");
        if (!Ignores(ComparisonScope.Owner) && (before.User, before.Group) != (after.User, after.Group))
            differences.Add($"owner {before.User}:{before.Group} became {after.User}:{after.Group}");
        var (was, became) = (new Instant(before.ModifiedSeconds, before.ModifiedNanoseconds),
            new Instant(after.ModifiedSeconds, after.ModifiedNanoseconds));
        if (!Ignores(ComparisonScope.Time) && was != became)
            differences.Add($"time {was} and {was.Nanoseconds} ns became {became} and {became.Nanoseconds} ns");
        if (!Ignores(ComparisonScope.Device) && before.Kind is KindBits.CharacterDevice or KindBits.BlockDevice
            && before.DeviceNode != after.DeviceNode)
            differences.Add("device number differs");
    }

    private static void CompareAttributes(in EntryPair pair, List<string> differences)
    {
        int error = WriteCalls.AttributeNames(pair.Source, pair.Name, out List<byte[]> before);
        List<byte[]> after = [];
        if (error == 0) error = WriteCalls.AttributeNames(pair.Restored, pair.Name, out after);
        if (error != 0)
        {
            differences.Add($"extended attributes cannot be listed: {ErrorNumber.Words(error)}");
            return;
        }
        foreach (byte[] name in before)
        {
            string shown = ByteText.Show(name);
            if (!after.Exists(other => other.AsSpan().SequenceEqual(name))) differences.Add($"extended attribute {shown} is missing");
            else if (!ValuesAreEqual(pair, name)) differences.Add($"extended attribute {shown} differs");
        }
        foreach (byte[] name in after)
            if (!before.Exists(other => other.AsSpan().SequenceEqual(name)))
                differences.Add($"extended attribute {ByteText.Show(name)} is not in the source");
    }

    private static bool ValuesAreEqual(in EntryPair pair, byte[] attribute) =>
        WriteCalls.AttributeValue(pair.Source, pair.Name, attribute, out byte[] before) == 0
        && WriteCalls.AttributeValue(pair.Restored, pair.Name, attribute, out byte[] after) == 0
        && before.AsSpan().SequenceEqual(after);

    private static void CompareTargets(in EntryPair pair, List<string> differences)
    {
        bool equal = WriteCalls.LinkTarget(pair.Source, pair.Name, out byte[] before) == 0
            && WriteCalls.LinkTarget(pair.Restored, pair.Name, out byte[] after) == 0
            && before.AsSpan().SequenceEqual(after);
        if (!equal) differences.Add("link target differs");
    }

    private void CompareContent(in EntryPair pair, List<string> differences)
    {
        (InodeStatus before, InodeStatus after) = (pair.Before, pair.After);
        if (before.Size != after.Size)
        {
            differences.Add($"size {before.Size} became {after.Size}");
            return;
        }
        if (CompareBytes(pair) is { } difference) differences.Add(difference);
        bool wasSparse = before.Sectors * 512 < before.Size / 10 * 9;
        if (!Ignores(ComparisonScope.Sparse) && wasSparse && (long)after.Sectors > (long)(before.Sectors / 10 * 11) + SparseSlackSectors)
            differences.Add($"a sparse file grew from {before.Sectors} to {after.Sectors} sectors");
    }

    private string? CompareBytes(in EntryPair pair)
    {
        int source = WriteCalls.OpenToRead(pair.Source, pair.Name);
        int restored = WriteCalls.OpenToRead(pair.Restored, pair.Name);
        try
        {
            if (source < 0 || restored < 0) return $"content cannot be read: {ErrorNumber.Words(-Math.Min(source, restored))}";
            for (long offset = 0; ;)
            {
                offset = SkipHole(source, restored, offset);
                int before = ReadFull(source, _left, offset);
                int after = ReadFull(restored, _right, offset);
                if (before < 0 || after < 0) return $"content cannot be read: {ErrorNumber.Words(-Math.Min(before, after))}";
                if (!_left.AsSpan(0, before).SequenceEqual(_right.AsSpan(0, after))) return $"content differs at or after byte {offset}";
                if (before == 0) return null;
                offset += before;
            }
        }
        finally
        {
            WriteCalls.Close(source);
            WriteCalls.Close(restored);
        }
    }

    /// <summary>Where both files have a hole there is nothing to compare.</summary>
    private static long SkipHole(int source, int restored, long offset) =>
        Math.Max(offset, Math.Min(WriteCalls.NextData(source, offset), WriteCalls.NextData(restored, offset)));

    private static int ReadFull(int descriptor, Span<byte> buffer, long offset)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int got = WriteCalls.ReadAt(descriptor, buffer[filled..], offset + filled);
            if (got < 0) return got;
            if (got == 0) break;
            filled += got;
        }
        return filled;
    }

    private static string Kind(uint kind) => kind switch
    {
        KindBits.Fifo => "FIFO",
        KindBits.CharacterDevice => "character device",
        KindBits.Directory => "directory",
        KindBits.BlockDevice => "block device",
        KindBits.Regular => "regular file",
        KindBits.Symlink => "symbolic link",
        KindBits.Socket => "socket",
        _ => $"unknown {kind:x}",
    };
}
