using Backup.Catalog.Sql;
using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Catalog.Trees;

/// <summary>Tree nodes in SQL.</summary>
internal sealed class SqlTrees(SqlAccess access, NodeBodies bodies) : ITreeCatalog
{
    public byte[]? Find(NodeId id) => access.Read(new CatalogWork($"find node {id}"), unit => Encoding(unit, id));

    public SessionId? HolderOf(NodeId id, JobId? reference = null) =>
        access.Read(new CatalogWork($"find the holder of node {id}", reference), unit => Holder(unit, id, reference));

    public StoredNode? FindStored(NodeId id, JobId? reference = null) => access.Read(new CatalogWork($"find node {id}", reference), unit =>
        Encoding(unit, id) is { } encoding && Holder(unit, id, reference) is { } holder ? new StoredNode(id, holder, encoding) : null);

    private byte[]? Encoding(SqlUnit unit, NodeId id)
    {
        byte[]? body = unit.One<byte[]>(NodeSql.Body, new { hash = SqlId.Bytes(id) });
        if (body is null) return null;
        return bodies.Unpack(id, body) ?? throw new CatalogException(unit.Work, CatalogFault.Unusable,
            "its row is damaged; move the catalog away and rebuild it with 'backup-volume scan'");
    }

    private static SessionId? Holder(SqlUnit unit, NodeId id, JobId? reference) =>
        unit.One<byte[]>(NodeSql.Holder, new { hash = SqlId.Bytes(id), reference = reference?.Value }) is { } guid ? SessionId.Read(guid)
            : null;
}
