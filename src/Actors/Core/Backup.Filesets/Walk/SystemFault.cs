using Backup.Messages.Jobs;

namespace Backup.Filesets.Walk;

/// <summary>
/// How a call to the file system ended: 0 is well, all else the system's error number (Linux, the same on x86-64 and arm64).
/// </summary>
public readonly record struct SystemFault(int Number)
{
    public const int OperationNotPermitted = 1, NoEntry = 2, InputOutput = 5, NoMemory = 12, PermissionDenied = 13, NotDirectory = 20,
        IsDirectory = 21, TooManyFiles = 24, RangeExceeded = 34, NameTooLong = 36, NoData = 61, TooManyLinks = 40, NotSupported = 95,
            Stale = 116;

    public static readonly SystemFault None;

    public bool IsNone => Number == 0;

    /// <summary>What it means for a file that was to be saved.</summary>
    public UnsavedReason Reason => Number switch
    {
        0 => UnsavedReason.None,
        OperationNotPermitted or PermissionDenied => UnsavedReason.PermissionDenied,
        NoEntry or NotDirectory or TooManyLinks or Stale => UnsavedReason.Vanished,
        _ => UnsavedReason.ReadError,
    };

    /// <summary>The system's own words.</summary>
    public string Words => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(Number).ToLowerInvariant();

    public override string ToString() => IsNone ? "no fault" : Words;
}
