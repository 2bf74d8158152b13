using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>
/// A file to be read: its path, the open file, its status before reading, its attributes as an entry, and the older version if there is
/// one.
/// </summary>
public readonly ref struct FileContent(ReadOnlySpan<byte> path, IOpenFile file, in FileStatus status, TreeEntry attributes,
    TreeEntry? older)
{
    private readonly ref readonly FileStatus _status = ref status;

    public ReadOnlySpan<byte> Path { get; } = path;
    public IOpenFile File { get; } = file;
    public ref readonly FileStatus Status => ref _status;

    /// <summary>Everything but digest and reference; the Sparse flag is set where there are holes.</summary>
    public TreeEntry Attributes { get; } = attributes;

    public TreeEntry? Older { get; } = older;
}

/// <summary>How the reading of a file ended: its digest and where the content is, or why there is none.</summary>
public readonly record struct ContentAnswer(Digest Digest, ContentReference Reference, UnsavedReason Fault = UnsavedReason.None,
    string Detail = "")
{
    /// <summary>The digest is that of the older version, whose content stands for this one.</summary>
    public bool IsOlder { get; init; }

    public static ContentAnswer Failed(UnsavedReason reason, string detail) => new(Digest.None, ContentReference.None, reason, detail);
}

/// <summary>Who takes what a scan finds: records on their way to storage, or an estimate's counts. One thread.</summary>
public interface IScanSink
{
    /// <summary>Called for each entry, changed or not.</summary>
    void Seen(ReadOnlySpan<byte> path);

    /// <summary>A regular file that is new or may have changed: read it, unless an equal older version makes that needless.</summary>
    ContentAnswer Read(in FileContent content);

    /// <summary>An entry of a kind without content, new or changed. The answer is its own reference.</summary>
    ContentReference Entry(ReadOnlySpan<byte> path, TreeEntry entry);

    /// <summary>
    /// New attributes of an entry whose content is stored already: in an earlier session, or under another name of the same inode.
    /// </summary>
    void AttributesOnly(ReadOnlySpan<byte> path, TreeEntry entry, bool isFurtherName);

    void Directory(ReadOnlySpan<byte> path, TreeEntry entry);

    /// <summary>A node of the new tree that no session on media holds for sure.</summary>
    void Node(NodeId id, byte[] encoding);

    void Unsaved(UnsavedFile file);
}
