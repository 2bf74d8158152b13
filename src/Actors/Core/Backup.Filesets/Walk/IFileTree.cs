using Backup.Volumes.Trees;

namespace Backup.Filesets.Walk;

/// <summary>
/// The seam to a file system. Names are bytes without a terminator. Nothing here throws for what a file system may answer: every call
/// says what happened by a <see cref="SystemFault"/>. One thread at a time; directories are opened and disposed in stack order.
/// </summary>
public interface IFileTree : IDisposable
{
    /// <summary>The directory "/".</summary>
    SystemFault OpenRoot(out IOpenDirectory? directory);

    /// <summary>Name of a user's number, empty where the system has none.</summary>
    string UserName(uint id);

    /// <summary>Name of a group's number, empty where the system has none.</summary>
    string GroupName(uint id);

    /// <summary>The type of the file system that a status came from ("ext4", "tmpfs"); "unknown" where the system does not say.</summary>
    string FileSystemType(in FileStatus status);
}

/// <summary>An open directory. The number of system handles behind it is bounded however deep the tree is.</summary>
public interface IOpenDirectory : IDisposable
{
    /// <summary>Status of the directory itself.</summary>
    SystemFault Status(out FileStatus status);

    /// <summary>Status of an entry; a symbolic link is not followed.</summary>
    SystemFault Status(ReadOnlySpan<byte> name, out FileStatus status);

    /// <summary>All names of the directory but "." and "..", in no order, put into <paramref name="listing"/>.</summary>
    SystemFault List(DirectoryListing listing);

    /// <summary>Opens a subdirectory; never follows a symbolic link.</summary>
    SystemFault OpenDirectory(ReadOnlySpan<byte> name, out IOpenDirectory? directory);

    /// <summary>
    /// Opens a regular file to read; never follows a link, never waits for the other end of a FIFO, leaves atime alone where it may.
    /// </summary>
    SystemFault OpenFile(ReadOnlySpan<byte> name, out IOpenFile? file);

    SystemFault ReadLink(ReadOnlySpan<byte> name, out byte[] target);

    /// <summary>All extended attributes of an entry, in the order of their names; an empty name stands for the directory itself.</summary>
    SystemFault ExtendedAttributes(ReadOnlySpan<byte> name, out IReadOnlyList<ExtendedAttribute> attributes);
}

/// <summary>A regular file open to read.</summary>
public interface IOpenFile : IDisposable
{
    SystemFault Status(out FileStatus status);

    /// <summary>Reads at an offset; 0 bytes at the end.</summary>
    SystemFault Read(long offset, Span<byte> buffer, out int count);

    /// <summary>The next run with data at or after an offset; length 0 where there is none up to the end.</summary>
    SystemFault NextExtent(long offset, out FileExtent extent);

    SystemFault ExtendedAttributes(out IReadOnlyList<ExtendedAttribute> attributes);
}

/// <summary>Bytes [Offset, Offset + Length) of a file that are stored; what lies between extents is a hole.</summary>
public readonly record struct FileExtent(long Offset, long Length);
