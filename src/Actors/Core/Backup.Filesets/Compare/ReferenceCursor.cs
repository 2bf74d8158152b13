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

    /// <summary>Nodes that were not to be had.</summary>
    public bool IsBroken { get; private set; }

    public void Start(TreeReader reader, NodeId directory)
    {
        Dispose();
        IsBroken = false;
        if (directory.IsEmpty) return;
        _entries = reader.Entries(directory).GetEnumerator();
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
    }
}
