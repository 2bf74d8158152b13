using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>
/// One directory that is being scanned: its place in the reference, and the nodes it grows. Used again for the next of its depth.
/// </summary>
internal sealed class ScanLevel
{
    private HashSet<NodeId>? _held;

    /// <param name="emit">Takes a node that was made.</param>
    /// <param name="isHeld">Counts a node of the reference that stays as it is; false where it must be sent again.</param>
    public ScanLevel(Action<ScanLevel, NodeId, byte[]> emit, Func<NodeId, bool> isHeld) => Builder = new DirectoryBuilder(
        (id, encoding) => emit(this, id, encoding),
        (kind, entries) => Reference.NodeOf(kind, entries) is { } id && isHeld(id) ? id : null);

    public DirectoryBuilder Builder { get; }
    public ReferenceCursor Reference { get; } = new();

    /// <summary>The directory's own attributes; null for "/".</summary>
    public TreeEntry? Entry { get; private set; }
    public TreeEntry? Older { get; private set; }
    public DirectoryFacts Facts { get; private set; }

    /// <summary>Its mount point has vanished: the older content stays.</summary>
    public bool KeepsOlder { get; set; }
    private NodeId OlderNode { get; set; }

    public void Start(TreeEntry? entry, TreeEntry? older, NodeId olderNode, in DirectoryFacts facts)
    {
        (Entry, Older, OlderNode, Facts, KeepsOlder) = (entry, older, olderNode, facts, false);
        _held = null;
    }

    /// <summary>True where the node is one of this directory in the reference tree.</summary>
    public bool WasHere(NodeId id, INodeSource source)
    {
        if (OlderNode.IsEmpty) return false;
        if (id == OlderNode) return true;
        _held ??= NodesBelow(source);
        return _held.Contains(id);
    }

    private HashSet<NodeId> NodesBelow(INodeSource source)
    {
        var held = new HashSet<NodeId>();
        var pending = new Stack<NodeId>();
        pending.Push(OlderNode);
        while (pending.TryPop(out NodeId id))
        {
            if (!held.Add(id) || source.Find(id) is not { } encoding) continue;
            foreach (NodeLink link in NodeCodec.Decode(encoding).Links)
                if (link.Holds == NodeKind.Links) pending.Push(link.Child);
                else held.Add(link.Child);
        }
        return held;
    }
}
