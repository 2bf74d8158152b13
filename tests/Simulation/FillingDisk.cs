using Backup.Actors.Storage.Outbox;
using Microsoft.Win32.SafeHandles;

namespace Backup.Tests.Simulation;

/// <summary>The disk of an outbox: while it is full it takes a part of what it is given, and says that there was no room.</summary>
internal sealed class FillingDisk : IOutboxDisk
{
    public bool IsFull { get; set; }

    public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> bytes, long offset)
    {
        if (!IsFull)
        {
            SystemDisk.Instance.Write(file, bytes, offset);
            return;
        }
        RandomAccess.Write(file, bytes[0].Span[..(bytes[0].Length / 2)], offset);
        throw new IOException("No space left on device");
    }
}
