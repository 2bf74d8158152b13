using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>Which sessions a tree leans on, and for how much. One thread.</summary>
public sealed class NeedsCounter
{
    private sealed class Sum
    {
        public long Files, Bytes, Nodes;
    }

    private readonly Dictionary<SessionId, Sum> _sums = [];
    private SessionId _lastSession;
    private Sum? _last;

    /// <summary>Content of an entry; times -1 takes it back.</summary>
    public void Count(TreeEntry entry, int times = 1)
    {
        if (entry.Reference.IsNone || entry.Kind != EntryKind.File || entry.Size == 0) return;
        Sum sum = Of(entry.Reference.Session);
        sum.Files += times;
        sum.Bytes += times * entry.Size;
    }

    public void CountNode(SessionId holder) => Of(holder).Nodes++;

    /// <summary>Everything below a directory that is kept as an older tree has it.</summary>
    internal void CountSubtree(NodeId directory, ReferenceNodes nodes)
    {
        var pending = new Stack<NodeId>();
        if (!directory.IsEmpty) pending.Push(directory);
        while (pending.TryPop(out NodeId id))
        {
            if (nodes.Source.Find(id) is not { } encoding) continue;
            if (nodes.HolderOf(id) is { } holder) CountNode(holder);
            TreeNode node = NodeCodec.Decode(encoding);
            foreach (NodeLink link in node.Links) pending.Push(link.Child);
            foreach (TreeEntry entry in node.Entries)
            {
                Count(entry);
                if (!entry.Child.IsEmpty) pending.Push(entry.Child);
            }
        }
    }

    /// <summary>In the order of the sessions' ids; none without a count.</summary>
    public IReadOnlyList<SessionNeed> ToList() =>
    [
        .. _sums.Where(s => s.Value.Files > 0 || s.Value.Nodes > 0).OrderBy(s => s.Key.Value)
            .Select(s => new SessionNeed(s.Key, s.Value.Files, s.Value.Bytes, s.Value.Nodes)),
    ];

    private Sum Of(SessionId session)
    {
        if (_last is not null && session == _lastSession) return _last;
        if (!_sums.TryGetValue(session, out Sum? sum)) _sums[session] = sum = new Sum();
        (_lastSession, _last) = (session, sum);
        return sum;
    }
}
