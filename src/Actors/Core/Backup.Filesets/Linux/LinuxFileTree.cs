using System.Runtime.InteropServices;
using Backup.Filesets.Walk;

namespace Backup.Filesets.Linux;

/// <summary>
/// The machine's file system, by handles and byte names only: a path longer than PATH_MAX is as good as any other. Of the
/// directories on the way down at most <see cref="OpenDirectoriesMax"/> are open; the others are opened again on the way up. One thread.
/// </summary>
public sealed unsafe class LinuxFileTree : IFileTree
{
    private const int OpenDirectoriesMax = 64;
    internal const int ListBytes = 256 << 10;

    private readonly OwnerNames _names = new();
    private readonly MountTable _mounts = new();
    private readonly List<LinuxDirectory> _chain = [];
    private int _firstOpen = 1; // the root is always open; those of the chain before this one are closed

    internal ExtendedAttributeReader Attributes { get; } = new();
    internal LinuxFile OpenedFile { get; }
    internal byte* ListBuffer { get; } = (byte*)NativeMemory.Alloc(ListBytes);

    public LinuxFileTree() => OpenedFile = new LinuxFile(Attributes);

    public SystemFault OpenRoot(out IOpenDirectory? directory)
    {
        if (_chain.Count > 0) throw new InvalidOperationException("the root of this tree is open already");
        return Open(null, "/"u8, out directory);
    }

    public string UserName(uint id) => _names.User(id);

    public string GroupName(uint id) => _names.Group(id);

    public string FileSystemType(in FileStatus status) => _mounts.TypeOf(status.Mount);

    internal SystemFault Open(LinuxDirectory? parent, ReadOnlySpan<byte> name, out IOpenDirectory? directory)
    {
        directory = null;
        if (parent is not null && parent != _chain[^1]) throw new InvalidOperationException("directories are opened in stack order");
        int above = -1;
        if (parent is not null && parent.Handle(out above) is { IsNone: false } lost) return lost;
        SystemFault fault = LinuxDirectory.OpenHandle(above, name, ReadCalls.Directory, out int handle);
        if (!fault.IsNone) return fault;
        var opened = new LinuxDirectory(this, parent, name.ToArray(), handle);
        _chain.Add(opened);
        if (_chain.Count - _firstOpen > OpenDirectoriesMax) _chain[_firstOpen++].Park();
        directory = opened;
        return SystemFault.None;
    }

    /// <summary>
    /// Takes the innermost directory off the chain, and opens its parent again through "..", where that had to be closed.
    /// </summary>
    internal void Closing(LinuxDirectory directory)
    {
        if (directory != _chain[^1]) throw new InvalidOperationException("directories are closed in stack order");
        _chain.RemoveAt(_chain.Count - 1);
        if (_firstOpen > 1 && _firstOpen == _chain.Count) _chain[--_firstOpen].ReturnFrom(directory);
    }

    public void Dispose()
    {
        while (_chain.Count > 0) _chain[^1].Dispose();
        OpenedFile.Dispose();
        Attributes.Dispose();
        NativeMemory.Free(ListBuffer);
    }
}
