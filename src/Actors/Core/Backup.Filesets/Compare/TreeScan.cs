using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>
/// The one operation behind all levels: walks a FileSet, compares each entry with the reference tree in step, gives what is new to the sink
/// and grows the new tree. Memory is bounded: one listing and at most one reference node for each directory on the way down, open hard link
/// groups, and <see cref="RetriesMax"/> paths to try again. One thread.
/// </summary>
public sealed partial class TreeScan : IWalkVisitor
{
    /// <summary>Files that are tried again at the end; those beyond it are listed at once.</summary>
    public const int RetriesMax = 1000;

    /// <summary>A change so shortly before the reference scan may have gone unseen by it: clocks of file systems are coarse.</summary>
    private static readonly TimeSpan SureAfter = TimeSpan.FromSeconds(3);

    private readonly IFileTree _files;
    private readonly ScanOrder _order;
    private readonly ReferenceNodes _nodes;
    private readonly IScanSink _sink;
    private readonly TreeReader _reader;
    private readonly Instant _sureBefore;
    private readonly HardLinks _links = new();
    private readonly List<ScanLevel> _levels = [];
    private readonly List<MissedFile> _missed = [];
    private int _depth;

    public TreeScan(IFileTree files, ScanOrder order, ReferenceNodes nodes, IScanSink sink)
    {
        (_files, _order, _nodes, _sink) = (files, order, nodes, sink);
        _reader = new TreeReader(nodes.Source);
        _sureBefore = order.ReferenceScanStarted.Plus(-SureAfter);
    }

    public ScanCounts Counts { get; } = new();

    public NeedsCounter Needs { get; } = new();

    /// <summary>
    /// Walks, then tries again what could not be read, and gives the tree's root. Throws FileSetException where the FileSet cannot be
    /// carried out, and whatever the sink throws.
    /// </summary>
    public NodeId Run(CancellationToken cancellation)
    {
        new TreeWalk(_files, _order.FileSet, this).Run(cancellation);
        return RetryMissed(_root, cancellation);
    }

    private NodeId _root;

    private ScanLevel Level => _levels[_depth - 1];

    public void File(in WalkedEntry entry)
    {
        _sink.Seen(entry.Path);
        if (IsBeforeSince(entry.Status)) return;
        TreeEntry? older = Level.Reference.Find(entry.Name, isDirectory: false);
        Outcome outcome = Examine(entry, older);
        if (outcome.Entry is { } saved) AddFile(saved);
        else Miss(entry.Path, older, outcome.Fault, outcome.Detail);
    }

    public void Missed(in WalkedEntry entry, bool isDirectory, SystemFault fault)
    {
        _sink.Seen(entry.Path);
        TreeEntry? older = Level.Reference.Find(entry.Name, isDirectory);
        if (!isDirectory)
        {
            Miss(entry.Path, older, fault.Reason, fault.Words);
            return;
        }
        List(new UnsavedFile(entry.Path.ToArray(), fault.Reason, fault.Words));
        if (older is null) return;
        Needs.CountSubtree(older.Child, _nodes);
        AddDirectory(EntryMaker.Stale(older, fault.Reason));
    }

    public void NotCrossed(in WalkedEntry entry, UnsavedReason reason, string detail)
    {
        _sink.Seen(entry.Path);
        TreeEntry? older = Level.Reference.Find(entry.Name, isDirectory: true);
        TreeEntry directory = DirectoryEntry(entry, older, EntryFlags.NotCrossed);
        AddDirectory(EntryMaker.WithChild(directory, NodeId.Empty, EntryFlags.NotCrossed));
        List(new UnsavedFile(entry.Path.ToArray(), reason, detail));
    }

    private bool IsBeforeSince(in FileStatus status) =>
        _order.Since is { } since && status.Modified < since && status.Changed < since;

    private void AddFile(TreeEntry entry)
    {
        Counts.Entries++;
        Needs.Count(entry);
        Level.Builder.AddFile(entry);
    }

    private void AddDirectory(TreeEntry entry)
    {
        Counts.Entries++;
        Level.Builder.AddDirectory(entry);
    }

    /// <summary>Keeps the older version of a file that cannot be read, and remembers to try it again.</summary>
    private void Miss(ReadOnlySpan<byte> path, TreeEntry? older, UnsavedReason reason, string detail)
    {
        var unsaved = new UnsavedFile(path.ToArray(), reason, detail);
        if (_missed.Count < RetriesMax) _missed.Add(new MissedFile(unsaved, older));
        else List(unsaved);
        if (older is not null) AddFile(EntryMaker.Stale(older, reason));
    }

    private void List(UnsavedFile file)
    {
        if (!file.IsByRule) Counts.Unsaved++;
        if (!file.IsByRule) Counts.Warnings++;
        _sink.Unsaved(file);
    }

    private void Emit(ScanLevel level, NodeId id, byte[] encoding)
    {
        if (level.WasHere(id, _nodes.Source) && IsHeld(id)) return;
        Needs.CountNode(_order.Session);
        _sink.Node(id, encoding);
    }

    /// <summary>Counts a node of the reference tree that the new tree has too, where a session is known to hold it.</summary>
    private bool IsHeld(NodeId id)
    {
        if (_nodes.HolderOf(id) is not { } holder) return false;
        Counts.NodesHeld++;
        Needs.CountNode(holder);
        return true;
    }
}
