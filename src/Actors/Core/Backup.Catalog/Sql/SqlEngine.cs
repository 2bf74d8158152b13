using System.Data.Common;
using Backup.Messages.Ids;

namespace Backup.Catalog.Sql;

/// <summary>
/// What differs between database engines: connections and the words of their errors. One writer at a time behind a lock; readers have
/// connections of their own and see the last committed state. Any thread.
/// </summary>
internal abstract class SqlEngine : IDisposable
{
    /// <summary>Idle reader connections that are kept open for the next reader.</summary>
    private const int IdleReadersMax = 4;

    private readonly Lock _writing = new();
    private readonly Lock _resting = new();
    private readonly Stack<DbConnection> _idle = new();
    private bool _disposed;

    /// <summary>All statements of one read see the same state.</summary>
    public T Read<T>(CatalogWork work, Func<SqlUnit, T> read)
    {
        SqlUnit? unit = null;
        DbConnection? connection = null;
        try
        {
            connection = Rent();
            T result;
            using (DbTransaction snapshot = BeginSnapshot(connection))
            {
                unit = new SqlUnit(connection, snapshot, work);
                result = read(unit);
            }
            Return(connection);
            connection = null;
            return result;
        }
        catch (DbException e)
        {
            throw Translate(unit?.Work ?? work, e);
        }
        catch (OverflowException e)
        {
            throw OutOfTime(work, e);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>All of it in one transaction, or nothing.</summary>
    public T Write<T>(CatalogWork work, Func<SqlUnit, T> write)
    {
        SqlUnit? unit = null;
        try
        {
            lock (_writing)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                using DbTransaction transaction = Writer.BeginTransaction();
                unit = new SqlUnit(Writer, transaction, work);
                T result = write(unit);
                transaction.Commit();
                return result;
            }
        }
        catch (DbException e)
        {
            throw Translate(unit?.Work ?? work, e);
        }
        catch (OverflowException e)
        {
            throw OutOfTime(unit?.Work ?? work, e);
        }
    }

    /// <summary>Moves the engine's own sequence of job ids behind @used, never back.</summary>
    public abstract string KeepJobIdsAbove { get; }

    /// <summary>Reads the epoch so that nobody takes another before this transaction has ended.</summary>
    public abstract string HoldEpoch { get; }

    public abstract IReadOnlyList<string> Check();

    public void Dispose()
    {
        lock (_writing)
        lock (_resting)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (DbConnection reader in _idle) reader.Dispose();
            Writer.Dispose();
        }
    }

    protected abstract DbConnection Writer { get; }

    protected abstract DbConnection OpenReader();

    /// <summary>A transaction that reads and keeps no writer waiting.</summary>
    protected abstract DbTransaction BeginSnapshot(DbConnection connection);

    /// <summary>The engine's error in the operator's words: what is wrong and what to do.</summary>
    protected abstract (CatalogFault Fault, string Reason) Explain(DbException error);

    private static CatalogException OutOfTime(CatalogWork work, OverflowException error) =>
        new(work, CatalogFault.Refused, "a time lies outside the years 1678 to 2262", error);

    private CatalogException Translate(CatalogWork work, DbException error)
    {
        (CatalogFault fault, string reason) = Explain(error);
        if (work.Job is { } job && work.JobName is null) work = work with { JobName = NameOf(job) };
        return new CatalogException(work, fault, reason, error);
    }

    /// <summary>For an error line; where the store cannot even tell the name, the id must do.</summary>
    private string? NameOf(JobId job)
    {
        try
        {
            using DbConnection connection = OpenReader();
            return new SqlUnit(connection, null, new CatalogWork("look up the name")).One<string>(JobSql.Name, new { id = job.Value });
        }
        catch (DbException)
        {
            return null;
        }
    }

    private DbConnection Rent()
    {
        lock (_resting)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out DbConnection? idle)) return idle;
        }
        return OpenReader();
    }

    private void Return(DbConnection connection)
    {
        lock (_resting)
        {
            if (!_disposed && _idle.Count < IdleReadersMax)
            {
                _idle.Push(connection);
                return;
            }
        }
        connection.Dispose();
    }
}
