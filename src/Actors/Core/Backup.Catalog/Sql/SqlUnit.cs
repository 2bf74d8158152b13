using System.Data.Common;
using Backup.Messages.Ids;
using Dapper;

namespace Backup.Catalog.Sql;

/// <summary>One read or one transaction under way, with what an error must say about it.</summary>
internal sealed class SqlUnit(SqlDialect dialect, DbConnection connection, DbTransaction? transaction, CatalogWork work)
{
    public CatalogWork Work { get; private set; } = work;
    public SqlDialect Dialect { get; } = dialect;
    public DbConnection Connection { get; } = connection;

    /// <summary>Whether the engine has answered anything yet: until then nothing was done, whatever became of the connection.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>From here on errors name this job.</summary>
    public void Concern(long job, string? name = null) => Work = Work with { Job = new JobId(job), JobName = name ?? Work.JobName };

    public CatalogException Refused(string reason) => new(Work, CatalogFault.Refused, reason);

    public int Execute(string sql, object? values = null) => Done(Connection.Execute(sql, values, transaction));
    public T? One<T>(string sql, object? values = null) => Done(Connection.QueryFirstOrDefault<T>(sql, values, transaction));
    public IReadOnlyList<T> Rows<T>(string sql, object? values = null) => Done(Connection.Query<T>(sql, values, transaction).AsList());

    /// <summary>Row by row, without holding them all.</summary>
    public IEnumerable<T> Stream<T>(string sql, object? values = null) =>
        Done(Connection.Query<T>(sql, values, transaction, buffered: false));

    /// <summary>A statement that is prepared once and run for many rows.</summary>
    public DbCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        DbCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (string name in parameters)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private T Done<T>(T result)
    {
        HasBegun = true;
        return result;
    }
}
