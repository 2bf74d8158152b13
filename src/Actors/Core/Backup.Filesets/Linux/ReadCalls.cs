using System.Runtime.InteropServices;

namespace Backup.Filesets.Linux;

/// <summary>
/// The system calls that read a file system, as glibc exports them. Byte names, zero-terminated; errno by GetLastPInvokeError.
/// </summary>
internal static unsafe partial class ReadCalls
{
    private const string C = "libc";

    public const int NonBlock = 0x800, NoAtime = 0x40000, CloseOnExec = 0x80000;
    public const int NoFollowLink = 0x100, NoAutomount = 0x800, EmptyPath = 0x1000;
    public const int SeekData = 3, SeekHole = 4;
    public const int Interrupted = 4;

    /// <summary>statx: basic fields, birth time, mount id (uapi/linux/stat.h).</summary>
    public const uint StatusFields = 0x7ff | 0x800 | 0x1000;

    /// <summary>O_DIRECTORY and O_NOFOLLOW have other values on arm64 (uapi/asm/fcntl.h).</summary>
    public static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    [LibraryImport(C, SetLastError = true)]
    internal static partial int openat(int directory, byte* path, int flags, int mode);

    [LibraryImport(C)]
    internal static partial int close(int handle);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint pread(int handle, byte* buffer, nint count, long offset);

    [LibraryImport(C, SetLastError = true)]
    internal static partial long lseek(int handle, long offset, int whence);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint getdents64(int handle, byte* buffer, nint count);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, byte* status);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint readlinkat(int directory, byte* path, byte* buffer, nint count);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint flistxattr(int handle, byte* list, nint size);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint fgetxattr(int handle, byte* name, byte* value, nint size);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint llistxattr(byte* path, byte* list, nint size);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint lgetxattr(byte* path, byte* name, byte* value, nint size);

    [LibraryImport(C)]
    internal static partial int getpwuid_r(uint id, byte* record, byte* buffer, nint size, byte** result);

    [LibraryImport(C)]
    internal static partial int getgrgid_r(uint id, byte* record, byte* buffer, nint size, byte** result);
}
