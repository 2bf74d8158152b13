using Akka.Actor;
using Backup.Actors.Client.Control;
using Backup.Actors.Client.Nodes;
using Backup.Cluster.Startup;
using Backup.Cluster.Telemetry;
using Backup.Configuration.Resources;
using Backup.Filesets.Linux;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Node.Observing;
using Backup.Scripts.Clients;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;
using Backup.Transfer.Transports;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Running;

/// <summary>Starts clients: each an engine, and an actor system of its own that is attached to a director by one link.</summary>
internal sealed class ClientRole(NodeSettings settings, ITransport transport, ChannelSettings channels,
    IEntropy entropy, ILoggerFactory loggers)
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    /// <summary>The directors are what the configuration names; without any, those given: the process's own.</summary>
    public IDisposable Start(ClientResource client, IReadOnlyList<string> own, List<HealthProbe> probes)
    {
        ILogger log = loggers.CreateLogger($"client.{client.Name}");
        Directory.CreateDirectory(Path.GetDirectoryName(settings.NodeCacheFile)!);
        var cache = new NodeCache(new NodeCacheSettings(settings.NodeCacheFile), TimeProvider.System);
        var parts = new ClientParts(() => new LinuxFileTree(), cache, Dial, TimeProvider.System, settings.WorkFolder);
        void Fault(Exception e) => log.LogError(e, "a fault of this program ended a job");
        NodeScripts allowed = settings.Node.Scripts;
        var marks = new ScriptMarks(Path.Combine(settings.Data, "scripts", client.Name), TimeProvider.System);
        var scripts = new ClientScripts(new ScriptPermission(allowed.Allowed, allowed.Folder), marks, TimeProvider.System);
        var work = new WatchedWork(new ClientWork(parts, Fault), TimeProvider.System);
        var engine = new ClientEngine(client.Name, work, Fault) { Scripts = scripts };
        ActorSystem system = NodeSystem.CreateWithoutJournal($"client-{client.Name}", ClientProtocol.Map);
        system.AttachLog(loggers);
        var hello = new ControlHello(ControlVersion.Min, ControlVersion.Max, client.Name, HostSystem.Platform, NodeHost.Version);
        IReadOnlyList<string> directors = settings.Node.Reach.Directors is { Count: > 0 } named ? named : own;
        string where = string.Join(", ", directors);
        probes.Add(new HealthProbe($"client {client.Name}", () => engine.IsHeard ? null : $"it has no link to a director at {where}"));
        string epochs = Path.Combine(settings.Data, "epochs");
        Directory.CreateDirectory(epochs);
        EpochFile epoch = EpochFile.Open(Path.Combine(epochs, $"client-{client.Name}"));
        var dialing = new ClientDialing(
            where, () => ControlDialer.OpenAny(transport, directors, hello with { Epoch = epoch.Seen }, channels), entropy, work.Status)
        {
            Epoch = epoch,
        };
        system.ActorOf(ClientActor.Props(engine, dialing), "client");
        return new Running(system, engine, scripts, cache, epoch);
    }

    private BulkChannel Dial(ChannelOffer offer, int attempt) =>
        BulkDialer.Open(transport, offer, new HelloFacts(attempt, NodeHost.Version), channels);

    private sealed class Running(
        ActorSystem system, ClientEngine engine, ClientScripts scripts, NodeCache cache, EpochFile epoch) : IDisposable
    {
        public void Dispose()
        {
            engine.Dispose();
            scripts.Dispose();
            system.Terminate().Wait(StopWithin);
            cache.Dispose();
            epoch.Dispose();
        }
    }
}
