using Backup.Filesets.Linux;
using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>What a comparison of two trees can leave out.</summary>
[Flags]
public enum ComparisonScope
{
    None = 0,
    Owner = 1,
    Device = 2,
    Time = 4,
    Attribute = 8,
    HardLink = 16,
    Sparse = 32,
    Mode = 64,
}

/// <summary>One difference: the path below both roots, and what differs in words.</summary>
public sealed record TreeDifference(byte[] Path, string What);

/// <summary>How a comparison ended.</summary>
public readonly record struct ComparisonTotals(long Paths, long Differences);

/// <summary>
/// Reads two trees anew and tells every difference a restore must not make: kinds, attributes, content, links, holes. Memory grows with the
/// names of the directories on one path and 32 bytes for each hard-linked file, not with the tree.
/// </summary>
public sealed class TreeComparison(ComparisonScope ignored, Action<TreeDifference> report)
{
    private readonly Dictionary<(ulong FileSystem, ulong Inode), long> _sourceLinks = [];
    private readonly Dictionary<(ulong FileSystem, ulong Inode), long> _restoredLinks = [];
    private readonly EntryComparison _entries = new(ignored);
    private long _paths;
    private long _differences;

    /// <summary>A directory that both sides have, with the subdirectories still to be entered.</summary>
    private sealed record Frame(byte[] Path, Queue<byte[]> Subdirectories);

    /// <summary>Compares two folders and what is below. Throws IOException where one cannot be opened.</summary>
    public ComparisonTotals Compare(byte[] source, byte[] restored)
    {
        using var left = new DirectoryCursor(OpenFolder(source));
        using var right = new DirectoryCursor(OpenFolder(restored));
        Report(BytePath.Root, _entries.CompareFolders(left.Open(BytePath.Root), right.Open(BytePath.Root)));
        var open = new Stack<Frame>([CompareDirectory(left, right, BytePath.Root.ToArray())]);
        while (open.TryPeek(out Frame? frame))
        {
            if (frame.Subdirectories.TryDequeue(out byte[]? name))
                open.Push(CompareDirectory(left, right, BytePath.Join(frame.Path, name)));
            else open.Pop();
        }
        return new ComparisonTotals(_paths, _differences);
    }

    private static int OpenFolder(byte[] folder)
    {
        int opened = TargetFolder.Open(folder, make: false);
        return opened >= 0 ? opened : throw new IOException($"there is no folder {ByteText.Show(folder)}");
    }

    private Frame CompareDirectory(DirectoryCursor left, DirectoryCursor right, byte[] path)
    {
        var frame = new Frame(path, []);
        int source = left.Open(path);
        int restored = right.Open(path);
        if (!TryNames(path, source, "source", out List<byte[]> before)
            || !TryNames(path, restored, "restored tree", out List<byte[]> after)) return frame;
        int i = 0, j = 0;
        while (i < before.Count || j < after.Count)
        {
            int order = i == before.Count ? 1 : j == after.Count ? -1 : before[i].AsSpan().SequenceCompareTo(after[j]);
            if (order < 0) Report(BytePath.Join(path, before[i++]), "missing");
            else if (order > 0) Report(BytePath.Join(path, after[j++]), "not in the source");
            else
            {
                CompareEntry(frame, source, restored, before[i++]);
                j++;
            }
        }
        return frame;
    }

    private bool TryNames(byte[] path, int directory, string side, out List<byte[]> names)
    {
        names = [];
        int error = directory < 0 ? -directory : WriteCalls.Names(directory, out names);
        if (error != 0) Report(path, $"cannot be read in the {side}: {ErrorNumber.Words(error)}");
        names.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        return error == 0;
    }

    private void CompareEntry(Frame frame, int source, int restored, byte[] name)
    {
        _paths++;
        byte[] path = BytePath.Join(frame.Path, name);
        int error = WriteCalls.Status(source, name, out InodeStatus before);
        InodeStatus after = default;
        if (error == 0) error = WriteCalls.Status(restored, name, out after);
        if (error != 0)
        {
            Report(path, $"cannot be examined: {ErrorNumber.Words(error)}");
            return;
        }
        Report(path, _entries.Compare(new EntryPair(source, restored, name, before, after)));
        if (before.Kind != after.Kind) return;
        if (before.IsDirectory) frame.Subdirectories.Enqueue(name);
        else if (!ignored.HasFlag(ComparisonScope.HardLink)) CompareLinks(path, before, after);
    }

    /// <summary>Two trees link alike where each name's first namesake is the same path in both.</summary>
    private void CompareLinks(byte[] path, in InodeStatus before, in InodeStatus after)
    {
        long source = FirstNamesake(_sourceLinks, before);
        long restored = FirstNamesake(_restoredLinks, after);
        if (source != restored)
            Report(path, source == _paths ? "is a hard link, and was none in the source"
                : "is no longer a hard link of the file it was one of");
    }

    private long FirstNamesake(Dictionary<(ulong, ulong), long> links, in InodeStatus status)
    {
        if (status.Links < 2) return _paths;
        ref long first = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            links, (status.FileSystem, status.Inode), out bool known);
        if (!known) first = _paths;
        return first;
    }

    private void Report(ReadOnlySpan<byte> path, IEnumerable<string> differences)
    {
        foreach (string what in differences) Report(path.ToArray(), what);
    }

    private void Report(byte[] path, string what)
    {
        _differences++;
        report(new TreeDifference(path, what));
    }
}
