using System.Reflection;
using Akka.Actor;
using Backup.Actors.Storage;
using Backup.Actors.Storage.Engine;
using Backup.Cluster.Inspection;
using Backup.Cluster.Membership;
using Backup.Cluster.Startup;
using Backup.Cluster.Telemetry;
using Backup.Configuration.Resources;
using Backup.Messages.Ids;
using Backup.Node.Api;
using Backup.Node.Observing;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;
using Backup.Transfer.Transports;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Running;

/// <summary>
/// One process with its roles. Channels, engines, catalog and sockets are made here, once, and outlive the actors that use them; the actor
/// system is made anew where it ends by itself. Everything is put away in the opposite order. Roles talk to each other over the same
/// sockets and protocols whether they share a process or not.
/// </summary>
internal sealed class NodeHost : IDisposable
{
    public static readonly string Version =
        typeof(NodeHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly Stack<IDisposable> _parts = new();
    private readonly NodeSettings _settings;
    private readonly NodeLog _nodeLog;
    private readonly ILoggerFactory _loggers;
    private readonly NodeTransport _node;
    private readonly ITransport _transport;
    private readonly ChannelSettings _channelSettings = new(TimeProvider.System);
    private readonly IEntropy _entropy = new SystemEntropy();
    private readonly List<(string Name, StorageEngine Engine)> _storages = [];
    private readonly List<HealthProbe> _probes = [];
    private readonly DirectorRole? _director;

    public NodeHost(NodeSettings settings, NodeLog log)
    {
        _settings = settings;
        _nodeLog = log;
        _loggers = log.Loggers;
        try
        {
            NodeMembership.Check(settings);
            Directory.CreateDirectory(settings.WorkFolder);
            _node = Kept(NodeTransport.Choose(settings, _loggers.CreateLogger("certificates")));
            _transport = _node.Transport;
            var commands = new NodeCommands(settings.Node);
            // A node of clients alone dials and listens nowhere, so that several run on one host.
            NodeChannels? channels = settings.Has(NodeRole.Director) || settings.Has(NodeRole.Storage) ? Listen() : null;
            if (channels is not null && settings.Has(NodeRole.Director))
                _director = Kept(new DirectorRole(settings, channels, _node, commands, _loggers));
            StartClients(_director is null ? [] : [ListenForClients(_director.Desk).Endpoint]);
            if (channels is not null) StartActors(channels);
            ServeConsole(commands);
            if (settings.Node.MetricsListen is { } listen) Observe(listen);
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

    private ControlListener ListenForClients(IControlDesk desk)
    {
        ILogger log = _loggers.CreateLogger("clients");
        return Kept(new ControlListener(
            _transport, _settings.Node.ControlListen, desk, _channelSettings,
            () => new ControlWelcome(0, _settings.Node.Name, Version, _director?.Epoch ?? 0),
            line => log.LogWarning("{Line}", line), _node.EnrolmentOf(_settings, _entropy)));
    }

    private void StartClients(IReadOnlyList<string> ownDirector)
    {
        var role = new ClientRole(_settings, _transport, _channelSettings, _entropy, _loggers);
        foreach (ClientResource client in _settings.Clients) Kept(role.Start(client, ownDirector, _probes));
    }

    /// <summary>
    /// Engines are made before the actors that adopt them, and are put away before the actor system ends: at a commit point that the rest
    /// of the node still records.
    /// </summary>
    private void StartActors(NodeChannels channels)
    {
        RenewedSystem? system = null;
        _parts.Push(new Part(() => system?.Dispose()));
        foreach (StorageResource storage in _settings.Storages)
        {
            StorageEngine engine = Kept(StorageRole.Open(_settings, storage, channels));
            _storages.Add((storage.Name, engine));
            _probes.Add(new HealthProbe($"storage {storage.Name}", () => engine.IsHeard ? null : "it is not attached to the cluster"));
        }
        system = new RenewedSystem(NewSystem, Populate, () => _director?.Ended(), _loggers.CreateLogger("actors"));
    }

    private ActorSystem NewSystem() => _settings.Node.Cluster is { } cluster
        ? NodeSystem.CreateMember(
            NodeProtocols.All, NodeMembership.Of(_settings, cluster, _node.Certificates),
            _director is null ? null : CatalogChoice.Journal(_settings))
        : NodeSystem.Create(NodeProtocols.All, CatalogChoice.Journal(_settings));

    /// <summary>Called once in each life of the actor system, on the thread that waits for its end.</summary>
    private void Populate(ActorSystem system)
    {
        system.AttachLog(_loggers);
        system.ActorOf(InspectorActor.Props(_settings.Node.Name, _nodeLog.Last), "inspector");
        var roles = new List<IActorRef>();
        IActorRef director;
        if (_director is null) director = DirectorSingleton.Proxy(system);
        else
        {
            (director, IActorRef role) = _director.Start(system);
            roles.Add(role);
        }
        foreach ((string name, StorageEngine engine) in _storages)
            roles.Add(system.ActorOf(
                StorageActor.Props(engine, director).WithDispatcher(ActorDispatchers.Storage), $"storage-{name}"));
        system.ActorOf(RoleWatch.Props(roles), "roles");
    }

    private void ServeConsole(NodeCommands commands)
    {
        ConsoleGroup? group = _settings.Node.ConsoleGroup is { } name ? ConsoleGroup.Of(name) : null;
        var options = new ApiOptions(_settings.Socket, Version) { Group = group };
        ApiServer server = ApiServer.Start(options, commands, _loggers, CancellationToken.None).GetAwaiter().GetResult();
        _parts.Push(new Part(() => server.DisposeAsync().AsTask().Wait(StopWithin)));
    }

    /// <summary>Started last: what it tells of is there.</summary>
    private void Observe(string listen)
    {
        if (_director is not null) _probes.Insert(0, new HealthProbe("catalog", _director.CatalogFault));
        ObservationServer server = Kept(ObservationServer.Start(
            new ObservationOptions(listen, _settings.Node.Name, Version), _probes, _loggers));
        Console.WriteLine($"backup-node: figures at {server.Address}/metrics, health at {server.Address}/health/ready");
    }

    private T Kept<T>(T part) where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }

    private sealed class Part(Action putAway) : IDisposable
    {
        public void Dispose() => putAway();
    }
}
