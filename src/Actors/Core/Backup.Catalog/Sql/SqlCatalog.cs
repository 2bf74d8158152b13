using Backup.Catalog.Clients;
using Backup.Catalog.Configurations;
using Backup.Catalog.Counters;
using Backup.Catalog.Epochs;
using Backup.Catalog.Jobs;
using Backup.Catalog.Log;
using Backup.Catalog.Sessions;
using Backup.Catalog.Trees;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;

namespace Backup.Catalog.Sql;

/// <summary>The catalog over any SQL engine: the rooms, and what concerns the whole house.</summary>
internal sealed class SqlCatalog : ICatalog
{
    private readonly SqlEngine _engine;
    private readonly NodeBodies _bodies;
    private readonly SqlAccess _access;
    private readonly bool _owns;

    public SqlCatalog(SqlEngine engine) : this(engine, new NodeBodies(), new SqlAccess(engine)) => _owns = true;

    private SqlCatalog(SqlEngine engine, NodeBodies bodies, SqlAccess access)
    {
        (_engine, _bodies, _access) = (engine, bodies, access);
        Jobs = new SqlJobs(access);
        Sessions = new SqlSessions(access, bodies);
        Trees = new SqlTrees(access, bodies);
        Volumes = new SqlVolumes(access);
        Clients = new SqlClients(access);
        Log = new SqlLog(access);
        Epochs = new SqlEpochs(access);
        Configurations = new SqlConfigurations(access);
        Counters = new SqlCounters(access);
    }

    public IJobCatalog Jobs { get; }
    public ISessionCatalog Sessions { get; }
    public ITreeCatalog Trees { get; }
    public IVolumeCatalog Volumes { get; }
    public IClientCatalog Clients { get; }
    public ILogCatalog Log { get; }
    public IEpochCatalog Epochs { get; }
    public IConfigurationCatalog Configurations { get; }
    public ICounterCatalog Counters { get; }

    public ICatalog Fenced(long epoch) => new SqlCatalog(_engine, _bodies, new SqlAccess(_engine, epoch));

    public InstallationId? Installation => _access.Read(new CatalogWork("read the installation"), ReadInstallation);

    public void SetInstallation(InstallationId installation) =>
        _access.Write(new CatalogWork("set the installation"), unit => Belong(unit, installation));

    public IReadOnlyList<string> Check() => _engine.Check();

    public void Dump(TextWriter to) => _access.Read(new CatalogWork("dump"), unit =>
    {
        CatalogDump.Write(unit, to);
        return true;
    });

    public void Dispose()
    {
        if (!_owns) return;
        _engine.Dispose();
        _bodies.Dispose();
    }

    /// <summary>Makes the catalog the installation's, or makes sure that it is.</summary>
    internal static bool Belong(SqlUnit unit, InstallationId installation)
    {
        if (ReadInstallation(unit) is { } owner)
        {
            return owner == installation ? false
                : throw unit.Refused(
                    $"this is the catalog of installation {owner}, not of {installation}; use a catalog of its own for that one");
        }
        return unit.Execute(ClientSql.SetInstallation, new { guid = SqlId.Bytes(installation) }) == 1;
    }

    private static InstallationId? ReadInstallation(SqlUnit unit) =>
        unit.One<byte[]>(ClientSql.Installation) is { } guid ? new InstallationId(new Guid(guid, bigEndian: true)) : null;
}
