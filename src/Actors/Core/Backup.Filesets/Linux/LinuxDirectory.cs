using System.Runtime.InteropServices;
using System.Text;
using Backup.Filesets.Walk;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Linux;

/// <summary>One directory of the chain from the root; its handle may be closed while the walk is far below.</summary>
internal sealed unsafe class LinuxDirectory(LinuxFileTree tree, LinuxDirectory? parent, byte[] name, int handle) : IOpenDirectory
{
    private const int NameBytesMax = 1024; // NAME_MAX is 255, but some file systems decode longer names
    private const int TargetBytesMax = 64 << 10;
    private const int Closed = -1;

    private int _handle = handle;
    private FileStatus _identity;

    /// <summary>Opens relative to a directory (-1: an absolute path) without touching atime where that is allowed.</summary>
    public static SystemFault OpenHandle(int directory, ReadOnlySpan<byte> name, int kindFlags, out int handle)
    {
        int flags = kindFlags | ReadCalls.NoFollow | ReadCalls.NonBlock | ReadCalls.CloseOnExec;
        handle = Closed;
        byte* path = stackalloc byte[NameBytesMax];
        if (!Terminate(name, path)) return new SystemFault(SystemFault.NameTooLong);
        SystemFault fault = TryOpen(directory, path, flags | ReadCalls.NoAtime, out handle);
        return fault.Number == SystemFault.OperationNotPermitted ? TryOpen(directory, path, flags, out handle) : fault;
    }

    private static SystemFault TryOpen(int directory, byte* path, int flags, out int handle)
    {
        do handle = ReadCalls.openat(directory, path, flags, 0);
        while (handle < 0 && StatusBuffer.LastFault().Number == ReadCalls.Interrupted);
        return handle < 0 ? StatusBuffer.LastFault() : SystemFault.None;
    }

    private static bool Terminate(ReadOnlySpan<byte> name, byte* path)
    {
        if (name.Length >= NameBytesMax) return false;
        name.CopyTo(new Span<byte>(path, NameBytesMax));
        path[name.Length] = 0;
        return true;
    }

    /// <summary>The handle; opens it again from the root by names where the way back through ".." was cut.</summary>
    public SystemFault Handle(out int value)
    {
        value = _handle;
        if (_handle >= 0) return SystemFault.None;
        SystemFault fault = OpenFromRoot(out int opened);
        if (!fault.IsNone) return fault;
        if (!IsSelf(opened))
        {
            _ = ReadCalls.close(opened);
            return new SystemFault(SystemFault.Stale);
        }
        value = _handle = opened;
        return SystemFault.None;
    }

    private SystemFault OpenFromRoot(out int opened)
    {
        var names = new Stack<byte[]>();
        for (LinuxDirectory? at = this; at is not null; at = at.Parent) names.Push(at.Name);
        SystemFault fault = OpenHandle(-1, names.Pop(), ReadCalls.Directory, out opened);
        while (fault.IsNone && names.TryPop(out byte[]? next))
        {
            int above = opened;
            fault = OpenHandle(above, next, ReadCalls.Directory, out opened);
            _ = ReadCalls.close(above);
        }
        return fault;
    }

    private LinuxDirectory? Parent => parent;
    private byte[] Name => name;

    /// <summary>Closes the handle, and remembers which directory it was.</summary>
    public void Park()
    {
        _ = StatusBuffer.ReadHandle(_handle, out _identity);
        _ = ReadCalls.close(_handle);
        _handle = Closed;
    }

    /// <summary>
    /// Opens this parked directory again as the parent of a child; stays closed where the child has been moved elsewhere.
    /// </summary>
    public void ReturnFrom(LinuxDirectory child)
    {
        if (_handle >= 0 || child._handle < 0 || !OpenHandle(child._handle, ".."u8, ReadCalls.Directory, out int opened).IsNone) return;
        if (IsSelf(opened)) _handle = opened;
        else _ = ReadCalls.close(opened);
    }

    private bool IsSelf(int opened) =>
        StatusBuffer.ReadHandle(opened, out FileStatus status).IsNone && status.Inode == _identity.Inode
            && status.IsOnFileSystemOf(_identity);

