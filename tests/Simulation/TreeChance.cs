using Backup.Filesets.Walk;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Backup.Volumes.Trees;

namespace Backup.Tests.Simulation;

/// <summary>
/// Makes trees and changes them by chance, as users do: every change moves a file's change time, whatever it does to the other times.
/// </summary>
internal sealed class TreeChance(VirtualFileTree tree, TimeProvider clock, Seeded chance)
{
    private static readonly string[] Mutations =
        ["write", "write", "rewrite", "rewrite", "grow", "mode", "touch", "rename", "delete", "create", "create", "link", "replace",
            "sparse", "folder"];

    /// <summary>Two of three: what goes wrong between two parties seldom needs many files, and a life costs what they do.</summary>
    private readonly bool _isSmall = !chance.OneIn(3);

    private ulong _lastInode = 10_000;

    private Instant Now => Instant.Now(clock);

    public void Populate(string root)
    {
        VirtualNode at = tree.Directory(root);
        Stamp(at);
        Fill(at, depth: 0);
    }

    public void Mutate(string root, int times)
    {
        for (int i = 0; i < times; i++) MutateOnce(root);
    }

    /// <summary>Names and nodes of one kind below a folder, in order.</summary>
    public static List<(VirtualNode Parent, string Name, VirtualNode Node)> Below(VirtualNode folder, EntryKind? kind = null)
    {
        var found = new List<(VirtualNode, string, VirtualNode)>();
        foreach ((string name, VirtualNode node) in folder.Children)
        {
            if (kind is null || node.Kind == kind) found.Add((folder, name, node));
            if (node.Kind == EntryKind.Directory) found.AddRange(Below(node, kind));
        }
        return found;
    }

    /// <summary>Other content of another or the same size, a moment later.</summary>
    public void Write(VirtualNode file)
    {
        file.Extents = null;
        file.Content = Content(chance.OneIn(2) ? file.Content.Length : Size());
        Changed(file);
        file.Modified = file.Changed;
    }

    private void MutateOnce(string root)
    {
        VirtualNode folder = tree[root];
        List<(VirtualNode Parent, string Name, VirtualNode Node)> files = Below(folder, EntryKind.File);
        List<VirtualNode> folders = [folder, .. Below(folder, EntryKind.Directory).Select(f => f.Node)];
        string what = chance.Pick<string>(Mutations);
        if (files.Count == 0 || what == "create")
        {
            Create(folders[chance.Below(folders.Count)], depth: 2);
            return;
        }
        (VirtualNode parent, string name, VirtualNode node) = files[chance.Below(files.Count)];
        VirtualNode other = folders[chance.Below(folders.Count)];
        switch (what)
        {
            case "write": Write(node); break;
            case "rewrite":
                Instant modified = node.Modified;
                Write(node);
                node.Modified = modified;
                break;
            case "grow":
                node.Extents = null;
                node.Content = [.. node.Content, .. Content(chance.Between(1, 5000))];
                Changed(node);
                node.Modified = node.Changed;
                break;
            case "mode":
                node.Mode = (uint)chance.Below(0x200);
                Changed(node);
                break;
            case "touch":
                Changed(node);
                node.Modified = new Instant(chance.Between(-1_000_000, 2_000_000_000), (uint)chance.Below(1_000_000_000));
                break;
            case "rename": Rename(parent, name, node, other); break;
            case "delete": Unlink(parent, name, node); break;
            case "link": Link(node, other); break;
            case "replace": Replace(parent, name, node); break;
            case "sparse":
                MakeSparse(node);
                Changed(node);
                node.Modified = node.Changed;
                break;
            default: RemoveOrMakeFolder(other, folder); break;
        }
    }

    private void Rename(VirtualNode parent, string name, VirtualNode node, VirtualNode other)
    {
        parent.Children.Remove(name);
        other.Children[FreeName(other)] = node;
        Changed(node);
        Stamp(parent);
        Stamp(other);
    }

    private void Unlink(VirtualNode parent, string name, VirtualNode node)
    {
        parent.Children.Remove(name);
        node.Links--;
        Changed(node);
        Stamp(parent);
    }

    private void Link(VirtualNode node, VirtualNode other)
    {
        other.Children[FreeName(other)] = node;
        node.Links++;
        Changed(node);
        Stamp(other);
    }

    /// <summary>
    /// As cp -p and rename do: another file under the name, with the size and time of the old one, perhaps even its inode.
    /// </summary>
    private void Replace(VirtualNode parent, string name, VirtualNode node)
    {
        Unlink(parent, name, node);
        bool again = node.Links == 0 && chance.OneIn(2);
        var made = new VirtualNode { Kind = EntryKind.File, Inode = again ? node.Inode : ++_lastInode, Mode = node.Mode };
        made.Content = Content(node.Content.Length);
        (made.Modified, made.Changed) = (node.Modified, node.Changed);
        Changed(made);
        parent.Children[name] = made;
    }

