using System.Runtime.InteropServices;

namespace Backup.Messages.Drives;

/// <summary>Native memory on a 4 KiB boundary, as direct I/O and the tape driver want it. Zeroed when made. Not thread safe.</summary>
public sealed unsafe class AlignedBuffer : IDisposable
{
    public const int Alignment = 4096;
    private byte* _memory;

    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        NativeMemory.Clear(_memory, (nuint)length);
    }

    ~AlignedBuffer() => Free();

    public int Length { get; }

    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory == null, this);
            return new Span<byte>(_memory, Length);
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
