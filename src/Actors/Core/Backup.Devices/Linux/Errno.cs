using System.Runtime.InteropServices;

namespace Backup.Devices.Linux;

/// <summary>Numbers of Linux errors (asm-generic, the same on x86-64 and arm64) and their words for the operator.</summary>
internal static class Errno
{
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSuchAddress = 6;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int NoDevice = 19;
    public const int ProcessFilesFull = 24;
    public const int SystemFilesFull = 23;
    public const int TooLarge = 27;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int TimedOut = 110;
    public const int Stale = 116;
    public const int QuotaExceeded = 122;
    public const int NoMedium = 123;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "EPERM", [NotFound] = "ENOENT", [Interrupted] = "EINTR", [InputOutput] = "EIO", [NoSuchAddress] = "ENXIO", [9] = "EBADF",
        [TryAgain] = "EAGAIN", [12] = "ENOMEM", [AccessDenied] = "EACCES", [Busy] = "EBUSY", [17] = "EEXIST", [NoDevice] = "ENODEV",
        [20] = "ENOTDIR", [21] = "EISDIR", [22] = "EINVAL", [SystemFilesFull] = "ENFILE", [ProcessFilesFull] = "EMFILE",
        [26] = "ETXTBSY", [TooLarge] = "EFBIG", [NoSpace] = "ENOSPC", [29] = "ESPIPE", [ReadOnlyFileSystem] = "EROFS",
        [36] = "ENAMETOOLONG", [40] = "ELOOP", [95] = "EOPNOTSUPP", [TimedOut] = "ETIMEDOUT", [Stale] = "ESTALE",
        [QuotaExceeded] = "EDQUOT", [NoMedium] = "ENOMEDIUM",
    };

    /// <summary>The medium takes no more: the file system is full, a quota is, or a file may not be longer.</summary>
    public static bool IsFull(int error) => error is NoSpace or QuotaExceeded or TooLarge;

    /// <summary>An open that was refused so may be granted later: a device that is busy, not there, not ready, or has no answer.</summary>
    public static bool MayPass(int error) => error is InputOutput or NoSuchAddress or TryAgain or Busy or NoDevice or ProcessFilesFull
        or SystemFilesFull or TimedOut or Stale or NoMedium;

    /// <summary>"ENOSPC (No space left on device)".</summary>
    public static string Words(int error) =>
        $"{Names.GetValueOrDefault(error, $"errno {error}")} ({Marshal.GetPInvokeErrorMessage(error)})";
}
