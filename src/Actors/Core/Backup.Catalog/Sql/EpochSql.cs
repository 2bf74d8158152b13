namespace Backup.Catalog.Sql;

/// <summary>Statements about epochs.</summary>
internal static class EpochSql
{
    public const string Current = "SELECT epoch FROM epoch";
    public const string Take = "UPDATE epoch SET epoch = CASE WHEN epoch >= @least THEN epoch + 1 ELSE @least END RETURNING epoch";
    public const string KeepAbove = "UPDATE epoch SET epoch = @used WHERE epoch < @used";
}
