using System.Globalization;
using Backup.Catalog.Sql;
using Dapper;
using Npgsql;

namespace Backup.Catalog.PostgreSql;

/// <summary>
/// Makes the schema, or brings it up to date, in one transaction under a lock, so that two processes that start at once do it once.
/// </summary>
internal static class PostgreSqlMigration
{
    /// <summary>The first that can be asked what became of a transaction by its 64-bit id.</summary>
    private const int ServerVersionMin = 13;

    public static void Run(NpgsqlConnection connection, PostgreSqlOptions options, CatalogWork work)
    {
        CatalogException Unusable(string reason) => new(work, CatalogFault.Unusable, reason);
        string here = $"schema {options.Schema} in database {options.Database} of PostgreSQL at {options.Server}";
        if (connection.PostgreSqlVersion.Major < ServerVersionMin)
            throw Unusable($"PostgreSQL at {options.Server} has version {connection.PostgreSqlVersion}; use {ServerVersionMin} or newer");
        if (connection.ExecuteScalar<string>(PostgreSqlSchema.Encoding) is var encoding && encoding != "UTF8")
            throw Unusable($"database {options.Database} of PostgreSQL at {options.Server} has encoding {encoding}; make one with UTF8");

        using NpgsqlTransaction transaction = connection.BeginTransaction();
        connection.Execute(PostgreSqlSchema.LockSchema, new { schema = options.Schema }, transaction);
        if (!connection.ExecuteScalar<bool>(PostgreSqlSchema.HasSchema, new { schema = options.Schema }, transaction))
            connection.Execute(PostgreSqlSchema.MakeSchema(options.Schema), transaction: transaction);
        if (!connection.ExecuteScalar<bool>(PostgreSqlSchema.HasVersions, transaction: transaction))
        {
            if (connection.ExecuteScalar<long>(PostgreSqlSchema.CountTables, new { schema = options.Schema }, transaction) > 0)
                throw Unusable($"{here} has tables, but is no catalog; name another database");
            connection.Execute(PostgreSqlSchema.MakeVersionTable, transaction: transaction);
        }
        int version = connection.ExecuteScalar<int?>(PostgreSqlSchema.ReadVersion, transaction: transaction) ?? 0;
        if (version > PostgreSqlSchema.Version)
        {
            string known = PostgreSqlSchema.Version.ToString(CultureInfo.InvariantCulture);
            throw Unusable($"{here} has schema version {version}, this program knows up to {known}; use the newer program");
        }
        for (int step = version; step < PostgreSqlSchema.Version; step++)
        {
            connection.Execute(PostgreSqlSchema.Steps[step], transaction: transaction);
            connection.Execute(PostgreSqlSchema.WriteVersion, new { version = step + 1 }, transaction);
        }
        transaction.Commit();
    }
}
