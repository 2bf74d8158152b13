using Akka.Actor;

namespace Backup.Cluster.Membership;

/// <summary>A member as the decision sees it.</summary>
public readonly record struct SeenMember(Address Address, bool IsDirector, bool IsReachable);

/// <summary>
/// Which members are to be removed, once what is reachable has not changed for a while. Only directors decide over directors; a member that
/// sees no director goes on for as long as it takes, and clears away no more than would keep a new director out.
/// Pure.
/// </summary>
public static class DowningDecision
{
    /// <summary>What this member has to remove; empty where it is not the one to decide, or nothing is to be done.</summary>
    public static IReadOnlyList<Address> Of(Address self, IReadOnlyList<SeenMember> members)
    {
        SeenMember[] lost = [.. members.Where(m => !m.IsReachable)];
        if (lost.Length == 0) return [];
        SeenMember[] directors = [.. members.Where(m => m.IsDirector).OrderBy(m => m.Address, Member)];
        SeenMember[] here = [.. directors.Where(d => d.IsReachable)];
        SeenMember[] deciding = here.Length > 0 ? here : [.. members.Where(m => m.IsReachable).OrderBy(m => m.Address, Member)];
        if (deciding.Length == 0 || !deciding[0].Address.Equals(self)) return [];
        if (here.Length == 0) return [.. lost.Where(m => !m.IsDirector).Select(m => m.Address)];
        return IsMajority(here, directors)
            ? [.. lost.Select(m => m.Address)]
            : [.. members.Where(m => m.IsReachable).Select(m => m.Address)];
    }

    private static Comparer<Address> Member { get; } =
        Comparer<Address>.Create((a, b) => Akka.Cluster.Member.AddressOrdering.Compare(a, b));

    /// <summary>More than half of the directors, or half of them with the lowest address.</summary>
    private static bool IsMajority(SeenMember[] here, SeenMember[] all) =>
        here.Length * 2 > all.Length || (here.Length * 2 == all.Length && here[0].Address.Equals(all[0].Address));
}
