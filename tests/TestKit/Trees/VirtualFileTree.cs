using System.Text;
using Backup.Filesets.Walk;
using Backup.Volumes.Trees;

namespace Backup.TestKit.Trees;

/// <summary>A file system in memory with scripted faults. Paths are Latin-1 text: a character is a byte.</summary>
public sealed class VirtualFileTree : IFileTree
{
    private readonly Dictionary<ulong, string> _types = new() { [1] = "ext4" };
    private ulong _lastInode = 100;

    public VirtualFileTree() => Root = new VirtualNode { Kind = EntryKind.Directory, Inode = 2, Mode = 0x1ed, Mount = 1 };

    public VirtualNode Root { get; }

    /// <summary>Files opened to be read, so far.</summary>
    public int Opened { get; internal set; }

    /// <summary>Directories open now; 0 after every walk.</summary>
    public int OpenDirectories { get; internal set; }

    public VirtualNode this[string path] => Find(path) ?? throw new KeyNotFoundException(path);

    public VirtualNode? Find(string path)
    {
        VirtualNode? at = Root;
        foreach (string name in Names(path))
            if (at is null || !at.Children.TryGetValue(name, out at)) return null;
        return at;
    }

    /// <summary>Makes what is missing of the way.</summary>
    public VirtualNode Directory(string path)
    {
        VirtualNode at = Root;
        foreach (string name in Names(path))
            at = at.Children.TryGetValue(name, out VirtualNode? child) ? child : at.Children[name] = New(EntryKind.Directory);
        return at;
    }

    public VirtualNode File(string path, string content = "content") =>
        Put(path, EntryKind.File, n => n.Content = Encoding.Latin1.GetBytes(content));

    public VirtualNode Symlink(string path, string target) =>
        Put(path, EntryKind.Symlink, n => n.Target = Encoding.Latin1.GetBytes(target));

    public VirtualNode Special(string path, EntryKind kind) => Put(path, kind, _ => { });

    public VirtualNode Link(string path, string existing)
    {
        VirtualNode node = this[existing];
        node.Links++;
        Directory(Above(path)).Children[Last(path)] = node;
        return node;
    }

    /// <summary>Mounts a file system of that type on a directory, which gets another inode.</summary>
    public VirtualNode Mount(string path, string type)
    {
        VirtualNode node = Directory(path);
        node.Mount = (ulong)_types.Count + 1;
        node.Inode = 1;
        _types[node.Mount] = type;
        return node;
    }

    public void Remove(string path) => Directory(Above(path)).Children.Remove(Last(path));

    private VirtualNode Put(string path, EntryKind kind, Action<VirtualNode> fill)
    {
        VirtualNode node = New(kind);
        fill(node);
        return Directory(Above(path)).Children[Last(path)] = node;
    }

    private VirtualNode New(EntryKind kind) => new() { Kind = kind, Inode = ++_lastInode };

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
    private static string Above(string path) => path[..path.LastIndexOf('/')];
    private static string Last(string path) => path[(path.LastIndexOf('/') + 1)..];

    SystemFault IFileTree.OpenRoot(out IOpenDirectory? directory)
    {
        directory = new VirtualDirectory(this, Root, 1);
        return SystemFault.None;
    }

    string IFileTree.UserName(uint id) => id == 0 ? "root" : "";
    string IFileTree.GroupName(uint id) => id == 0 ? "root" : "";
    string IFileTree.FileSystemType(in FileStatus status) => _types[status.Mount];

    public void Dispose()
    {
    }
}
