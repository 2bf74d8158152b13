using Backup.Catalog.Clients;
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
    private readonly NodeBodies _bodies = new();

    public SqlCatalog(SqlEngine engine)
    {
        _engine = engine;
        Jobs = new SqlJobs(engine);
        Sessions = new SqlSessions(engine, _bodies);
        Trees = new SqlTrees(engine, _bodies);
        Volumes = new SqlVolumes(engine);
        Clients = new SqlClients(engine);
        Log = new SqlLog(engine);
    }

    public IJobCatalog Jobs { get; }
    public ISessionCatalog Sessions { get; }
    public ITreeCatalog Trees { get; }
    public IVolumeCatalog Volumes { get; }
    public IClientCatalog Clients { get; }
    public ILogCatalog Log { get; }

    public InstallationId? Installation => _engine.Read(new CatalogWork("read the installation"), ReadInstallation);

    public void SetInstallation(InstallationId installation) =>
        _engine.Write(new CatalogWork("set the installation"), unit => Belong(unit, installation));

    public IReadOnlyList<string> Check() => _engine.Check();

    public void Dump(TextWriter to) => _engine.Read(new CatalogWork("dump"), unit =>
    {
        CatalogDump.Write(unit, to);
        return true;
    });

    public void Dispose()
    {
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
