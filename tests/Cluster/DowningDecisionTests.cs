using Akka.Actor;
using Backup.Cluster.Membership;

namespace Backup.Tests.Cluster;

/// <summary>Members by letters: D and E are directors, others storages; small letters are out of reach.</summary>
public sealed class DowningDecisionTests
{
    [Theory]
    [InlineData("DST", 'D', "")] // nobody is lost
    [InlineData("DsT", 'D', "s")] // the director removes a lost storage
    [InlineData("DsT", 'T', "")] // and nobody else does
    [InlineData("dST", 'S', "")] // without the only director storages remove nobody
    [InlineData("dSt", 'S', "t")] // but a lost storage, which would keep the director out
    [InlineData("DEs", 'D', "s")]
    [InlineData("DEs", 'E', "")] // one director decides
    [InlineData("DeS", 'D', "e")] // half of the directors, the lower address
    [InlineData("dES", 'E', "ES")] // half of them, the higher: this side ends itself
    [InlineData("DEfS", 'D', "f")]
    [InlineData("deFS", 'F', "FS")]
    public void Only_directors_decide(string members, char self, string removed)
    {
        SeenMember[] seen = [.. members.Select(c =>
            new SeenMember(AddressOf(c), "DEF".Contains(char.ToUpperInvariant(c)), char.IsUpper(c)))];

        Assert.Equal(removed.Select(AddressOf), DowningDecision.Of(AddressOf(self), seen));
    }

    [Fact]
    public void At_most_one_side_of_any_partition_keeps_a_director()
    {
        foreach (int directors in (int[])[1, 2, 3, 4, 5])
            for (int side = 0; side < 1 << directors; side++)
            {
                int kept = new[] { side, ~side }.Count(reachable => Keeps(directors, reachable));
                Assert.True(kept <= 1, $"{directors} directors, side {side}");
            }
    }

    private static bool Keeps(int directors, int reachable)
    {
        SeenMember[] seen = [.. Enumerable.Range(0, directors).Select(n =>
            new SeenMember(AddressOf((char)('A' + n)), true, (reachable >> n & 1) == 1))];
        SeenMember? self = seen.Where(m => m.IsReachable).Cast<SeenMember?>().FirstOrDefault();
        return self is { } lowest && !DowningDecision.Of(lowest.Address, seen).Contains(lowest.Address);
    }

    private static Address AddressOf(char letter) => new("akka.tcp", "backup", "127.0.0.1", 1000 + char.ToUpperInvariant(letter));
}
