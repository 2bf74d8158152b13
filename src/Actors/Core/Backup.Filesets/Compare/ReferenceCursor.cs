using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>
/// One directory of the reference tree, read in step with the walk: names are asked for in the walk's order. A node that cannot be had
/// ends it early: what would have been compared is read anew.
/// </summary>
internal sealed class ReferenceCursor : IDisposable
{
    private IEnumerator<TreeEntry>? _entries;
    private TreeEntry? _current;
    private (NodeId Id, IReadOnlyList<TreeEntry> Entries) _files;
    private (NodeId Id, IReadOnlyList<TreeEntry> Entries) _directories;

    public ReferenceCursor() => _reached = Reached;

    private readonly Action<NodeId, TreeNode> _reached;

    /// <summary>Nodes that were not to be had.</summary>
    public bool IsBroken { get; private set; }

    public void Start(TreeReader reader, NodeId directory)
    {
        Dispose();
        IsBroken = false;
        if (directory.IsEmpty) return;
        _entries = reader.Entries(directory, _reached).GetEnumerator();
        Advance();
    }

    public TreeEntry? Find(ReadOnlySpan<byte> name, bool isDirectory)
    {
        while (_current is { } entry)
        {
            bool entryIsDirectory = entry.Kind == EntryKind.Directory;
            int order = entryIsDirectory != isDirectory
                ? entryIsDirectory ? 1 : -1
                : entry.Name.AsSpan().SequenceCompareTo(name);
            if (order > 0) return null;
            if (order == 0) return entry;
            Advance();
        }
        return null;
    }

    /// <summary>
    /// The node that was read last of its kind, where these are its very entries, none more and none less: nothing of it has changed.
    /// </summary>
    public NodeId? NodeOf(NodeKind kind, IReadOnlyList<TreeEntry> entries)
    {
        (NodeId id, IReadOnlyList<TreeEntry> read) = kind == NodeKind.Files ? _files : _directories;
        if (read is null || read.Count != entries.Count) return null;
        for (int i = 0; i < read.Count; i++)
            if (!ReferenceEquals(read[i], entries[i])) return null;
        return id;
    }

    private void Reached(NodeId id, TreeNode node)
    {
        if (node.Kind == NodeKind.Files) _files = (id, node.Entries);
        else if (node.Kind == NodeKind.Directories) _directories = (id, node.Entries);
    }

    private void Advance()
    {
        try
        {
            _current = _entries!.MoveNext() ? _entries.Current : null;
        }
        catch (MissingNodeException)
        {
            _current = null;
            IsBroken = true;
        }
    }

    public void Dispose()
    {
        _entries?.Dispose();
        _entries = null;
        _current = null;
        _files = _directories = default;
    }
}
