using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Filesets.Walk;

/// <summary>The rules of a FileSet about whole directories: file systems, cache tags, marker files.</summary>
internal sealed class DirectoryRules
{
    private readonly IFileTree _files;
    private readonly FileSet _fileSet;
    private readonly byte[][] _markers;

    public DirectoryRules(IFileTree files, FileSet fileSet)
    {
        (_files, _fileSet) = (files, fileSet);
        _markers = [.. (fileSet.ExcludeDirectoriesContaining ?? []).Select(ByteText.Parse)];
    }

    /// <summary>Why a directory is not entered by its file system; None where it is.</summary>
    public UnsavedReason Outside(in FileStatus status, in FileStatus parent, bool isRoot, out string detail)
    {
        detail = "";
        bool crosses = !status.IsOnFileSystemOf(parent);
        if (!crosses && !isRoot) return UnsavedReason.None;
        detail = _files.FileSystemType(status);
        if (IsExcludedType(detail)) return UnsavedReason.FileSystemTypeExcluded;
        return crosses && !isRoot && _fileSet.OneFileSystem ? UnsavedReason.MountPointNotCrossed : UnsavedReason.None;
    }

    private bool IsExcludedType(string type) =>
        (_fileSet.OnlyFileSystemTypes is { Count: > 0 } only && !only.Contains(type, StringComparer.OrdinalIgnoreCase))
        || (_fileSet.ExceptFileSystemTypes is { Count: > 0 } except && except.Contains(type, StringComparer.OrdinalIgnoreCase));

    /// <summary>False where a marker file keeps the directory out; of a tagged cache directory only the tag stays in the listing.</summary>
    public bool Admit(IOpenDirectory directory, DirectoryListing listing)
    {
        foreach (byte[] marker in _markers)
            if (listing.Contains(marker)) return false;
        if (!_fileSet.HonourCacheDirTag) return true;
        int tag = listing.Find("CACHEDIR.TAG"u8);
        if (tag >= 0 && HasSignature(directory)) listing.KeepOnly(tag);
        return true;
    }

    /// <summary>The tag counts only with its signature (Cache Directory Tagging Specification).</summary>
    private static bool HasSignature(IOpenDirectory directory)
    {
        ReadOnlySpan<byte> signature = "Signature: 8a477f597d28d172789f06886806bc55"u8;
        Span<byte> start = stackalloc byte[43];
        if (!directory.OpenFile("CACHEDIR.TAG"u8, out IOpenFile? file).IsNone) return false;
        using (file)
            return file!.Read(0, start, out int count).IsNone && count == start.Length && start.SequenceEqual(signature);
    }
}
