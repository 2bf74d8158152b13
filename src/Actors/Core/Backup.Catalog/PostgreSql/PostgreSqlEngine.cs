using System.Data;
using System.Data.Common;
using Backup.Catalog.Sql;
using Dapper;
using Npgsql;

namespace Backup.Catalog.PostgreSql;

/// <summary>
/// One schema of a PostgreSQL database. Writers are serializable, so that several processes keep each other's rules; what fails for that
/// alone is run again. A server that was started again is found again by the next call.
/// </summary>
internal sealed class PostgreSqlEngine : SqlEngine
{
    /// <summary>How often the server is asked what became of a transaction; at most 5 s.</summary>
    private const int AskedMax = 50;

    private static readonly CatalogWork Opening = new("open");

    private readonly PostgreSqlErrors _errors;
    private readonly NpgsqlDataSource _source;
    private NpgsqlConnection? _writer;

    public PostgreSqlEngine(PostgreSqlOptions options)
    {
        _errors = new PostgreSqlErrors(options);
        _source = NpgsqlDataSource.Create(options.ConnectionText());
        try
        {
            using NpgsqlConnection connection = Connect();
            PostgreSqlMigration.Run(connection, options, Opening);
        }
        catch (DbException e)
        {
            _source.Dispose();
            (CatalogFault fault, string reason) = _errors.Explain(e);
            throw new CatalogException(Opening, fault, reason, e);
        }
        catch (CatalogException)
        {
            _source.Dispose();
            throw;
        }
    }

    public override SqlDialect Dialect { get; } = new PostgreSqlDialect();

    public override IReadOnlyList<string> Check() => Read(new CatalogWork("check"), unit =>
    {
        List<string> faults = [];
        foreach (string table in PostgreSqlSchema.Tables)
        {
            try
            {
                unit.One<long>(PostgreSqlSchema.ReadWhole(table));
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted)
            {
                faults.Add($"table {table}: {e.MessageText}");
                break; // the transaction answers nothing more
            }
        }
        return (IReadOnlyList<string>)faults;
    });

    protected override DbConnection Writer()
    {
        if (_writer is { State: ConnectionState.Open } open) return open;
        _writer?.Dispose();
        _writer = null;
        NpgsqlConnection made = Connect();
        try
        {
            made.Execute(PostgreSqlSchema.MakeStaging);
        }
        catch (NpgsqlException)
        {
            made.Dispose();
            throw;
        }
        return _writer = made;
    }

    protected override Reader Rent() => new(Connect(), (connection, _) => connection.Dispose());

    protected override void Close()
    {
        _writer?.Dispose();
        _source.Dispose();
    }

    protected override DbTransaction BeginSnapshot(DbConnection connection) => connection.BeginTransaction(IsolationLevel.RepeatableRead);

    protected override DbTransaction BeginWriting(DbConnection connection) => connection.BeginTransaction(IsolationLevel.Serializable);

    /// <summary>Where the connection breaks just then, the server is asked what became of the transaction.</summary>
    protected override void Commit(DbConnection connection, DbTransaction transaction)
    {
        string? id = connection.ExecuteScalar<string?>(PostgreSqlSchema.TransactionId, transaction: transaction);
        try
        {
            transaction.Commit();
        }
        catch (NpgsqlException e) when (id is not null && PostgreSqlErrors.IsBroken(e))
        {
            if (!WasCommitted(id, e)) throw;
        }
    }

    protected override bool MayRepeat(DbException error, bool hasBegun)
    {
        if (error is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
            return true;
        if (hasBegun || !PostgreSqlErrors.IsBroken(error)) return false;
        _source.Clear(); // the pool's other connections are from before, too
        return true;
    }

    protected override (CatalogFault Fault, string Reason) Explain(DbException error) => _errors.Explain(error);

    private NpgsqlConnection Connect()
    {
        try
        {
            return _source.OpenConnection();
        }
        catch (NpgsqlException e)
        {
            throw new NotConnectedException(e);
        }
    }

    private bool WasCommitted(string id, NpgsqlException broken)
    {
        try
        {
            _source.Clear();
            using NpgsqlConnection connection = Connect();
            for (int asked = 0; asked < AskedMax; asked++)
            {
                string? state = connection.ExecuteScalar<string?>(PostgreSqlSchema.TransactionState, new { id });
                if (state is "committed" or "aborted") return state == "committed";
                connection.Execute(PostgreSqlSchema.WaitAtServer); // its backend has not noticed yet that nobody listens
            }
            throw new OutcomeUnknownException(broken);
        }
        catch (DbException e) when (e is not OutcomeUnknownException)
        {
            throw new OutcomeUnknownException(broken);
        }
    }
}
