namespace Backup.Messages.Jobs;

/// <summary>Why something in the FileSet is not in the tree as it is on disk. The numbers are on media.</summary>
public enum UnsavedReason : byte
{
    None = 0,
    PermissionDenied = 1,
    Vanished = 2,
    ChangedWhileRead = 3,
    ReadError = 4,
    MountPointVanished = 5,
    MountPointNotCrossed = 6,
    FileSystemTypeExcluded = 7,
    AttributesUnreadable = 8,
    NameRefused = 9,
}

/// <summary>One file that was not saved, or not as it should be. Path is bytes; Detail is the system's own words.</summary>
public sealed record UnsavedFile(byte[] Path, UnsavedReason Reason, string Detail)
{
    /// <summary>A rule of the FileSet asked for it; it is listed and is no warning.</summary>
    public bool IsByRule => Reason is UnsavedReason.MountPointNotCrossed or UnsavedReason.FileSystemTypeExcluded;
}
