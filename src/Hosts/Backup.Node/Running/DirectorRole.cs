using Akka.Actor;
using Backup.Actors.Director;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Clients;
using Backup.Actors.Director.Commands;
using Backup.Actors.Director.Jobs;
using Backup.Catalog;
using Backup.Cluster.Membership;
using Backup.Cluster.Startup;
using Backup.Messages.Ids;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Running;

/// <summary>
/// What of the director belongs to the process: the catalog, the parts its actors work with, the desk that clients attach at. Its actors
/// are made in each life of the actor system.
/// </summary>
internal sealed class DirectorRole : IDisposable
{
    private readonly NodeSettings _settings;
    private readonly ICatalog _catalog;
    private readonly NodeTransport _node;
    private readonly SystemEntropy _entropy = new();
    private readonly DirectorParts _parts;
    private readonly DirectorWay _way = new();
    private readonly NodeCommands _commands;
    private readonly ILogger _log;
    private ActorSystem? _system;
    private long _epoch;

    public DirectorRole(NodeSettings settings, NodeChannels channels, NodeTransport node, NodeCommands commands, ILoggerFactory loggers)
    {
        _settings = settings;
        _node = node;
        _commands = commands;
        _log = loggers.CreateLogger("director");
        _catalog = CatalogChoice.Open(settings);
        try
        {
            DirectorConfiguration configuration = DirectorConfiguration.Of(settings, _catalog, loggers.CreateLogger("configuration"));
            _parts = new DirectorParts(
                settings.Node.Name, NodeHost.Version, InstallationOf(_catalog), configuration.Live, new CatalogGate(_catalog), channels,
                TimeProvider.System, _entropy)
            {
                Source = configuration.Source, DataFolder = settings.Data,
            };
        }
        catch (Exception)
        {
            _catalog.Dispose();
            throw;
        }
    }

    /// <summary>The epoch of the director that is, or was last, active here; 0 before the first.</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>Where clients' links are let in, whichever life the director's actors are in.</summary>
    public IControlDesk Desk => new ClientDesk(_parts, _way);

    /// <summary>
    /// Makes the director's actors in this system, and gives the way to the director that is active in the cluster, with the actors that
    /// must not stop.
    /// </summary>
    public (IActorRef Director, IActorRef Role) Start(ActorSystem system)
    {
        _catalog.Jobs.KeepIdsAbove(new JobId(JournalNumbers.Highest(system, JobActor.PersistencePrefix).GetAwaiter().GetResult()));
        _system = system;
        Props props = Akka.Actor.Props.Create(() => new DirectorActor(NextLife())).WithDispatcher(ActorDispatchers.Director);
        IActorRef role = _settings.Node.Cluster is null ? system.ActorOf(props, "director") : DirectorSingleton.Run(system, props);
        IActorRef director = _settings.Node.Cluster is null ? role : DirectorSingleton.Proxy(system);
        _way.Lead(director);
        _commands.Lead(new DirectorCommands(system, director, _parts));
        return (director, role);
    }

    /// <summary>
    /// Each time the director's actor is made it is another director to the catalog and to the storages. Called by the actor system; a
    /// catalog that does not answer lets the making fail, and it is tried again. Epochs are not below the seconds of the clock: a catalog
    /// that was restored from an older state, or rebuilt from volumes, does not know those that storages and clients have obeyed since.
    /// </summary>
    private DirectorParts NextLife()
    {
        long epoch = _catalog.Epochs.Take(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        Interlocked.Exchange(ref _epoch, epoch);
        return _parts with { Epoch = epoch, Gate = new CatalogGate(_catalog.Fenced(epoch), Superseded), Superseded = Superseded };
    }

    /// <summary>
    /// Another director has followed this one: the actors end, and what storages and clients do goes on under the other. The host makes the
    /// actors anew, as a member that waits for its turn.
    /// </summary>
    private void Superseded(string reason)
    {
        _log.LogCritical("this director stops: {Reason}", reason);
        _system?.Terminate();
    }

    /// <summary>The actors are gone; links stay open.</summary>
    public void Ended()
    {
        _way.Lead(null);
        _commands.Lead(null);
    }

    /// <summary>Null while the catalog answers, else one line.</summary>
    public string? CatalogFault()
    {
        try
        {
            return _catalog.Installation is null ? "it belongs to no installation yet" : null;
        }
        catch (CatalogException e)
        {
            return e.Message;
        }
    }

    public void Dispose() => _catalog.Dispose();

    /// <summary>
    /// The catalog says whose it is; the data directory knows it too, so that a catalog rebuilt from volumes is that of the same
    /// installation.
    /// </summary>
    private InstallationId InstallationOf(ICatalog catalog)
    {
        InstallationId own = catalog.Installation ?? _settings.ReadInstallation() ?? new InstallationId(_entropy.NewGuid());
        _node.MustBeOf(own);
        if (catalog.Installation is null) catalog.SetInstallation(own);
        _settings.WriteInstallation(own);
        return own;
    }
}
