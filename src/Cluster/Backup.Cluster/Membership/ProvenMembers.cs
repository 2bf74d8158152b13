using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;

namespace Backup.Cluster.Membership;

/// <summary>
/// Which members have shown a certificate that names them as they name themselves: what a member says in the cluster is its own word, and
/// TLS proves a connection and no member. Thread safe.
/// </summary>
internal sealed class ProvenMembers : IExtension
{
    /// <summary>Lives of members that are remembered; a member that is forgotten is asked again.</summary>
    private const int MembersMax = 1024;

    private readonly ConcurrentDictionary<UniqueAddress, bool> _judged = new();

    /// <summary>The members of this system have certificates; without, all are on loopback and believed.</summary>
    public bool AreAsked { get; set; }

    /// <summary>The members' words agree with their certificates (true) or do not; null before it is known.</summary>
    public bool? this[UniqueAddress member] => !AreAsked ? true : _judged.TryGetValue(member, out bool isProven) ? isProven : null;

    public void Judge(UniqueAddress member, bool isProven)
    {
        if (_judged.Count >= MembersMax) _judged.Clear();
        _judged[member] = isProven;
    }

    public static ProvenMembers Of(ActorSystem system) => system.WithExtension<ProvenMembers, Provider>();

    public sealed class Provider : ExtensionIdProvider<ProvenMembers>
    {
        public override ProvenMembers CreateExtension(ExtendedActorSystem system) => new();
    }
}
