using Backup.Catalog.Sql;
using Backup.Catalog.Trees;
using Npgsql;
using NpgsqlTypes;

namespace Backup.Catalog.PostgreSql;

/// <summary>PostgreSQL's words. Many rows come by binary COPY into a table of the connection's own, and from there into place.</summary>
internal sealed class PostgreSqlDialect : SqlDialect
{
    public override string KeepJobIdsAbove => PostgreSqlSchema.KeepJobIdsAbove;

    /// <summary>
    /// Whoever takes an epoch waits for this transaction; if one was taken since this one's snapshot, this one is run again.
    /// </summary>
    public override string HoldEpoch => PostgreSqlSchema.HoldEpoch;

    public override string AmongJobs => PostgreSqlSchema.AmongJobs;

    public override int AddNodes(SqlUnit unit, NodeBodies bodies, long session, IEnumerable<NodeRow> nodes)
    {
        bool any = false;
        using (NpgsqlBinaryImporter import = ((NpgsqlConnection)unit.Connection).BeginBinaryImport(PostgreSqlSchema.CopyNodes))
        {
            foreach (NodeRow node in nodes)
            {
                any = true;
                import.StartRow();
                import.Write(node.Hash, NpgsqlDbType.Bytea);
                import.Write(bodies.Pack(node.Encoding), NpgsqlDbType.Bytea);
            }
            import.Complete();
        }
        if (!any) return 0;
        int added = unit.Execute(PostgreSqlSchema.PlaceNodes);
        unit.Execute(PostgreSqlSchema.PlaceHolders, new { session });
        return added;
    }

    public override void AddUnsaved(SqlUnit unit, long session, IEnumerable<UnsavedRow> notes)
    {
        bool any = false;
        using (NpgsqlBinaryImporter import = ((NpgsqlConnection)unit.Connection).BeginBinaryImport(PostgreSqlSchema.CopyUnsaved))
        {
            foreach (UnsavedRow note in notes)
            {
                any = true;
                import.StartRow();
                import.Write(note.FromIndex, NpgsqlDbType.Bigint);
                import.Write(note.Ordinal, NpgsqlDbType.Bigint);
                import.Write(note.Path, NpgsqlDbType.Bytea);
                import.Write(note.Reason, NpgsqlDbType.Bigint);
                import.Write(note.Detail, NpgsqlDbType.Text);
            }
            import.Complete();
        }
        if (!any) return;
        unit.Execute(PostgreSqlSchema.PlaceUnsaved, new { session });
    }
}