    private void RemoveOrMakeFolder(VirtualNode folder, VirtualNode root)
    {
        if (folder != root && chance.OneIn(3))
        {
            foreach ((VirtualNode parent, string name, VirtualNode node) in Below(folder)) Unlink(parent, name, node);
            return;
        }
        var made = new VirtualNode { Kind = EntryKind.Directory, Inode = ++_lastInode, Mode = 0x1ed };
        Stamp(made);
        folder.Children[FreeName(folder)] = made;
        Stamp(folder);
        Fill(made, depth: 2);
    }

    private void Fill(VirtualNode folder, int depth)
    {
        int count = depth == 0 ? chance.Between(_isSmall ? 1 : 3, _isSmall ? 5 : 12) : chance.Below(_isSmall ? 4 : 7);
        if (!_isSmall && depth == 0 && chance.OneIn(12)) count += 60; // more than one node
        for (int i = 0; i < count; i++) Create(folder, depth);
    }

    private void Create(VirtualNode folder, int depth)
    {
        EntryKind kind = chance.Pick(
            EntryKind.File, EntryKind.File, EntryKind.File, EntryKind.File, EntryKind.Directory, EntryKind.Symlink, EntryKind.Fifo);
        if (kind == EntryKind.Directory && depth > 3) kind = EntryKind.File;
        var made = new VirtualNode { Kind = kind, Inode = ++_lastInode, Mode = (uint)chance.Below(0x200) };
        if (kind == EntryKind.Directory) made.Mode |= 0x1c0;
        if (kind == EntryKind.Symlink) made.Target = Name();
        if (kind == EntryKind.Symlink) made.Mode = 0x1ff;
        if (kind == EntryKind.File) made.Content = Content(Size());
        if (kind == EntryKind.File && chance.OneIn(8)) MakeSparse(made);
        Stamp(made);
        folder.Children[FreeName(folder)] = made;
        Stamp(folder);
        if (kind == EntryKind.Directory) Fill(made, depth + 1);
        if (kind == EntryKind.File && chance.OneIn(8)) Link(made, folder);
    }

    private void MakeSparse(VirtualNode file)
    {
        var content = new byte[chance.Between(1, 40) * 4096 + chance.Below(100)];
        var extents = new List<FileExtent>();
        for (int at = chance.Below(5) * 4096; at < content.Length && extents.Count < 4; at += chance.Between(1, 6) * 4096)
        {
            int length = Math.Min(chance.Between(1, 4) * 4096, content.Length - at);
            chance.Fill(content.AsSpan(at, length));
            extents.Add(new FileExtent(at, length));
            at += length;
        }
        (file.Content, file.Extents) = (content, extents);
    }

    private int Size() => chance.Below(12) switch
    {
        0 => 0,
        1 => 1,
        2 => 4096,
        3 => chance.Between(60_000, 70_000),
        4 => _isSmall ? 20_000 : chance.Between(100_000, 300_000),
        _ => chance.Between(1, 3000),
    };

    private byte[] Content(int size)
    {
        var bytes = new byte[size];
        if (chance.OneIn(3)) bytes.AsSpan().Fill((byte)chance.Next());
        else chance.Fill(bytes);
        return bytes;
    }

    private byte[] Name()
    {
        var name = new byte[chance.OneIn(20) ? 255 : chance.Between(1, 12)];
        for (int i = 0; i < name.Length; i++)
            do name[i] = chance.OneIn(2) ? (byte)chance.Between('a', 'e') : (byte)chance.Between(1, 255);
            while (name[i] == '/');
        return name.AsSpan().SequenceEqual("."u8) || name.AsSpan().SequenceEqual(".."u8) ? [(byte)'x'] : name;
    }

    private string FreeName(VirtualNode folder)
    {
        string name;
        do name = System.Text.Encoding.Latin1.GetString(Name());
        while (folder.Children.ContainsKey(name));
        return name;
    }

    private void Stamp(VirtualNode node)
    {
        Changed(node);
        node.Modified = node.Changed;
    }

    /// <summary>A file system never lets two states of a file have one change time (Linux since 6.13 to the nanosecond).</summary>
    private void Changed(VirtualNode node)
    {
        Instant next = node.Changed.Plus(TimeSpan.FromTicks(1));
        node.Changed = Now > next ? Now : next;
    }
}
