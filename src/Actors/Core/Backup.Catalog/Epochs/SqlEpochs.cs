using Backup.Catalog.Sql;

namespace Backup.Catalog.Epochs;

/// <summary>Epochs in SQL.</summary>
internal sealed class SqlEpochs(SqlAccess access) : IEpochCatalog
{
    public long Current => access.Read(new CatalogWork("read the epoch"), unit => unit.One<long>(EpochSql.Current));

    public long Take(long least = 0) =>
        access.Write(new CatalogWork("take an epoch"), unit => unit.One<long>(EpochSql.Take, new { least }));

    public void KeepAbove(long used) =>
        access.Write(new CatalogWork("keep epochs above"), unit => unit.Execute(EpochSql.KeepAbove, new { used }));
}
