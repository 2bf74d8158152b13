using System.Runtime.InteropServices;
using Backup.Filesets.Walk;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Linux;

/// <summary>struct statx of the kernel, taken apart by its offsets (uapi/linux/stat.h).</summary>
internal static unsafe class StatusBuffer
{
    public const int Size = 256;
    private const ulong NoDumpAttribute = 0x40;
    private const uint BirthTimeField = 0x800;

    public static SystemFault Read(int directory, byte* path, int flags, out FileStatus status)
    {
        byte* buffer = stackalloc byte[Size];
        if (ReadCalls.statx(directory, path, flags | ReadCalls.NoFollowLink | ReadCalls.NoAutomount, ReadCalls.StatusFields, buffer) == 0)
            return Decode(buffer, out status);
        status = default;
        return LastFault();
    }

    public static SystemFault ReadHandle(int handle, out FileStatus status)
    {
        byte empty = 0;
        return Read(handle, &empty, ReadCalls.EmptyPath, out status);
    }

    public static SystemFault LastFault() => new(Marshal.GetLastPInvokeError());

    private static SystemFault Decode(byte* from, out FileStatus status)
    {
        uint mode = *(ushort*)(from + 28);
        EntryKind kind = KindOf(mode);
        status = new FileStatus
        {
            Kind = kind,
            Mode = mode & 0xfff,
            Links = *(uint*)(from + 16),
            UserId = *(uint*)(from + 20),
            GroupId = *(uint*)(from + 24),
            NoDump = (*(ulong*)(from + 8) & NoDumpAttribute) != 0,
            Inode = *(ulong*)(from + 32),
            Size = kind is EntryKind.File or EntryKind.Symlink ? *(long*)(from + 40) : 0,
            Blocks = *(long*)(from + 48),
            Born = (*(uint*)from & BirthTimeField) != 0 ? Time(from + 80) : default,
            Changed = Time(from + 96),
            Modified = Time(from + 112),
            DeviceNumber = kind is EntryKind.CharacterDevice or EntryKind.BlockDevice ? Pack(*(uint*)(from + 128), *(uint*)(from + 132))
                : 0,
            Device = Pack(*(uint*)(from + 136), *(uint*)(from + 140)),
            Mount = *(ulong*)(from + 144),
        };
        return kind == 0 ? new SystemFault(SystemFault.NotSupported) : SystemFault.None;
    }

    private static Instant Time(byte* from) => new(*(long*)from, *(uint*)(from + 8));

    /// <summary>makedev(3) of glibc.</summary>
    private static ulong Pack(uint major, uint minor) =>
        (minor & 0xffUL) | (major & 0xfffUL) << 8 | (minor & ~0xffUL) << 12 | (major & ~0xfffUL) << 32;

    private static EntryKind KindOf(uint mode) => (mode & 0xf000) switch
    {
        0x8000 => EntryKind.File,
        0x4000 => EntryKind.Directory,
        0xa000 => EntryKind.Symlink,
        0x1000 => EntryKind.Fifo,
        0xc000 => EntryKind.Socket,
        0x2000 => EntryKind.CharacterDevice,
        0x6000 => EntryKind.BlockDevice,
        _ => 0,
    };
}
