using System.Data.Common;
using Backup.Messages.Ids;

namespace Backup.Catalog.Sql;

/// <summary>
/// What differs between database engines: connections and the words of their errors. One writer at a time behind a lock; readers have
/// connections of their own and see the last committed state. Any thread.
/// </summary>
internal abstract class SqlEngine : IDisposable
{
    /// <summary>How often a transaction is run before what the engine says against it is the caller's to know.</summary>
    private const int AttemptsMax = 8;

    private readonly Lock _writing = new();
    private bool _disposed;

    public abstract SqlDialect Dialect { get; }

    /// <summary>All statements of one read see the same state.</summary>
    public T Read<T>(CatalogWork work, Func<SqlUnit, T> read) => Attempt(work, (Progress progress) =>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using Reader reader = Rent();
        using DbTransaction snapshot = BeginSnapshot(reader.Connection);
        T result = read(progress.Unit = new SqlUnit(Dialect, reader.Connection, snapshot, work));
        reader.IsSound = true;
        return result;
    });

    /// <summary>All of it in one transaction, or nothing.</summary>
    public T Write<T>(CatalogWork work, Func<SqlUnit, T> write) => Attempt(work, (Progress progress) =>
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            DbConnection writer = Writer();
            using DbTransaction transaction = BeginWriting(writer);
            T result = write(progress.Unit = new SqlUnit(Dialect, writer, transaction, work));
            Commit(writer, transaction);
            return result;
        }
    });

    public abstract IReadOnlyList<string> Check();

    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed) return;
            _disposed = true;
            Close();
        }
    }

    /// <summary>The connection that writes. Called with the lock held.</summary>
    protected abstract DbConnection Writer();

    protected abstract Reader Rent();

    /// <summary>Puts all connections away.</summary>
    protected abstract void Close();

    /// <summary>A transaction that reads and keeps no writer waiting.</summary>
    protected abstract DbTransaction BeginSnapshot(DbConnection connection);

    protected virtual DbTransaction BeginWriting(DbConnection connection) => connection.BeginTransaction();

    protected virtual void Commit(DbConnection connection, DbTransaction transaction) => transaction.Commit();

    /// <summary>Whether the same transaction may be run again, because nothing of it happened and it may go better now.</summary>
    protected virtual bool MayRepeat(DbException error, bool hasBegun) => false;

    /// <summary>The engine's error in the operator's words: what is wrong and what to do.</summary>
    protected abstract (CatalogFault Fault, string Reason) Explain(DbException error);

    /// <summary>How far an attempt has come.</summary>
    private sealed class Progress
    {
        public SqlUnit? Unit { get; set; }
    }

    /// <summary>A connection to read from. One whose call failed is not sound: it is closed, not kept for the next.</summary>
    protected sealed class Reader(DbConnection connection, Action<DbConnection, bool> putBack) : IDisposable
    {
        public DbConnection Connection { get; } = connection;
        public bool IsSound { get; set; }

        public void Dispose() => putBack(Connection, IsSound);
    }

    private T Attempt<T>(CatalogWork work, Func<Progress, T> attempt)
    {
        for (int count = 1; ; count++)
        {
            var progress = new Progress();
            try
            {
                return attempt(progress);
            }
            catch (DbException e) when (count < AttemptsMax && MayRepeat(e, progress.Unit?.HasBegun ?? false))
            {
            }
            catch (DbException e)
            {
                throw Translate(progress.Unit?.Work ?? work, e);
            }
            catch (OverflowException e)
            {
                throw new CatalogException(
                    progress.Unit?.Work ?? work, CatalogFault.Refused, "a time lies outside the years 1678 to 2262", e);
            }
        }
    }

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
            using Reader reader = Rent();
            var unit = new SqlUnit(Dialect, reader.Connection, null, new CatalogWork("look up the name"));
            return unit.One<string>(JobSql.Name, new { id = job.Value });
        }
        catch (DbException)
        {
            return null;
        }
    }
}
