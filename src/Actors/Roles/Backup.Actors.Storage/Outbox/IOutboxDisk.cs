using Microsoft.Win32.SafeHandles;

namespace Backup.Actors.Storage.Outbox;

/// <summary>How frames of the outbox reach stable storage: the seam at which a disk is full.</summary>
public interface IOutboxDisk
{
    /// <summary>Returns when the bytes are on stable storage. Throws <see cref="IOException"/> where they are not.</summary>
    void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> bytes, long offset);
}

/// <summary>The operating system's files.</summary>
public sealed class SystemDisk : IOutboxDisk
{
    public static readonly SystemDisk Instance = new();

    private SystemDisk()
    {
    }

    public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> bytes, long offset)
    {
        RandomAccess.Write(file, bytes, offset);
        RandomAccess.FlushToDisk(file);
    }
}
