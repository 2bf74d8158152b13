using Backup.Filesets.Restore;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.Restore;

/// <summary>Trees made by hand, checked by nobody, without content.</summary>
internal sealed class NodeStore : INodeSource, IContentSource
{
    private readonly Dictionary<NodeId, byte[]> _nodes = [];

    public byte[]? Find(NodeId id) => _nodes.GetValueOrDefault(id);

    public NodeId Add(IReadOnlyList<TreeEntry> files, params IReadOnlyList<TreeEntry> directories)
    {
        var links = new List<NodeLink>();
        if (files.Count > 0) links.Add(new NodeLink(Add(new TreeNode(NodeKind.Files, files, [])), NodeKind.Files, files[^1].Name));
        if (directories.Count > 0)
            links.Add(new NodeLink(Add(new TreeNode(NodeKind.Directories, directories, [])), NodeKind.Directories, directories[^1].Name));
        return links.Count == 1 ? links[0].Child : Add(new TreeNode(NodeKind.Links, [], links));
    }

    public void Fetch(IEnumerable<Want> wants, IContentSink sink, CancellationToken cancellation) => Assert.Empty(wants);

    private NodeId Add(TreeNode node)
    {
        byte[] encoding = NodeCodec.Encode(node);
        NodeId id = NodeCodec.IdOf(encoding);
        _nodes[id] = encoding;
        return id;
    }
}
