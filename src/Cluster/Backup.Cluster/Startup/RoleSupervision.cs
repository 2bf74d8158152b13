using Akka.Actor;
using Akka.Event;

namespace Backup.Cluster.Startup;

/// <summary>
/// What becomes of an actor at the top of a node's system that throws: it is made again, and when that does not help within a minute it
/// stops, which <see cref="RoleWatch"/> sees. Named in reference.conf.
/// </summary>
public sealed class RoleSupervision : SupervisorStrategyConfigurator
{
    private const int RestartsMax = 5;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    public override SupervisorStrategy Create() => new OneForOneStrategy(RestartsMax, Within, e => e switch
    {
        ActorInitializationException or ActorKilledException => Directive.Stop,
        _ => Directive.Restart,
    });
}

/// <summary>
/// Watches the actors that are a node's roles. Where one stops the node is not what it says it is: the whole system ends, and the node's
/// host makes it anew.
/// </summary>
public sealed class RoleWatch : ReceiveActor
{
    public RoleWatch(IReadOnlyList<IActorRef> roles)
    {
        ILoggingAdapter log = Context.GetLogger();
        foreach (IActorRef role in roles) Context.Watch(role);
        Receive<Terminated>(stopped =>
        {
            log.Error("{0} has stopped; this node's actor system is made anew, its sessions go on", stopped.ActorRef.Path.Name);
            Context.System.Terminate();
        });
    }

    public static Props Props(IReadOnlyList<IActorRef> roles) => Akka.Actor.Props.Create(() => new RoleWatch(roles));
}
