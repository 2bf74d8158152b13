using System.Runtime.InteropServices;

namespace Backup.Filesets.Linux;

/// <summary>
/// The system calls by which a tree is written, all relative to an open directory and with names as bytes. Each answers 0 or the error
/// number; those that open answer the descriptor or the negative error number. Nothing here follows a symbolic link in the last name.
/// </summary>
internal static unsafe partial class WriteCalls
{
    public const int NameBytesMax = 255;
    private const int LinkTargetBytesMax = 4095;
    private const int AtSymlinkNoFollow = 0x100;
    private const long OmitTime = 0x3ffffffe; // UTIME_OMIT

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int CreateNew = 0x40 | 0x80;
    private const int ReadWrite = 2;
    private const int NonBlocking = 0x800;

    public static int OpenDirectory(int directory, ReadOnlySpan<byte> name) => Open(directory, name, Directory | NoFollow | CloseOnExec, 0);

    /// <summary>Opens by a whole path as the operator gave it: links in it are followed, for it is the operator's own word.</summary>
    public static int OpenOperatorPath(ReadOnlySpan<byte> path)
    {
        byte[] text = [.. path, 0];
        fixed (byte* p = text) return Opened(openat(AtFolder.Current, p, Directory | CloseOnExec, 0));
    }

    public static int OpenNew(int directory, ReadOnlySpan<byte> name, uint mode) =>
        Open(directory, name, ReadWrite | CreateNew | NoFollow | CloseOnExec, mode);

    public static int OpenToRead(int directory, ReadOnlySpan<byte> name) => Open(directory, name, NoFollow | NonBlocking | CloseOnExec, 0);

    public static int OpenPath(int directory, ReadOnlySpan<byte> name) => Open(directory, name, PathOnly | NoFollow | CloseOnExec, 0);

    public static void Close(int descriptor)
    {
        if (descriptor >= 0) _ = close(descriptor);
    }

    public static int MakeDirectory(int directory, ReadOnlySpan<byte> name, uint mode)
    {
        var text = new NameText(name);
        return text.Fits ? Outcome(mkdirat(directory, text.Bytes, mode)) : ErrorNumber.NameTooLong;
    }

    /// <summary>Makes a FIFO, socket or device; <paramref name="mode"/> has the kind's bits.</summary>
    public static int MakeSpecial(int directory, ReadOnlySpan<byte> name, uint mode, ulong device)
    {
        var text = new NameText(name);
        return text.Fits ? Outcome(mknodat(directory, text.Bytes, mode, device)) : ErrorNumber.NameTooLong;
    }

    public static int MakeSymlink(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        var text = new NameText(name);
        if (!text.Fits || target.Length > LinkTargetBytesMax) return ErrorNumber.NameTooLong;
        byte* to = stackalloc byte[LinkTargetBytesMax + 1];
        target.CopyTo(new Span<byte>(to, LinkTargetBytesMax));
        to[target.Length] = 0;
        return Outcome(symlinkat(to, directory, text.Bytes));
    }

    public static int Link(int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to)
    {
        var old = new NameText(from);
        var fresh = new NameText(to);
        return old.Fits && fresh.Fits ? Outcome(linkat(fromDirectory, old.Bytes, toDirectory, fresh.Bytes, 0)) : ErrorNumber.NameTooLong;
    }

    public static int Rename(int directory, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var old = new NameText(from);
        var fresh = new NameText(to);
        return old.Fits && fresh.Fits ? Outcome(renameat(directory, old.Bytes, directory, fresh.Bytes)) : ErrorNumber.NameTooLong;
    }

    public static int Unlink(int directory, ReadOnlySpan<byte> name)
    {
        var text = new NameText(name);
        return text.Fits ? Outcome(unlinkat(directory, text.Bytes, 0)) : ErrorNumber.NameTooLong;
    }

    public static int ChangeOwner(int directory, ReadOnlySpan<byte> name, uint user, uint group)
    {
        var text = new NameText(name);
        return text.Fits ? Outcome(fchownat(directory, text.Bytes, user, group, AtSymlinkNoFollow)) : ErrorNumber.NameTooLong;
    }

    public static int ChangeOwner(int descriptor, uint user, uint group) => Outcome(fchown(descriptor, user, group));

    public static int ChangeMode(int descriptor, uint mode) => Outcome(fchmod(descriptor, mode));

    /// <summary>
    /// The mode of a FIFO, socket or device, by way of a descriptor that only names it: a link put in its place is not followed.
    /// </summary>
    public static int ChangeSpecialMode(int directory, ReadOnlySpan<byte> name, uint mode)
    {
        int named = OpenPath(directory, name);
        if (named < 0) return -named;
        fixed (byte* path = ProcessPath(named, default)) { int error = Outcome(chmod(path, mode)); Close(named); return error; }
    }

    /// <summary>Sets the time of last modification, and leaves that of last access.</summary>
    public static int ChangeTime(int directory, ReadOnlySpan<byte> name, long seconds, uint nanoseconds)
    {
        long* times = stackalloc long[4] { 0, OmitTime, seconds, nanoseconds };
        var text = new NameText(name);
        return text.Fits ? Outcome(utimensat(directory, text.Bytes, times, AtSymlinkNoFollow)) : ErrorNumber.NameTooLong;
    }

    public static int ChangeTime(int descriptor, long seconds, uint nanoseconds)
    {
        long* times = stackalloc long[4] { 0, OmitTime, seconds, nanoseconds };
        return Outcome(futimens(descriptor, times));
    }

    public static int Truncate(int descriptor, long length) => Outcome(ftruncate(descriptor, length));

    /// <summary>Writes all bytes at the offset, however many calls that takes.</summary>
    public static int WriteAt(int descriptor, ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* p = bytes) written = pwrite(descriptor, p, (nuint)bytes.Length, offset);
            if (written < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == ErrorNumber.Interrupted) continue;
                return error;
            }
            bytes = bytes[(int)written..];
            offset += written;
        }
        return 0;
    }

    public static uint EffectiveUser => geteuid();

    public static bool IsPrivileged => EffectiveUser == 0;

    private static int Open(int directory, ReadOnlySpan<byte> name, int flags, uint mode)
    {
        var text = new NameText(name);
        return text.Fits ? Opened(openat(directory, text.Bytes, flags, mode)) : -ErrorNumber.NameTooLong;
    }

    private static int Outcome(int answer) => answer == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static int Opened(int answer) => answer >= 0 ? answer : -Marshal.GetLastPInvokeError();

    /// <summary>A path to a name in an open directory (or to the descriptor itself) for calls that know no directory argument.</summary>
    private static byte[] ProcessPath(int descriptor, ReadOnlySpan<byte> name) => name.IsEmpty
        ? System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}\0")
        : [.. System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}/"), .. name, 0];

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int directory, byte* name, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdirat(int directory, byte* name, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mknodat(int directory, byte* name, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int symlinkat(byte* target, int directory, byte* name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat(int fromDirectory, byte* from, int toDirectory, byte* to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(int directory, byte* name, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchownat(int directory, byte* name, uint user, uint group, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(int descriptor, uint user, uint group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(int descriptor, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int chmod(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(int directory, byte* name, long* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int futimens(int descriptor, long* times);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(int descriptor, byte* bytes, nuint count, long offset);

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
