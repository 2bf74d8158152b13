using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>
/// Puts one file into a finished tree: its directory is built again, and each directory above it up to the root. Emitted nodes must be
/// in the source at once.
/// </summary>
internal sealed class TreePatch(INodeSource source, Action<NodeId, byte[]> emit)
{
    private readonly TreeReader _reader = new(source);

    /// <summary>
    /// The new root. Throws <see cref="MissingNodeException"/> where the directory is not in the tree, or a node is not to be had.
    /// </summary>
    public NodeId Put(NodeId root, ReadOnlySpan<byte> path, TreeEntry file)
    {
        IReadOnlyList<byte[]> names = BytePath.Names(path);
        var way = new Stack<(NodeId Node, TreeEntry Directory)>();
        NodeId at = root;
        for (int i = 0; i < names.Count - 1; i++)
        {
            byte[] name = names[i];
            TreeEntry? directory = _reader.Entries(at).FirstOrDefault(e =>
                e.Kind == EntryKind.Directory && e.Name.AsSpan().SequenceEqual(name));
            if (directory is null) throw new MissingNodeException(at, $"{ByteText.Show(path)}: its directory is not in the tree");
            way.Push((at, directory));
            at = directory.Child;
        }
        NodeId changed = Rebuild(at, file);
        while (way.TryPop(out (NodeId Node, TreeEntry Directory) above))
            changed = Rebuild(above.Node, EntryMaker.WithChild(above.Directory, changed, above.Directory.Flags));
        return changed;
    }

    /// <summary>A directory with one entry put in the place of that of the same name and sort, or in its order.</summary>
    private NodeId Rebuild(NodeId directory, TreeEntry entry)
    {
        var builder = new DirectoryBuilder(emit);
        bool placed = false;
        foreach (TreeEntry present in _reader.Entries(directory))
        {
            int order = Order(present, entry);
            if (order >= 0 && !placed) Add(builder, entry);
            placed |= order >= 0;
            if (order != 0) Add(builder, present);
        }
        if (!placed) Add(builder, entry);
        return builder.Complete();
    }

    private static void Add(DirectoryBuilder builder, TreeEntry entry)
    {
        if (entry.Kind == EntryKind.Directory) builder.AddDirectory(entry);
        else builder.AddFile(entry);
    }

    private static int Order(TreeEntry left, TreeEntry right)
    {
        int kind = (left.Kind == EntryKind.Directory).CompareTo(right.Kind == EntryKind.Directory);
        return kind != 0 ? kind : left.Name.AsSpan().SequenceCompareTo(right.Name);
    }
}
