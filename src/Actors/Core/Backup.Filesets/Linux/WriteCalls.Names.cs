using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backup.Filesets.Linux;

/// <summary>Numbers of errno that a restore tells apart; the same on x86-64 and arm64.</summary>
internal static class ErrorNumber
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int Range = 34;
    public const int NameTooLong = 36;
    public const int TooManyLinks = 40; // ELOOP: a symbolic link where none may be
    public const int NoData = 61;
    public const int NotSupported = 95;

    /// <summary>The system's words.</summary>
    public static string Words(int error) => Marshal.GetPInvokeErrorMessage(error);
}

internal static class AtFolder
{
    /// <summary>AT_FDCWD: the working directory of the process.</summary>
    public const int Current = -100;
}

/// <summary>A name of one entry with its closing zero, on the stack.</summary>
internal unsafe ref struct NameText
{
    private NameBuffer _buffer;

    public NameText(ReadOnlySpan<byte> name)
    {
        Fits = name.Length <= WriteCalls.NameBytesMax;
        if (!Fits) return;
        name.CopyTo(_buffer);
        _buffer[name.Length] = 0;
    }

    public bool Fits { get; }

    /// <summary>Valid while this value stays where it is, which a ref struct local does.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public byte* Bytes => (byte*)Unsafe.AsPointer(ref _buffer);

    [InlineArray(WriteCalls.NameBytesMax + 1)]
    private struct NameBuffer
    {
        private byte _first;
    }
}
