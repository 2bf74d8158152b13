using Akka.Actor;
using Akka.Cluster;

namespace Backup.Cluster.Membership;

/// <summary>Which node an actor is on, by what its member says of itself.</summary>
public static class MemberNames
{
    /// <summary>The node's name; null for an actor of this process, or of no member that is known.</summary>
    public static string? NodeOf(ActorSystem system, IActorRef actor) =>
        MemberOf(system, actor) is { } member ? MemberSettings.NodeOf(member.Roles) : null;

    /// <summary>
    /// Whether the actor's member is the node that it says, by its certificate; null before that is known. An actor of this process is.
    /// </summary>
    public static bool? IsProven(ActorSystem system, IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (IsOfThisProcess(system, actor)) return true;
        return MemberOf(system, actor) is { } member ? ProvenMembers.Of(system)[member.UniqueAddress] : null;
    }

    private static Member? MemberOf(ActorSystem system, IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return IsOfThisProcess(system, actor) ? null
            : Akka.Cluster.Cluster.Get(system).State.Members.FirstOrDefault(m => m.Address.Equals(actor.Path.Address));
    }

    private static bool IsOfThisProcess(ActorSystem system, IActorRef actor) =>
        actor.Path.Address.HasLocalScope || ((ExtendedActorSystem)system).Provider is not IClusterActorRefProvider;
}
