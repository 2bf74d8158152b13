using Akka.Actor;
using Akka.Cluster;

namespace Backup.Cluster.Membership;

/// <summary>Members show by a handshake who they are; one that is another than it says is removed.</summary>
internal sealed partial class MembershipActor
{
    private readonly ProvenMembers _proven = ProvenMembers.Of(Context.System);
    private bool _proving;

    /// <summary>What the members showed that were asked.</summary>
    private sealed record Shown(IReadOnlyList<Member> Asked, IReadOnlyList<SeedAnswer> Answers, string? Problem = null);

    /// <summary>A director asks all, a storage those that say they are directors: it obeys nobody else.</summary>
    private void Prove()
    {
        if (_settings.Security is null || _proving) return;
        Member[] unknown =
        [
            .. _cluster.State.Members.Where(m => !m.UniqueAddress.Equals(_cluster.SelfUniqueAddress)
                && m.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up
                && (_settings.IsDirector || m.HasRole(MemberSettings.DirectorRole)) && _proven[m.UniqueAddress] is null),
        ];
        if (unknown.Length == 0) return;
        _proving = true;
        _probe.Of([.. unknown.Select(member => member.Address)])
            .PipeTo(Self, success: answers => new Shown(unknown, answers),
                failure: e => new Shown(unknown, [], e.GetBaseException().Message));
    }

    /// <summary>One that did not answer is asked again at the next look.</summary>
    private void Judge(Shown shown)
    {
        _proving = false;
        if (shown.Problem is { } problem) Once($"members cannot be asked who they are: {problem}");
        foreach ((Member member, SeedAnswer answer) in shown.Asked.Zip(shown.Answers))
        {
            if (answer.IsForeign) Remove(member, $"member {member.Address.Host}:{member.Address.Port}: {answer.Problem}");
            else if (answer.Shown is { } identity)
            {
                string? against = identity.Against($"{member.Address.Host}:{member.Address.Port}", [.. member.Roles]);
                if (against is null) _proven.Judge(member.UniqueAddress, isProven: true);
                else Remove(member, against);
            }
        }
    }

    private void Remove(Member member, string why)
    {
        _proven.Judge(member.UniqueAddress, isProven: false);
        Once($"{why}; it is removed from the cluster");
        _cluster.Down(member.Address);
    }
}
