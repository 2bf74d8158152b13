using System.Runtime.InteropServices;
using Backup.Filesets.Walk;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Linux;

/// <summary>All extended attributes of one entry, by handle or by path. Buffers are used again; one thread.</summary>
internal sealed unsafe class ExtendedAttributeReader : IDisposable
{
    private const int BufferBytes = 64 << 10; // XATTR_SIZE_MAX and XATTR_LIST_MAX of Linux

    /// <summary>
    /// Asked for first: the kernel allocates a buffer as long as ours for each call (64 KiB cost 4 % of a backup of small files, measured).
    /// </summary>
    private const int UsualBytes = 1 << 10;
    private const int AttemptsMax = 8; // the list may change between its listing and its reading

    private readonly byte* _list = (byte*)NativeMemory.Alloc(BufferBytes);
    private readonly byte* _value = (byte*)NativeMemory.Alloc(BufferBytes);

    public SystemFault Read(int handle, byte* path, out IReadOnlyList<ExtendedAttribute> attributes)
    {
        attributes = [];
        nint length = List(handle, path, UsualBytes);
        if (length < 0 && StatusBuffer.LastFault().Number == SystemFault.RangeExceeded) length = List(handle, path, BufferBytes);
        if (length == 0) return SystemFault.None;
        if (length < 0)
        {
            SystemFault fault = StatusBuffer.LastFault();
            return fault.Number == SystemFault.NotSupported ? SystemFault.None : fault;
        }
        return ReadValues(handle, path, (int)length, out attributes);
    }

    private nint List(int handle, byte* path, int bytes) =>
        path == null ? ReadCalls.flistxattr(handle, _list, bytes) : ReadCalls.llistxattr(path, _list, bytes);

    private SystemFault ReadValues(int handle, byte* path, int length, out IReadOnlyList<ExtendedAttribute> attributes)
    {
        var found = new List<ExtendedAttribute>();
        attributes = found;
        for (int at = 0; at < length;)
        {
            int name = new ReadOnlySpan<byte>(_list + at, length - at).IndexOf((byte)0);
            if (name < 0) break;
            SystemFault fault = ReadValue(handle, path, _list + at, out byte[]? value);
            if (!fault.IsNone) return fault;
            if (value is not null) found.Add(new ExtendedAttribute(new ReadOnlySpan<byte>(_list + at, name).ToArray(), value));
            at += name + 1;
        }
        found.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return SystemFault.None;
    }

    private SystemFault ReadValue(int handle, byte* path, byte* name, out byte[]? value)
    {
        value = null;
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            int bytes = attempt == 0 ? UsualBytes : BufferBytes;
            nint length = path == null
                ? ReadCalls.fgetxattr(handle, name, _value, bytes)
                : ReadCalls.lgetxattr(path, name, _value, bytes);
            if (length >= 0)
            {
                value = new ReadOnlySpan<byte>(_value, (int)length).ToArray();
                return SystemFault.None;
            }
            SystemFault fault = StatusBuffer.LastFault();
            if (fault.Number == SystemFault.NoData) return SystemFault.None;
            if (fault.Number != SystemFault.RangeExceeded) return fault;
        }
        return new SystemFault(SystemFault.RangeExceeded);
    }

    public void Dispose()
    {
        NativeMemory.Free(_list);
        NativeMemory.Free(_value);
    }
}
