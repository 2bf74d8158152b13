using System.Text;
using Backup.Filesets.Linux;
using Backup.Filesets.Walk;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Backup.Volumes.Trees;

namespace Backup.Tests.Simulation;

/// <summary>
/// Compares a restored folder with the tree as it was: names, kinds, content, modes, owners, times, link groups. Reads the real files.
/// </summary>
internal sealed class Comparison(IReadOnlySet<string> excused)
{
    private const string TemporaryPrefix = ".backup-restore-";

    private readonly Dictionary<VirtualNode, ulong> _inodes = [];
    private readonly Dictionary<ulong, (VirtualNode Node, string Path)> _nodes = [];

    /// <summary>Things may be missing, and attributes not be set yet: whatever has a file's name must have its content.</summary>
    public bool ContentAlone { get; init; }

    /// <summary>The client was killed: what it had begun to write has its temporary name yet.</summary>
    public bool MayLeaveTemporary { get; init; }

    /// <summary>What differs, one line each; empty where all is as it was.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>The path is of the tree ("/data"); the folder holds what was restored of "/".</summary>
    public void Compare(VirtualNode expected, string folder, string path)
    {
        using var files = new LinuxFileTree();
        var opened = new Stack<IOpenDirectory>();
        files.OpenRoot(out IOpenDirectory? at);
        opened.Push(at!);
        foreach (string name in (folder + path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!at!.OpenDirectory(Encoding.Latin1.GetBytes(name), out at).IsNone)
            {
                if (!ContentAlone) Differences.Add($"{path}: was not restored");
                while (opened.TryPop(out IOpenDirectory? left)) left.Dispose();
                return;
            }
            opened.Push(at!);
        }
        CompareFolder(expected, at!, path);
        while (opened.TryPop(out IOpenDirectory? directory)) directory.Dispose();
    }

    private void CompareFolder(VirtualNode expected, IOpenDirectory actual, string path)
    {
        var listing = new DirectoryListing();
        Must(actual.List(listing), path);
        var names = Enumerable.Range(0, listing.Count).Select(i => Encoding.Latin1.GetString(listing[i])).ToHashSet();
        Must(actual.Status(out FileStatus own), path);
        CompareStatus(expected, own, path);
        foreach (string name in names)
            if (name.StartsWith(TemporaryPrefix, StringComparison.Ordinal) && !MayLeaveTemporary) Differ($"{path}/{name}", "is left over");
            else if (!ContentAlone && !expected.Children.ContainsKey(name) && !excused.Contains($"{path}/{name}"))
                Differ($"{path}/{name}", "was not in the tree");
        foreach ((string name, VirtualNode node) in expected.Children)
        {
            string below = $"{path}/{name}";
            if (excused.Contains(below)) continue;
            if (names.Contains(name)) CompareEntry(node, actual, name, below);
            else if (!ContentAlone) Differ(below, "was not restored");
        }
    }

    private void CompareEntry(VirtualNode node, IOpenDirectory folder, string name, string path)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(name);
        Must(folder.Status(bytes, out FileStatus status), path);
        if (status.Kind != node.Kind)
        {
            Differ(path, $"is a {status.Kind}, was a {node.Kind}");
            return;
        }
        if (node.Kind == EntryKind.Directory)
        {
            Must(folder.OpenDirectory(bytes, out IOpenDirectory? below), path);
            using (below) CompareFolder(node, below!, path);
            return;
        }
        CompareStatus(node, status, path);
        CompareLinks(node, status, path);
        if (node.Kind == EntryKind.Symlink)
        {
            Must(folder.ReadLink(bytes, out byte[] target), path);
            if (!target.AsSpan().SequenceEqual(node.Target)) Differ(path, "points elsewhere");
        }
        if (node.Kind != EntryKind.File) return;
        Must(folder.OpenFile(bytes, out IOpenFile? file), path);
        using (file) CompareContent(node, file!, path);
    }

    private void CompareContent(VirtualNode node, IOpenFile file, string path)
    {
        var content = new byte[node.Content.Length + 1];
        int length = 0;
        for (int count = 1; count > 0; length += count) Must(file.Read(length, content.AsSpan(length), out count), path);
        if (!content.AsSpan(0, length).SequenceEqual(node.Content))
            Differ(path, $"has other content ({length} bytes of {node.Content.Length})");
    }

    private void CompareStatus(VirtualNode node, in FileStatus status, string path)
    {
        if (ContentAlone) return;
        if (node.Modified != status.Modified) Differ(path, $"is of {status.Modified}, was of {node.Modified}");
        bool hasMode = node.Kind != EntryKind.Symlink;
        if (hasMode && node.Mode != (status.Mode & 0xfff)) Differ(path, $"has mode {status.Mode:x}, had {node.Mode:x}");
        bool isOwned = status is { UserId: 0, GroupId: 0 };
        if (Environment.IsPrivilegedProcess && !isOwned) Differ(path, $"is of {status.UserId}:{status.GroupId}");
    }

    private void CompareLinks(VirtualNode node, in FileStatus status, string path)
    {
        if (!_inodes.TryAdd(node, status.Inode) && _inodes[node] != status.Inode) Differ(path, "is no longer a link to the same file");
        if (!_nodes.TryAdd(status.Inode, (node, path)) && _nodes[status.Inode] is var other && other.Node != node)
            Differ(path, $"is a link to {other.Path}, which was another file (inodes {node.Inode} and {other.Node.Inode})");
    }

    private void Differ(string path, string how) => Differences.Add($"{ByteText.Show(Encoding.Latin1.GetBytes(path))}: {how}");

    private void Must(SystemFault fault, string path)
    {
        if (!fault.IsNone) Differ(path, fault.Words);
    }

    /// <summary>The tree as it is now, to compare with later; names of one file stay names of one file.</summary>
    public static VirtualNode Copy(VirtualNode node, Dictionary<VirtualNode, VirtualNode>? made = null)
    {
        made ??= [];
        if (made.TryGetValue(node, out VirtualNode? known)) return known;
        var copy = made[node] = new VirtualNode
        {
            Kind = node.Kind, Inode = node.Inode, Mode = node.Mode, Links = node.Links, Content = [.. node.Content], Target = node.Target,
            Modified = node.Modified, Changed = node.Changed, Extents = node.Extents?.ToList(),
        };
        foreach ((string name, VirtualNode child) in node.Children) copy.Children[name] = Copy(child, made);
        return copy;
    }
}
