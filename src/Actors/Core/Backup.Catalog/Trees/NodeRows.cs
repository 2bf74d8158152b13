using Backup.Catalog.Sql;
using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Catalog.Trees;

/// <summary>Nodes as they come with a commit point.</summary>
internal static class NodeRows
{
    /// <summary>The nodes as rows, each made sure to be what its id says and to come with the session that holds it.</summary>
    public static IEnumerable<NodeRow> Checked(SqlUnit unit, SessionId session, IEnumerable<StoredNode> nodes)
    {
        foreach (StoredNode node in nodes)
        {
            if (node.Encoding.Length > NodeBodies.EncodingBytesMax)
                throw unit.Refused($"node {node.Id} has {node.Encoding.Length} bytes, more than {NodeBodies.EncodingBytesMax}");
            if (node.Holder != session)
                throw unit.Refused($"node {node.Id} says session {node.Holder} holds it, but came with session {session}");
            if (NodeBodies.IdOf(node.Encoding) != node.Id)
                throw unit.Refused($"node {node.Id} is not what its id says; it was damaged on the way");
            yield return new NodeRow(SqlId.Bytes(node.Id), node.Encoding);
        }
    }
}
