using Akka.Actor;
using Akka.Cluster;

namespace Backup.Cluster.Membership;

/// <summary>Which node an actor is on, by what its member says of itself.</summary>
public static class MemberNames
{
    /// <summary>The node's name; null for an actor of this process, or of no member that is known.</summary>
    public static string? NodeOf(ActorSystem system, IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Path.Address.HasLocalScope || ((ExtendedActorSystem)system).Provider is not IClusterActorRefProvider) return null;
        Member? member = Akka.Cluster.Cluster.Get(system).State.Members.FirstOrDefault(m => m.Address.Equals(actor.Path.Address));
        return member is null ? null : MemberSettings.NodeOf(member.Roles);
    }
}
