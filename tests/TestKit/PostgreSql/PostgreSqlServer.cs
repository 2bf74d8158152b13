using System.Globalization;
using Backup.Catalog.PostgreSql;
using Backup.TestKit.Processes;
using Npgsql;

namespace Backup.TestKit.PostgreSql;

/// <summary>
/// A private PostgreSQL server (tests/tools/private-postgresql). All tests of a run share one: the one that ./test started, or one that
/// this process starts when it first wants it and that ends with it. A test that stops its server takes one of its own. Thread safe.
/// </summary>
public sealed class PostgreSqlServer : IDisposable
{
    /// <summary>Where ./test says the folder of the server that it started.</summary>
    private const string FolderVariable = "BACKUP_TEST_POSTGRESQL";

    private static readonly Lazy<PostgreSqlServer> Common = new(() =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? new PostgreSqlServer(folder) : StartOwn());

    private static int _started;

    private readonly string _folder;
    private readonly Dictionary<string, string> _keys;
    private int _databases;
    private PostgreSqlOptions? _common;

    private PostgreSqlServer(string folder)
    {
        _folder = folder;
        _keys = File.ReadAllLines(Path.Combine(folder, "keys")).Select(line => line.Split('=', 2))
            .ToDictionary(key => key[0], key => key[1]);
    }

    public static PostgreSqlServer Shared => Common.Value;

    public static PostgreSqlServer StartOwn()
    {
        string name = $"backup-pg-{Environment.ProcessId}-{Interlocked.Increment(ref _started)}";
        string folder = Path.Combine(Path.GetTempPath(), name);
        Control("start", folder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new PostgreSqlServer(folder);
    }

    public int Port => int.Parse(_keys["port"], CultureInfo.InvariantCulture);
    public string Password => _keys["password"];

    /// <summary>The folder of its unix socket, where it asks for no password.</summary>
    public string Socket => _keys["socket"];

    /// <summary>By TCP, as the user that may do everything.</summary>
    public PostgreSqlOptions Database(string name) => new(_keys["host"], Port, name, _keys["user"], Password);

    /// <summary>A new empty database with a name of its own.</summary>
    public PostgreSqlOptions NewDatabase()
    {
        string name = $"t{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        Execute("postgres", $"CREATE DATABASE {name}");
        return Database(name);
    }

    /// <summary>
    /// A schema of its own for one test, in a database that all tests of this process share: to make a database and to drop one take long.
    /// </summary>
    public PostgreSqlOptions NewSchema()
    {
        _common ??= NewDatabase();
        return _common with { Schema = $"s{Interlocked.Increment(ref _databases)}" };
    }

    public void DropSchema(PostgreSqlOptions place) => Execute(place.Database, $"DROP SCHEMA IF EXISTS {place.Schema} CASCADE");

    /// <summary>Runs a statement as the user that may do everything.</summary>
    public void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(Database(database).ConnectionText() + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>From now on it offers TLS with this certificate and key (PEM), and asks it of who comes by TCP.</summary>
    public void ServeTls(string certificate, string key)
    {
        Write("server.crt", certificate);
        Write("server.key", key); // written by the server itself, which runs as another user than root's tests and takes no foreign key
        Execute("postgres", "COPY (SELECT 'local all all trust' UNION ALL SELECT 'hostssl all all all scram-sha-256') TO PROGRAM "
            + "'cat >pg_hba.conf'");
        Execute("postgres", "ALTER SYSTEM SET ssl = on");
        Restart();
    }

    private void Write(string file, string pem) => Execute("postgres",
        $"COPY (SELECT unnest(string_to_array('{pem.Trim()}', E'\n'))) TO PROGRAM 'umask 077; cat >{file}'");

    /// <summary>The server ends as on an order to restart: connections are cut, nothing is lost.</summary>
    public void Restart() => Control("restart", _folder);

    /// <summary>The server ends as in a crash.</summary>
    public void Kill() => Control("kill", _folder);

    public void StartAgain() => Control("again", _folder);

    public void Dispose() => Control("stop", _folder);

    private static void Control(string verb, params string[] arguments)
    {
        ProgramRun.Of(BuiltPrograms.Script("tests/tools/private-postgresql"), [verb, .. arguments]).EndsWith(0);
    }
}
