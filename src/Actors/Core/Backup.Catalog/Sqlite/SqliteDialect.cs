using System.Data.Common;
using Backup.Catalog.Sql;
using Backup.Catalog.Trees;

namespace Backup.Catalog.Sqlite;

/// <summary>SQLite's words. There is no way to it but a function call, so rows go one by one through prepared statements.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    public override string KeepJobIdsAbove => SqliteSchema.KeepJobIdsAbove;

    /// <summary>A writing transaction of SQLite keeps every other writer out from its beginning.</summary>
    public override string HoldEpoch => EpochSql.Current;

    public override string AmongJobs => SqliteSchema.AmongJobs;

    public override int AddNodes(SqlUnit unit, NodeBodies bodies, long session, IEnumerable<NodeRow> nodes)
    {
        using DbCommand find = unit.Prepare(NodeSql.IdOf, "@hash");
        using DbCommand add = unit.Prepare(NodeSql.Add, "@hash", "@body");
        using DbCommand hold = unit.Prepare(NodeSql.AddHolder, "@node", "@session");
        hold.Parameters[1].Value = session;
        int added = 0;
        foreach (NodeRow node in nodes)
        {
            find.Parameters[0].Value = node.Hash;
            object? id = find.ExecuteScalar();
            if (id is null)
            {
                added++;
                add.Parameters[0].Value = node.Hash;
                add.Parameters[1].Value = bodies.Pack(node.Encoding);
                id = add.ExecuteScalar()!;
            }
            hold.Parameters[0].Value = id;
            hold.ExecuteNonQuery();
        }
        return added;
    }

    public override void AddUnsaved(SqlUnit unit, long session, IEnumerable<UnsavedRow> notes)
    {
        foreach (UnsavedRow note in notes)
        {
            unit.Execute(SessionSql.AddUnsaved, new
            {
                id = session,
                from = note.FromIndex,
                ordinal = note.Ordinal,
                path = note.Path,
                reason = note.Reason,
                detail = note.Detail,
            });
        }
    }
}
