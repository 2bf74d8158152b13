using System.Runtime.InteropServices;

namespace Backup.Messages.Drives;

/// <summary>Native memory on a 4 KiB boundary, as direct I/O and the tape driver want it. Zeroed when made. Not thread safe.</summary>
public sealed unsafe class AlignedBuffer : IDisposable
{
    public const int Alignment = 4096;

    private static long _allocated;
    private byte* _memory;

    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        NativeMemory.Clear(_memory, (nuint)length);
        Interlocked.Add(ref _allocated, length);
    }

    ~AlignedBuffer() => Free();

    /// <summary>Bytes of all buffers of this process that have not been freed.</summary>
    public static long Allocated => Interlocked.Read(ref _allocated);

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
        if (_memory == null) return;
        NativeMemory.AlignedFree(_memory);
        Interlocked.Add(ref _allocated, -Length);
        _memory = null;
    }
}
