using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backup.Filesets.Linux;

/// <summary>The kernel's struct statx, as far as it is read here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct InodeStatus
{
    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public uint User;
    [FieldOffset(24)] public uint Group;
    [FieldOffset(28)] public ushort ModeBits;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(48)] public ulong Sectors; // of 512 bytes, whatever the block size
    [FieldOffset(112)] public long ModifiedSeconds;
    [FieldOffset(120)] public uint ModifiedNanoseconds;
    [FieldOffset(128)] public uint DeviceNodeMajor;
    [FieldOffset(132)] public uint DeviceNodeMinor;
    [FieldOffset(136)] public uint FileSystemMajor;
    [FieldOffset(140)] public uint FileSystemMinor;

    public readonly uint Kind => ModeBits & 0xf000u;
    public readonly uint Permissions => ModeBits & 0xfffu;
    public readonly bool IsDirectory => Kind == KindBits.Directory;
    public readonly bool IsRegular => Kind == KindBits.Regular;
    public readonly bool IsSymlink => Kind == KindBits.Symlink;
    public readonly ulong FileSystem => ((ulong)FileSystemMajor << 32) | FileSystemMinor;
    public readonly ulong DeviceNode => ((ulong)DeviceNodeMajor << 32) | DeviceNodeMinor;
}

/// <summary>S_IFMT and its values.</summary>
internal static class KindBits
{
    public const uint Fifo = 0x1000;
    public const uint CharacterDevice = 0x2000;
    public const uint Directory = 0x4000;
    public const uint BlockDevice = 0x6000;
    public const uint Regular = 0x8000;
    public const uint Symlink = 0xa000;
    public const uint Socket = 0xc000;
}

internal static unsafe partial class WriteCalls
{
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0x7ff;
    private const int AttributeNamesBytesMax = 64 << 10; // XATTR_LIST_MAX
    private const int UsualNamesBytes = 1 << 10;
    private const int AttributeValueBytesMax = 64 << 10; // XATTR_SIZE_MAX

    public static int Status(int directory, ReadOnlySpan<byte> name, out InodeStatus status)
    {
        var text = new NameText(name);
        status = default;
        if (!text.Fits) return ErrorNumber.NameTooLong;
        fixed (InodeStatus* p = &status) return Outcome(statx(directory, text.Bytes, AtSymlinkNoFollow, BasicStatus, p));
    }

    public static int Status(int descriptor, out InodeStatus status)
    {
        byte nothing = 0;
        fixed (InodeStatus* p = &status) return Outcome(statx(descriptor, &nothing, EmptyPath, BasicStatus, p));
    }

    /// <summary>
    /// Names of the extended attributes of an open file, or of a name in an open directory; empty where the file system has none.
    /// </summary>
    public static int AttributeNames(int descriptor, ReadOnlySpan<byte> name, out List<byte[]> names)
    {
        // The kernel allocates as much as it is offered: most entries have none or few.
        int error = AttributeNames(descriptor, name, stackalloc byte[UsualNamesBytes], out names);
        return error == ErrorNumber.Range ? AttributeNames(descriptor, name, new byte[AttributeNamesBytesMax], out names) : error;
    }

    private static int AttributeNames(int descriptor, ReadOnlySpan<byte> name, Span<byte> buffer, out List<byte[]> names)
    {
        names = [];
        nint length;
        fixed (byte* to = buffer)
            if (name.IsEmpty) length = flistxattr(descriptor, to, (nuint)buffer.Length);
            else fixed (byte* path = ProcessPath(descriptor, name)) length = llistxattr(path, to, (nuint)buffer.Length);
        int error = length < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (error == ErrorNumber.NotSupported) return 0;
        if (error != 0) return error;
        for (ReadOnlySpan<byte> rest = buffer[..(int)length]; !rest.IsEmpty;)
        {
            int end = rest.IndexOf((byte)0);
            names.Add(rest[..end].ToArray());
            rest = rest[(end + 1)..];
        }
        return 0;
    }

