namespace Backup.Catalog.Sql;

/// <summary>
/// One caller's way to the engine: with an epoch, every write first makes sure that no later director has begun. Any thread.
/// </summary>
internal sealed class SqlAccess(SqlEngine engine, long? epoch = null)
{
    /// <summary>All statements of one read see the same state.</summary>
    public T Read<T>(CatalogWork work, Func<SqlUnit, T> read) => engine.Read(work, read);

    /// <summary>All of it in one transaction, or nothing.</summary>
    public T Write<T>(CatalogWork work, Func<SqlUnit, T> write) => epoch is not { } mine ? engine.Write(work, write)
        : engine.Write(work, unit =>
        {
            Require(unit, mine);
            return write(unit);
        });

    private static void Require(SqlUnit unit, long mine)
    {
        long present = unit.One<long>(unit.Dialect.HoldEpoch);
        if (present == mine) return;
        string reason = present > mine
            ? $"another director has taken over (epoch {present}; this one has {mine})"
            : $"the catalog was replaced by an older one (epoch {present}; this director has {mine}); start the director again";
        throw new CatalogException(unit.Work, CatalogFault.Superseded, reason);
    }
}
