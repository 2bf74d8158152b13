using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>Is told what a walk over a tree comes by. Paths are the walk's memory until the call returns.</summary>
internal interface IRestoreVisitor
{
    /// <summary>
    /// A directory; false leaves out what is below. <paramref name="leadsOnly"/> is true where it only leads to something chosen.
    /// </summary>
    bool Enter(ReadOnlySpan<byte> path, TreeEntry directory, bool leadsOnly);

    /// <summary>A directory that was entered, after all below it.</summary>
    void Leave(ReadOnlySpan<byte> path, TreeEntry directory, bool leadsOnly);

    void Visit(ReadOnlySpan<byte> path, TreeEntry entry);

    /// <summary>A node of the tree is not to be had, or a name in it is none: a part of the directory is left out.</summary>
    void Miss(ReadOnlySpan<byte> path, string reason);
}

/// <summary>
/// Walks the chosen part of a tree in its own order, without recursion. Two walks of the same tree come by the same entries.
/// </summary>
internal sealed class RestoreWalk(INodeSource nodes, NodeId root, RestoreSelection selection)
{
    /// <summary>Longest path that is restored; a tree's own depth is bounded by it too.</summary>
    public const int PathBytesMax = 1 << 20;

    private readonly TreeReader _reader = new(nodes);
    private readonly Stack<Frame> _frames = new();
    private byte[] _path = new byte[4096];
    private int _length;

    private sealed record Frame(IEnumerator<TreeEntry> Entries, TreeEntry? Directory, RestoreSelection Selection, int PathLength);

    public void Run(IRestoreVisitor visitor, CancellationToken cancellation)
    {
        _length = 0;
        _frames.Push(new Frame(_reader.Entries(root).GetEnumerator(), null, selection, 0));
        while (_frames.TryPeek(out Frame? frame))
        {
            cancellation.ThrowIfCancellationRequested();
            _length = frame.PathLength;
            if (Next(frame, visitor) is { } entry) Step(frame, entry, visitor);
            else Leave(visitor);
        }
    }

    private TreeEntry? Next(Frame frame, IRestoreVisitor visitor)
    {
        try
        {
            return frame.Entries.MoveNext() ? frame.Entries.Current : null;
        }
        catch (Exception e) when (e is MissingNodeException or FormatException)
        {
            visitor.Miss(Path, $"a part of this directory's list is lost, what it named was not restored: {e.Message}");
            return null;
        }
    }

    private void Step(Frame frame, TreeEntry entry, IRestoreVisitor visitor)
    {
        if (frame.Selection.Enter(entry.Name) is not { } chosen) return;
        if (!DirectoryCursor.IsSafe(entry.Name) || _length + 1 + entry.Name.Length > PathBytesMax)
        {
            visitor.Miss(Path,
                $"an entry with the name '{ByteText.Show(entry.Name)}' cannot be restored: no file can have that name or so long a path");
            return;
        }
        Append(entry.Name);
        if (entry.Kind != EntryKind.Directory)
        {
            if (chosen.IsChosen) visitor.Visit(Path, entry);
            return;
        }
        if (!visitor.Enter(Path, entry, !chosen.IsChosen)) return;
        IEnumerable<TreeEntry> below = entry.Child.IsEmpty ? [] : _reader.Entries(entry.Child);
        _frames.Push(new Frame(below.GetEnumerator(), entry, chosen, _length));
    }

    private void Leave(IRestoreVisitor visitor)
    {
        Frame frame = _frames.Pop();
        frame.Entries.Dispose();
        if (frame.Directory is { } directory) visitor.Leave(Path, directory, !frame.Selection.IsChosen);
    }

    private ReadOnlySpan<byte> Path => _length == 0 ? BytePath.Root : _path.AsSpan(0, _length);

    private void Append(ReadOnlySpan<byte> name)
    {
        if (_path.Length < _length + 1 + name.Length) Array.Resize(ref _path, (_length + 1 + name.Length) * 2);
        _path[_length] = BytePath.Slash;
        name.CopyTo(_path.AsSpan(_length + 1));
        _length += 1 + name.Length;
    }
}