    public static int AttributeValue(int descriptor, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, out byte[] value)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(AttributeValueBytesMax);
        try
        {
            nint length;
            fixed (byte* to = buffer)
            fixed (byte* key = Terminated(attribute))
                if (name.IsEmpty) length = fgetxattr(descriptor, key, to, (nuint)buffer.Length);
                else fixed (byte* path = ProcessPath(descriptor, name)) length = lgetxattr(path, key, to, (nuint)buffer.Length);
            value = length < 0 ? [] : buffer[..(int)length];
            return length < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static int SetAttribute(int descriptor, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* key = Terminated(attribute))
        fixed (byte* from = value)
        {
            if (name.IsEmpty) return Outcome(fsetxattr(descriptor, key, from, (nuint)value.Length, 0));
            fixed (byte* path = ProcessPath(descriptor, name)) return Outcome(lsetxattr(path, key, from, (nuint)value.Length, 0));
        }
    }

    public static int RemoveAttribute(int descriptor, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        fixed (byte* key = Terminated(attribute))
        {
            if (name.IsEmpty) return Outcome(fremovexattr(descriptor, key));
            fixed (byte* path = ProcessPath(descriptor, name)) return Outcome(lremovexattr(path, key));
        }
    }

    public static int LinkTarget(int directory, ReadOnlySpan<byte> name, out byte[] target)
    {
        byte* buffer = stackalloc byte[LinkTargetBytesMax + 1];
        var text = new NameText(name);
        target = [];
        if (!text.Fits) return ErrorNumber.NameTooLong;
        nint length = readlinkat(directory, text.Bytes, buffer, LinkTargetBytesMax + 1);
        if (length < 0) return Marshal.GetLastPInvokeError();
        target = new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
        return 0;
    }

    /// <summary>Reads at the offset; the number of bytes, 0 at the end, or the negative error number.</summary>
    public static int ReadAt(int descriptor, Span<byte> buffer, long offset)
    {
        fixed (byte* p = buffer)
        {
            nint got = pread(descriptor, p, (nuint)buffer.Length, offset);
            return got >= 0 ? (int)got : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>
    /// Where data begins at or after the offset; the end of the file where only a hole follows, the offset itself where the system does not
    /// say.
    /// </summary>
    public static long NextData(int descriptor, long offset)
    {
        const int SeekData = 3, SeekEnd = 2, NoSuchDevice = 6;
        long data = lseek(descriptor, offset, SeekData);
        if (data >= 0) return data;
        return Marshal.GetLastPInvokeError() == NoSuchDevice ? Math.Max(offset, lseek(descriptor, 0, SeekEnd)) : offset;
    }

    /// <summary>All names of an open directory but "." and "..", from its beginning.</summary>
    public static int Names(int directory, out List<byte[]> names)
    {
        names = [];
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            if (lseek(directory, 0, 0) < 0) return Marshal.GetLastPInvokeError();
            while (true)
            {
                nint length;
                fixed (byte* to = buffer) length = getdents64(directory, to, (nuint)buffer.Length);
                if (length < 0) return Marshal.GetLastPInvokeError();
                if (length == 0) return 0;
                AddNames(buffer.AsSpan(0, (int)length), names);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void AddNames(ReadOnlySpan<byte> records, List<byte[]> names)
    {
        const int LengthAt = 16, NameAt = 19; // struct linux_dirent64
        while (!records.IsEmpty)
        {
            int length = Unsafe.ReadUnaligned<ushort>(in records[LengthAt]);
            ReadOnlySpan<byte> name = records[NameAt..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)) names.Add(name.ToArray());
            records = records[length..];
        }
    }

    private static byte[] Terminated(ReadOnlySpan<byte> bytes) => [.. bytes, 0];

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte* name, int flags, uint mask, InodeStatus* status);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint flistxattr(int descriptor, byte* names, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint llistxattr(byte* path, byte* names, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint fgetxattr(int descriptor, byte* name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsetxattr(int descriptor, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fremovexattr(int descriptor, byte* name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lremovexattr(byte* path, byte* name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlinkat(int directory, byte* name, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getdents64(int directory, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(int descriptor, long offset, int from);
}
