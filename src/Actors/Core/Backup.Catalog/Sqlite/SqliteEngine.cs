using System.Data.Common;
using System.Globalization;
using Backup.Catalog.Sql;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Backup.Catalog.Sqlite;

/// <summary>One SQLite file: opening, migrating, and what its errors mean.</summary>
internal sealed class SqliteEngine : SqlEngine
{
    // SQLite's primary result codes (sqlite.org/rescode.html).
    private const int Busy = 5, Locked = 6, Corrupt = 11, Full = 13, CannotOpen = 14, Constraint = 19, NotADatabase = 26;

    /// <summary>Idle reader connections that are kept open for the next reader.</summary>
    private const int IdleReadersMax = 4;

    private static readonly CatalogWork Opening = new("open");
    private readonly SqliteCatalogOptions _options;
    private readonly PreparedConnection _writer;
    private readonly Lock _resting = new();
    private readonly Stack<DbConnection> _idle = new();
    private bool _closed;

    public SqliteEngine(SqliteCatalogOptions options)
    {
        _options = options;
        _writer = new PreparedConnection(ConnectionText(SqliteOpenMode.ReadWriteCreate));
        try
        {
            _writer.Open();
            Recognize();
            Prepare();
            Migrate();
        }
        catch (SqliteException e)
        {
            _writer.Dispose();
            (CatalogFault fault, string reason) = Explain(e);
            throw new CatalogException(Opening, fault, reason, e);
        }
        catch (CatalogException)
        {
            _writer.Dispose();
            throw;
        }
    }

    protected override DbConnection Writer() => _writer;

    protected override Reader Rent()
    {
        lock (_resting)
        {
            if (_idle.TryPop(out DbConnection? idle)) return new Reader(idle, PutBack);
        }
        var reader = new PreparedConnection(ConnectionText(SqliteOpenMode.ReadWrite));
        reader.Open();
        return new Reader(reader, PutBack);
    }

    protected override void Close()
    {
        lock (_resting)
        {
            _closed = true;
            foreach (DbConnection reader in _idle) reader.Dispose();
        }
        _writer.Dispose();
    }

    protected override DbTransaction BeginSnapshot(DbConnection connection) =>
        ((SqliteConnection)connection).BeginTransaction(deferred: true);

    public override SqlDialect Dialect { get; } = new SqliteDialect();

    public override IReadOnlyList<string> Check() => Read(new CatalogWork("check"), unit =>
    {
        List<string> faults = [.. unit.Rows<string>(SqliteSchema.CheckPages).Where(line => line != "ok")];
        if (faults.Count == 0) faults.AddRange(unit.Rows<string>(SqliteSchema.CheckReferences));
        return (IReadOnlyList<string>)faults;
    });

    protected override (CatalogFault Fault, string Reason) Explain(DbException error)
    {
        string path = _options.Path;
        string detail = error.Message;
        return (error as SqliteException)?.SqliteErrorCode switch
        {
            Full => (CatalogFault.Unavailable, $"no room for {path}: its disk or its limit is full; make room, then it goes on"),
            Busy or Locked => (CatalogFault.Unavailable,
                $"{path} has been locked by another process for {_options.BusySeconds} s; end that process"),
            Corrupt => (CatalogFault.Unusable, $"{path} is damaged ({detail}); move it away and rebuild it with 'backup-volume scan'"),
            NotADatabase => (CatalogFault.Unusable, $"{path} is no catalog (no SQLite database); name another file or move this one away"),
            CannotOpen => (CatalogFault.Unavailable, $"{path} cannot be opened ({detail}); look at its directory and permissions"),
            Constraint => (CatalogFault.Refused, detail),
            _ => (CatalogFault.Unavailable, $"{path}: {detail}"),
        };
    }

    private void PutBack(DbConnection connection, bool isSound)
    {
        lock (_resting)
        {
            if (isSound && !_closed && _idle.Count < IdleReadersMax)
            {
                _idle.Push(connection);
                return;
            }
        }
        connection.Dispose();
    }

    private string ConnectionText(SqliteOpenMode mode) => new SqliteConnectionStringBuilder
    {
        DataSource = _options.Path,
        Mode = mode,
        Pooling = false,
        ForeignKeys = true,
        DefaultTimeout = _options.BusySeconds,
    }.ToString();

    /// <summary>Tells a catalog from an empty file and from someone else's database, before anything is written.</summary>
    private void Recognize()
    {
        if (_writer.ExecuteScalar<long>(SqliteSchema.CountTables) == 0) return;
        if (_writer.ExecuteScalar<long>(SqliteSchema.ReadMark) != SqliteSchema.ApplicationId)
            throw new CatalogException(Opening, CatalogFault.Unusable,
                $"{_options.Path} is an SQLite database, but no catalog; name another file");
    }

    private void Prepare()
    {
        _writer.Execute(SqliteSchema.SizePages);
        _writer.Execute(SqliteSchema.SyncEveryCommit); // before the file is written for the first time, which the next line does
        _writer.Execute(SqliteSchema.UseWriteAheadLog);
        if (_options.BytesMax is not { } bytes) return;
        long pages = Math.Max(1, bytes / _writer.ExecuteScalar<long>(SqliteSchema.PageBytes));
        _writer.Execute(SqliteSchema.LimitPages + pages.ToString(CultureInfo.InvariantCulture));
    }

    private void Migrate()
    {
        using SqliteTransaction transaction = _writer.BeginTransaction();
        if (_writer.ExecuteScalar<long>(SqliteSchema.CountTables, transaction: transaction) == 0)
            _writer.Execute(SqliteSchema.MarkFile, transaction: transaction);
        _writer.Execute(SqliteSchema.MakeVersionTable, transaction: transaction);
        int version = (int)(_writer.ExecuteScalar<long?>(SqliteSchema.ReadVersion, transaction: transaction) ?? 0);
        if (version > SqliteSchema.Version)
        {
            throw new CatalogException(Opening, CatalogFault.Unusable,
                $"{_options.Path} has schema version {version}, this program knows up to {SqliteSchema.Version}; use the newer program");
        }
        for (int step = version; step < SqliteSchema.Version; step++)
        {
            _writer.Execute(SqliteSchema.Steps[step], transaction: transaction);
            _writer.Execute(SqliteSchema.WriteVersion, new { version = step + 1 }, transaction);
        }
        transaction.Commit();
    }
}