    public SystemFault Status(out FileStatus status)
    {
        status = default;
        SystemFault fault = Handle(out int at);
        return fault.IsNone ? StatusBuffer.ReadHandle(at, out status) : fault;
    }

    public SystemFault Status(ReadOnlySpan<byte> entry, out FileStatus status)
    {
        status = default;
        byte* path = stackalloc byte[NameBytesMax];
        if (!Terminate(entry, path)) return new SystemFault(SystemFault.NameTooLong);
        SystemFault fault = Handle(out int at);
        return fault.IsNone ? StatusBuffer.Read(at, path, 0, out status) : fault;
    }

    public SystemFault List(DirectoryListing listing)
    {
        SystemFault fault = Handle(out int at);
        if (!fault.IsNone) return fault;
        byte* buffer = tree.ListBuffer;
        nint got;
        while ((got = ReadCalls.getdents64(at, buffer, LinuxFileTree.ListBytes)) > 0)
        {
            // struct linux_dirent64: inode 64, offset 64, record length 16, type 8, name (getdents(2))
            for (byte* row = buffer; row < buffer + got; row += *(ushort*)(row + 16))
            {
                ReadOnlySpan<byte> found = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(row + 19);
                if (found is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
                if (!listing.TryAdd(found, IsDirectory(found, row[18]))) return new SystemFault(SystemFault.NoMemory);
            }
        }
        return got < 0 ? StatusBuffer.LastFault() : SystemFault.None;
    }

    private bool IsDirectory(ReadOnlySpan<byte> entry, byte type)
    {
        const byte unknown = 0, directory = 4; // DT_UNKNOWN, DT_DIR
        return type == directory || (type == unknown && Status(entry, out FileStatus status).IsNone && status.Kind == EntryKind.Directory);
    }

    public SystemFault OpenDirectory(ReadOnlySpan<byte> entry, out IOpenDirectory? directory) => tree.Open(this, entry, out directory);

    public SystemFault OpenFile(ReadOnlySpan<byte> entry, out IOpenFile? file)
    {
        file = null;
        if (tree.OpenedFile.IsOpen) throw new InvalidOperationException("another file of this tree is open");
        SystemFault fault = Handle(out int at);
        if (fault.IsNone) fault = OpenHandle(at, entry, 0, out at);
        if (!fault.IsNone) return fault;
        tree.OpenedFile.Take(at);
        file = tree.OpenedFile;
        return SystemFault.None;
    }

    public SystemFault ReadLink(ReadOnlySpan<byte> entry, out byte[] target)
    {
        target = [];
        byte* path = stackalloc byte[NameBytesMax];
        if (!Terminate(entry, path)) return new SystemFault(SystemFault.NameTooLong);
        SystemFault fault = Handle(out int at);
        if (!fault.IsNone) return fault;
        nint length = ReadCalls.readlinkat(at, path, tree.ListBuffer, TargetBytesMax);
        if (length < 0) return StatusBuffer.LastFault();
        target = new ReadOnlySpan<byte>(tree.ListBuffer, (int)length).ToArray();
        return SystemFault.None;
    }

    public SystemFault ExtendedAttributes(ReadOnlySpan<byte> entry, out IReadOnlyList<ExtendedAttribute> attributes)
    {
        attributes = [];
        SystemFault fault = Handle(out int at);
        if (!fault.IsNone) return fault;
        if (entry.IsEmpty) return tree.Attributes.Read(at, null, out attributes);
        byte* path = stackalloc byte[NameBytesMax + 32];
        if (entry.Length >= NameBytesMax) return new SystemFault(SystemFault.NameTooLong);
        int prefix = Encoding.ASCII.GetBytes($"/proc/self/fd/{at}/", new Span<byte>(path, 32));
        Terminate(entry, path + prefix);
        return tree.Attributes.Read(at, path, out attributes);
    }

    public void Dispose()
    {
        tree.Closing(this);
        if (_handle >= 0) _ = ReadCalls.close(_handle);
        _handle = Closed;
    }
}
