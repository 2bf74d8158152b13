using System.Runtime.InteropServices;

namespace Backup.Devices.Linux;

/// <summary>Numbers of Linux errors (asm-generic, the same on x86-64 and arm64) and their words for the operator.</summary>
internal static class Errno
{
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int TooLarge = 27;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int QuotaExceeded = 122;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "EPERM", [NotFound] = "ENOENT", [Interrupted] = "EINTR", [5] = "EIO", [6] = "ENXIO", [9] = "EBADF", [TryAgain] = "EAGAIN",
        [12] = "ENOMEM", [AccessDenied] = "EACCES", [16] = "EBUSY", [17] = "EEXIST", [19] = "ENODEV", [20] = "ENOTDIR", [21] = "EISDIR",
        [22] = "EINVAL", [23] = "ENFILE", [24] = "EMFILE", [26] = "ETXTBSY", [TooLarge] = "EFBIG", [NoSpace] = "ENOSPC", [29] = "ESPIPE",
        [ReadOnlyFileSystem] = "EROFS", [36] = "ENAMETOOLONG", [40] = "ELOOP", [95] = "EOPNOTSUPP", [110] = "ETIMEDOUT", [116] = "ESTALE",
        [QuotaExceeded] = "EDQUOT", [123] = "ENOMEDIUM",
    };

    /// <summary>The medium takes no more: the file system is full, a quota is, or a file may not be longer.</summary>
    public static bool IsFull(int error) => error is NoSpace or QuotaExceeded or TooLarge;

    /// <summary>"ENOSPC (No space left on device)".</summary>
    public static string Words(int error) =>
        $"{Names.GetValueOrDefault(error, $"errno {error}")} ({Marshal.GetPInvokeErrorMessage(error)})";
}
