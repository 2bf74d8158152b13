using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Filesets.Walk;

/// <summary>One entry as the walk meets it. Valid during the call. Kind is 0 in a status that could not be read.</summary>
public readonly ref struct WalkedEntry
{
    private readonly ref readonly FileStatus _status;

    public WalkedEntry(ReadOnlySpan<byte> path, IOpenDirectory? directory, in FileStatus status)
    {
        Path = path;
        Directory = directory;
        _status = ref status;
    }

    /// <summary>The absolute path.</summary>
    public ReadOnlySpan<byte> Path { get; }

    public ReadOnlySpan<byte> Name => BytePath.NameOf(Path);

    /// <summary>The directory that the entry was found in; null for "/".</summary>
    public IOpenDirectory? Directory { get; }

    public ref readonly FileStatus Status => ref _status;
}

/// <summary>What the walk knows of a directory that it enters.</summary>
public readonly record struct DirectoryFacts(IOpenDirectory Opened)
{
    /// <summary>A root of the FileSet.</summary>
    public bool IsRoot { get; init; }

    /// <summary>On the way to a root; itself not selected.</summary>
    public bool IsPassage { get; init; }

    /// <summary>Left out by a rule, and entered because a later rule may bring back something below.</summary>
    public bool IsSearched { get; init; }

    /// <summary>A mount point that is not crossed but has a root below.</summary>
    public bool IsNotCrossed { get; init; }

    /// <summary>Nothing at all is in it, whatever the rules say.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Not the root of a mounted file system.</summary>
    public bool IsOnFileSystemOfParent { get; init; }
}

/// <summary>
/// Who is told of what the walk meets, in the fixed order: a directory, its non-directories by name bytes, its subdirectories likewise,
/// its end.
/// </summary>
public interface IWalkVisitor
{
    void File(in WalkedEntry entry);

    void Enter(in WalkedEntry entry, in DirectoryFacts facts);

    void Leave();

    /// <summary>A directory that stays outside by a rule about file systems; its entry is kept.</summary>
    void NotCrossed(in WalkedEntry entry, UnsavedReason reason, string detail);

    /// <summary>An entry that was there and cannot be looked at; <paramref name="isDirectory"/> as the listing said.</summary>
    void Missed(in WalkedEntry entry, bool isDirectory, SystemFault fault);
}
