using System.Text;
using Backup.Filesets.Walk;
using Backup.Volumes.Trees;

namespace Backup.TestKit.Trees;

internal sealed class VirtualDirectory : IOpenDirectory
{
    private readonly VirtualFileTree _tree;
    private readonly VirtualNode _node;
    private readonly ulong _mount;

    public VirtualDirectory(VirtualFileTree tree, VirtualNode node, ulong mount)
    {
        (_tree, _node, _mount) = (tree, node, mount);
        tree.OpenDirectories++;
    }

    public SystemFault Status(out FileStatus status)
    {
        status = StatusOf(_node, _mount);
        return SystemFault.None;
    }

    public SystemFault Status(ReadOnlySpan<byte> name, out FileStatus status)
    {
        status = default;
        if (!Find(name, out VirtualNode node)) return new SystemFault(SystemFault.NoEntry);
        SystemFault fault = VirtualNode.Take(node.StatusFault, f => node.StatusFault = f);
        if (!fault.IsNone) return fault;
        status = StatusOf(node, MountOf(node));
        return SystemFault.None;
    }

    public SystemFault List(DirectoryListing listing)
    {
        foreach ((string name, VirtualNode node) in _node.Children.Reverse())
            if (!listing.TryAdd(Encoding.Latin1.GetBytes(name), node.Kind == EntryKind.Directory))
                return new SystemFault(SystemFault.NoMemory);
        return SystemFault.None;
    }

    public SystemFault OpenDirectory(ReadOnlySpan<byte> name, out IOpenDirectory? directory)
    {
        directory = null;
        if (!Find(name, out VirtualNode node)) return new SystemFault(SystemFault.NoEntry);
        if (node.Kind != EntryKind.Directory) return new SystemFault(SystemFault.NotDirectory);
        SystemFault fault = VirtualNode.Take(node.OpenFault, f => node.OpenFault = f);
        if (fault.IsNone) directory = new VirtualDirectory(_tree, node, MountOf(node));
        return fault;
    }

    public SystemFault OpenFile(ReadOnlySpan<byte> name, out IOpenFile? file)
    {
        file = null;
        if (!Find(name, out VirtualNode node)) return new SystemFault(SystemFault.NoEntry);
        SystemFault fault = VirtualNode.Take(node.OpenFault, f => node.OpenFault = f);
        if (!fault.IsNone) return fault;
        _tree.Opened++;
        file = new VirtualFile(node, MountOf(node));
        return SystemFault.None;
    }

    public SystemFault ReadLink(ReadOnlySpan<byte> name, out byte[] target)
    {
        target = Find(name, out VirtualNode node) ? node.Target : [];
        return target.Length > 0 ? SystemFault.None : new SystemFault(SystemFault.NoEntry);
    }

    public SystemFault ExtendedAttributes(ReadOnlySpan<byte> name, out IReadOnlyList<ExtendedAttribute> attributes)
    {
        VirtualNode node = _node;
        attributes = [];
        if (!name.IsEmpty && !Find(name, out node)) return new SystemFault(SystemFault.NoEntry);
        attributes = node.Attributes;
        return SystemFault.None;
    }

    public void Dispose() => _tree.OpenDirectories--;

    private bool Find(ReadOnlySpan<byte> name, out VirtualNode node) =>
        _node.Children.TryGetValue(Encoding.Latin1.GetString(name), out node!);

    private ulong MountOf(VirtualNode node) => node.Mount == 0 ? _mount : node.Mount;

    public static FileStatus StatusOf(VirtualNode node, ulong mount) => new()
    {
        Kind = node.Kind,
        Mode = node.Mode,
        Links = node.Links,
        NoDump = node.NoDump,
        Size = node.Kind == EntryKind.Symlink ? node.Target.Length : node.Content.Length,
        Blocks = node.Extents is null ? node.Content.Length / 512 + 1 : 0,
        Inode = node.Inode,
        Device = mount,
        Mount = mount,
        DeviceNumber = node.DeviceNumber,
        Modified = node.Modified,
        Changed = node.Changed,
    };
}

internal sealed class VirtualFile(VirtualNode node, ulong mount) : IOpenFile
{
    public SystemFault Status(out FileStatus status)
    {
        status = VirtualDirectory.StatusOf(node, mount);
        return SystemFault.None;
    }

    public SystemFault Read(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        SystemFault fault = VirtualNode.Take(node.ReadFault, f => node.ReadFault = f);
        if (!fault.IsNone) return fault;
        ReadOnlySpan<byte> rest = node.Content.AsSpan((int)Math.Min(offset, node.Content.Length));
        count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        if (node.WhileRead.Times == 0) return SystemFault.None;
        node.WhileRead = (node.WhileRead.Change, node.WhileRead.Times - 1);
        node.WhileRead.Change(node);
        return SystemFault.None;
    }

    public SystemFault NextExtent(long offset, out FileExtent extent)
    {
        extent = new FileExtent(offset, 0);
        foreach (FileExtent run in node.Extents ?? [new FileExtent(0, node.Content.Length)])
        {
            if (run.Offset + run.Length <= offset) continue;
            long start = Math.Max(run.Offset, offset);
            extent = new FileExtent(start, run.Offset + run.Length - start);
            break;
        }
        return SystemFault.None;
    }

    public SystemFault ExtendedAttributes(out IReadOnlyList<ExtendedAttribute> attributes)
    {
        attributes = node.Attributes;
        return SystemFault.None;
    }

    public void Dispose()
    {
    }
}
