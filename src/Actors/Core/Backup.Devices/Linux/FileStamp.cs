using System.Buffers.Binary;

namespace Backup.Devices.Linux;

/// <summary>Inode and time of change of a file: another stamp, another content.</summary>
internal static unsafe class FileStamp
{
    private const uint WantInodeAndTime = 0x100 | 0x40;
    private const int CurrentFolder = -100, InodeAt = 32, ModifiedAt = 112;

    /// <summary>Zeros where there is no such file.</summary>
    public static (ulong Inode, long Seconds, uint Nanoseconds) Of(string path)
    {
        byte* answer = stackalloc byte[FileCalls.StatxSize];
        if (FileCalls.Statx(CurrentFolder, path, 0, WantInodeAndTime, answer) != 0) return default;
        var bytes = new ReadOnlySpan<byte>(answer, FileCalls.StatxSize);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes[InodeAt..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[ModifiedAt..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[(ModifiedAt + 8)..]));
    }
}
