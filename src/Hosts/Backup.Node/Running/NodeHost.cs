using System.Reflection;
using Akka.Actor;
using Backup.Actors.Director;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Clients;
using Backup.Actors.Director.Commands;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Storage;
using Backup.Catalog;
using Backup.Catalog.Sqlite;
using Backup.Cluster.Startup;
using Backup.Cluster.Telemetry;
using Backup.Configuration.Resources;
using Backup.Messages.Ids;
using Backup.Node.Api;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;
using Backup.Transfer.Transports;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Running;

/// <summary>
/// One process with its roles. Channels, engines and catalog are made here and outlive the actors that use them; everything is put away in
/// the opposite order. Roles talk to each other over the same sockets and protocols whether they share a process or not.
/// </summary>
internal sealed class NodeHost : IDisposable
{
    public static readonly string Version =
        typeof(NodeHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly Stack<IDisposable> _parts = new();
    private readonly NodeSettings _settings;
    private readonly ILoggerFactory _loggers;
    private readonly NodeTransport _node;
    private readonly ITransport _transport;
    private readonly ChannelSettings _channelSettings = new(TimeProvider.System);
    private readonly IEntropy _entropy = new SystemEntropy();
    private readonly NodeChannels _channels;

    public NodeHost(NodeSettings settings, ILoggerFactory loggers)
    {
        _settings = settings;
        _loggers = loggers;
        try
        {
            Directory.CreateDirectory(settings.WorkFolder);
            _node = Kept(NodeTransport.Choose(settings, loggers.CreateLogger("certificates")));
            _transport = _node.Transport;
            if (!settings.Has(NodeRole.Director))
                throw new NodeRefusedException($"node {settings.Node.Name} has no director role; nodes without one need TLS, "
                    + "which is not there yet");
            _channels = Listen();
            ICatalog catalog = OpenCatalog();
            Start(NewSystem(), catalog);
        }
        catch (Exception)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        while (_parts.TryPop(out IDisposable? part)) part.Dispose();
    }

    private NodeChannels Listen()
    {
        var desk = new TicketDesk(TimeProvider.System);
        ILogger log = _loggers.CreateLogger("channels");
        BulkListener listener = Kept(new BulkListener(
            _transport, _settings.Node.BulkListen, desk, _channelSettings, Version, line => log.LogWarning("{Line}", line)));
        return new NodeChannels(
            _settings.Node.Reach.BulkAddress ?? listener.Endpoint, desk,
            offer => BulkDialer.Open(_transport, offer, new HelloFacts(1, Version), _channelSettings)) { Node = _node.ProvenNode };
    }

    private ActorSystem NewSystem()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_settings.JournalFile)!);
        ActorSystem system = NodeSystem.Create(NodeProtocols.All, _settings.JournalFile);
        _parts.Push(new Stopping(system));
        system.AttachLog(_loggers);
        return system;
    }

    private ICatalog OpenCatalog()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_settings.CatalogFile)!);
        return Kept(SqliteCatalog.Open(_settings.CatalogFile));
    }

    /// <summary>Storages come last: they stop first, at a commit point that the rest of the node still records.</summary>
    private void Start(ActorSystem system, ICatalog catalog)
    {
        catalog.Jobs.KeepIdsAbove(new JobId(JournalNumbers.Highest(system, JobActor.PersistencePrefix).GetAwaiter().GetResult()));
        DirectorConfiguration configuration = DirectorConfiguration.Of(_settings, catalog, _loggers.CreateLogger("configuration"));
        var parts = new DirectorParts(
            _settings.Node.Name, Version, InstallationOf(catalog), configuration.Live,
            new CatalogGate(catalog), _channels, TimeProvider.System, _entropy) { Source = configuration.Source };
        IActorRef director = system.ActorOf(DirectorActor.Props(parts), "director");
        ControlListener control = ListenForClients(parts, director);
        var role = new ClientRole(_settings, _transport, _channelSettings, _entropy, _loggers);
        foreach (ClientResource client in _settings.Clients) Kept(role.Start(client, [control.Endpoint]));
        foreach (StorageResource storage in _settings.Storages)
            system.ActorOf(StorageActor.Props(Kept(StorageRole.Open(_settings, storage, _channels)), director), $"storage-{storage.Name}");
        ServeConsole(new DirectorCommands(system, director, parts));
    }

    private ControlListener ListenForClients(DirectorParts parts, IActorRef director)
    {
        ILogger log = _loggers.CreateLogger("clients");
        var desk = new ClientDesk(parts, director);
        return Kept(new ControlListener(
            _transport, _settings.Node.ControlListen, desk, _channelSettings, () => new ControlWelcome(0, _settings.Node.Name, Version),
            line => log.LogWarning("{Line}", line)));
    }

    private void ServeConsole(DirectorCommands commands)
    {
        ApiServer server = ApiServer.Start(new ApiOptions(_settings.Socket, Version), commands, _loggers, CancellationToken.None)
            .GetAwaiter().GetResult();
        _parts.Push(new StoppingApi(server));
    }

    /// <summary>
    /// The catalog says whose it is; the data directory knows it too, so that a catalog rebuilt from volumes is that of the same
    /// installation.
    /// </summary>
    private InstallationId InstallationOf(ICatalog catalog)
    {
        InstallationId own = catalog.Installation ?? ReadInstallation() ?? new InstallationId(_entropy.NewGuid());
        _node.MustBeOf(own);
        if (catalog.Installation is null) catalog.SetInstallation(own);
        File.WriteAllText(_settings.InstallationFile, own + "\n");
        return own;
    }

    private InstallationId? ReadInstallation() =>
        File.Exists(_settings.InstallationFile) && Guid.TryParse(File.ReadAllText(_settings.InstallationFile).Trim(), out Guid id)
            ? new InstallationId(id) : null;

    private T Kept<T>(T part) where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }

    private sealed class Stopping(ActorSystem system) : IDisposable
    {
        public void Dispose() => system.Terminate().Wait(StopWithin);
    }

    private sealed class StoppingApi(ApiServer server) : IDisposable
    {
        public void Dispose() => server.DisposeAsync().AsTask().Wait(StopWithin);
    }
}
