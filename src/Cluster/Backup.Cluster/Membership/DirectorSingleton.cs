using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Backup.Cluster.Startup;

namespace Backup.Cluster.Membership;

/// <summary>The one director of a cluster: on the oldest node with that role, reached through a proxy from every node.</summary>
public static class DirectorSingleton
{
    private const string ManagerName = "director", SingletonName = "active", ProxyName = "director-proxy";

    /// <summary>Lets this node's director be the one that is active, when its turn comes. Only on nodes with the role.</summary>
    public static IActorRef Run(ActorSystem system, Props director) => system.ActorOf(
        ClusterSingletonManager.Props(
            director.WithDispatcher(ActorDispatchers.Director), PoisonPill.Instance,
            ClusterSingletonManagerSettings.Create(system).WithSingletonName(SingletonName).WithRole(MemberSettings.DirectorRole)),
        ManagerName);

    /// <summary>
    /// The way to whichever director is active. While none is known it keeps the last 256 messages; whoever needs an answer asks again.
    /// </summary>
    public static IActorRef Proxy(ActorSystem system) => system.ActorOf(
        ClusterSingletonProxy.Props(
            $"/user/{ManagerName}",
            ClusterSingletonProxySettings.Create(system).WithSingletonName(SingletonName).WithRole(MemberSettings.DirectorRole)),
        ProxyName);
}
