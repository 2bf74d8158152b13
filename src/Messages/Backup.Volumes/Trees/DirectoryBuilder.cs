using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Volumes.Trees;

/// <summary>
/// Builds the nodes of one directory from entries given in name-byte order (non-directories by <see cref="AddFile"/>, subdirectories by
/// <see cref="AddDirectory"/>; the two may alternate). Each node goes to <paramref name="emit"/> when it is full, children before the
/// node that links them.
/// A run is cut where a name's CRC32C says so, so a changed name changes one run and the nodes above it.
/// Where <paramref name="known"/> is given, it is asked first whether a run's very entries are a node that is there already: that one is
/// neither encoded nor emitted. After <see cref="Complete"/> the builder is empty and ready for the next directory. One thread.
/// </summary>
public sealed class DirectoryBuilder(Action<NodeId, byte[]> emit, Func<NodeKind, IReadOnlyList<TreeEntry>, NodeId?>? known = null)
{
    private const int EntriesMin = 32;
    private const int EntriesMax = 1024;
    private const int WeightMax = 256 << 10;
    private const int EntryWeight = 128; // an entry's columns without name, target and extended attributes, rounded up
    private const uint CutMask = 0xff;
    private const int LinksMin = 16;
    private const int LinksMax = 256;
    private const uint LinkCutMask = 0x3f;

    private readonly Run _files = new(NodeKind.Files);
    private readonly Run _directories = new(NodeKind.Directories);

    public void AddFile(TreeEntry entry) => Add(_files, entry);

    public void AddDirectory(TreeEntry entry) => Add(_directories, entry);

    private void Add(Run run, TreeEntry entry)
    {
        if (run.LastName is { } last && last.AsSpan().SequenceCompareTo(entry.Name) >= 0)
            throw new ArgumentException($"'{ByteText.Show(entry.Name)}' does not come after '{ByteText.Show(last)}'", nameof(entry));
        run.Entries.Add(entry);
        run.LastName = entry.Name;
        run.Weight += EntryWeight + entry.Name.Length + entry.LinkTarget.Length;
        IReadOnlyList<ExtendedAttribute> attributes = entry.ExtendedAttributes;
        for (int i = 0; i < attributes.Count; i++) run.Weight += attributes[i].Name.Length + attributes[i].Value.Length;
        bool cut = run.Entries.Count >= EntriesMin && (Crc32C.Compute(entry.Name) & CutMask) == 0;
        if (cut || run.Entries.Count == EntriesMax || run.Weight >= WeightMax) EndRun(run);
    }

    private void EndRun(Run run)
    {
        if (run.Entries.Count == 0) return;
        byte[] lastName = run.Entries[^1].Name;
        NodeId id = known?.Invoke(run.Kind, run.Entries) ?? Emit(new TreeNode(run.Kind, run.Entries, []));
        run.Links.Add(new NodeLink(id, run.Kind, lastName));
        run.Entries.Clear();
        run.Weight = 0;
    }

    /// <summary>Emits what is left and gives the directory's node; <see cref="NodeId.Empty"/> where nothing was added.</summary>
    public NodeId Complete()
    {
        EndRun(_files);
        EndRun(_directories);
        List<NodeLink> files = _files.Links, directories = _directories.Links;
        for (int level = 1; files.Count + directories.Count > LinksMax; level++)
        {
            files = LinkAbove(files, level);
            directories = LinkAbove(directories, level);
        }
        NodeId root = (files.Count + directories.Count) switch
        {
            0 => NodeId.Empty,
            1 => (files.Count == 1 ? files : directories)[0].Child,
            _ => Emit(new TreeNode(NodeKind.Links, [], [.. files, .. directories])),
        };
        _files.Reset();
        _directories.Reset();
        return root;
    }

    /// <summary>One level of Links nodes over links of one kind, cut by the same rule with other bits of the name's hash.</summary>
    private List<NodeLink> LinkAbove(List<NodeLink> links, int level)
    {
        if (links.Count <= 1) return links;
        var above = new List<NodeLink>();
        var group = new List<NodeLink>();
        foreach (NodeLink link in links)
        {
            group.Add(link);
            bool cut = group.Count >= LinksMin
                && (System.Numerics.BitOperations.RotateRight(Crc32C.Compute(link.LastName), 8 * level) & LinkCutMask) == 0;
            if (cut || group.Count == LinksMax) EndGroup(group, above);
        }
        EndGroup(group, above);
        return above;
    }

    private void EndGroup(List<NodeLink> group, List<NodeLink> above)
    {
        if (group.Count == 0) return;
        above.Add(group.Count == 1 ? group[0]
            : new NodeLink(Emit(new TreeNode(NodeKind.Links, [], group)), group[^1].Holds, group[^1].LastName));
        group.Clear();
    }

    private NodeId Emit(TreeNode node)
    {
        byte[] encoding = NodeCodec.Encode(node);
        NodeId id = NodeCodec.IdOf(encoding);
        emit(id, encoding);
        return id;
    }

    /// <summary>The entries of one kind since the last cut, and links to the runs before.</summary>
    private sealed class Run(NodeKind kind)
    {
        public NodeKind Kind => kind;
        public List<TreeEntry> Entries { get; } = [];
        public List<NodeLink> Links { get; private set; } = [];
        public byte[]? LastName { get; set; }
        public int Weight { get; set; }

        public void Reset()
        {
            Links = [];
            LastName = null;
        }
    }
}
