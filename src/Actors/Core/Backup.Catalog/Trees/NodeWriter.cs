using System.Data.Common;
using Backup.Catalog.Sql;
using Backup.Messages.Ids;
using Backup.Volumes.Trees;

namespace Backup.Catalog.Trees;

/// <summary>Adds nodes within one transaction: prepared statements, one check of each id, one body for all jobs. One thread.</summary>
internal sealed class NodeWriter : IDisposable
{
    private readonly SqlUnit _unit;
    private readonly NodeBodies _bodies;
    private readonly SessionId _session;
    private readonly DbCommand _find;
    private readonly DbCommand _add;
    private readonly DbCommand _hold;

    public NodeWriter(SqlUnit unit, NodeBodies bodies, SessionId session, long sessionRow)
    {
        _unit = unit;
        _bodies = bodies;
        _session = session;
        _find = unit.Prepare(NodeSql.IdOf, "@hash");
        _add = unit.Prepare(NodeSql.Add, "@hash", "@body");
        _hold = unit.Prepare(NodeSql.AddHolder, "@node", "@session");
        _hold.Parameters[1].Value = sessionRow;
    }

    /// <summary>Nodes that were in no job's tree before.</summary>
    public int Added { get; private set; }

    public void Add(StoredNode node)
    {
        if (node.Encoding.Length > NodeBodies.EncodingBytesMax)
            throw _unit.Refused($"node {node.Id} has {node.Encoding.Length} bytes, more than {NodeBodies.EncodingBytesMax}");
        if (node.Holder != _session)
            throw _unit.Refused($"node {node.Id} says session {node.Holder} holds it, but came with session {_session}");
        if (NodeBodies.IdOf(node.Encoding) != node.Id)
            throw _unit.Refused($"node {node.Id} is not what its id says; it was damaged on the way");
        byte[] hash = SqlId.Bytes(node.Id);
        _find.Parameters[0].Value = hash;
        object id = _find.ExecuteScalar() ?? Insert(hash, node.Encoding);
        _hold.Parameters[0].Value = id;
        _hold.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
        _hold.Dispose();
    }

    private object Insert(byte[] hash, byte[] encoding)
    {
        Added++;
        _add.Parameters[0].Value = hash;
        _add.Parameters[1].Value = _bodies.Pack(encoding);
        return _add.ExecuteScalar()!;
    }
}
