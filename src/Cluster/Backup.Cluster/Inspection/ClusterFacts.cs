using Akka.Actor;
using Akka.Cluster;
using Backup.Cluster.Membership;
using Backup.Messages.Inspection;

namespace Backup.Cluster.Inspection;

/// <summary>The cluster as one node sees it, and what an operator does to its members. A node without a cluster has none.</summary>
internal sealed class ClusterFacts(ActorSystem system, string node)
{
    private readonly Akka.Cluster.Cluster? _cluster =
        ((ExtendedActorSystem)system).Provider is IClusterActorRefProvider ? Akka.Cluster.Cluster.Get(system) : null;

    public IEnumerable<Member> Members => _cluster?.State.Members ?? Enumerable.Empty<Member>();

    public ClusterShown Shown
    {
        get
        {
            if (_cluster is null) return new ClusterShown(node, "", null, null, []);
            ClusterEvent.CurrentClusterState state = _cluster.State;
            Member? director = state.Members.Where(m => m.HasRole(MemberSettings.DirectorRole) && m.Status == MemberStatus.Up)
                .Order(Member.AgeOrdering).FirstOrDefault();
            return new ClusterShown(
                node, _cluster.SelfAddress.ToString(), state.Leader?.ToString(), director?.Address.ToString(),
                [.. state.Members.Select(m => Shape(m, state))]);
        }
    }

    public MemberRemoval Remove(MemberRemovalWanted wanted)
    {
        if (_cluster is null) return Refused("this node is in no cluster: its roles are in one process");
        Member[] meant = [.. Members.Where(m => MemberSettings.NodeOf(m.Roles) == wanted.Member || m.Address.ToString() == wanted.Member)];
        if (meant.Length != 1)
            return Refused(meant.Length > 1
                ? $"several members are called '{wanted.Member}'; give the address, see: inspect cluster show"
                : $"no member is called '{wanted.Member}'; it has: "
                    + string.Join(", ", Members.Select(m => MemberSettings.NodeOf(m.Roles))));
        bool reachable = !_cluster.State.Unreachable.Contains(meant[0]);
        if (wanted.ByForce && reachable)
            return Refused($"'{wanted.Member}' answers and is not dead; let it leave in order: inspect cluster leave {wanted.Member}");
        if (!wanted.ByForce && !reachable)
            return Refused($"'{wanted.Member}' does not answer and cannot leave by itself; remove it: "
                + $"inspect cluster down {wanted.Member}");
        if (wanted.ByForce) _cluster.Down(meant[0].Address);
        else _cluster.Leave(meant[0].Address);
        return new MemberRemoval(node, true, wanted.ByForce
            ? $"'{wanted.Member}' is removed; it joins again by itself when it is back"
            : $"'{wanted.Member}' leaves; its host makes it join again, so stop it to keep it out");
    }

    private MemberRemoval Refused(string why) => new(node, false, why);

    private static MemberShown Shape(Member member, ClusterEvent.CurrentClusterState state) => new(
        MemberSettings.NodeOf(member.Roles), member.Address.ToString(), member.Status.ToString(), !state.Unreachable.Contains(member),
        [.. MemberSettings.WorkOf(member.Roles)], member.UniqueAddress.Uid);
}
