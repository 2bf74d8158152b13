using System.Net.Sockets;
using Akka.Actor;
using Backup.Cluster.Membership;
using Backup.TestKit.Tls;
using Backup.Transfer.Tls;

namespace Backup.Tests.Cluster;

/// <summary>Members by TLS: who gets in, and what a port does with everything else.</summary>
public sealed class TlsMemberTests : Members
{
    private readonly TestInstallation _ours = new();
    private readonly string _director = FreeEndpoint();

    private MemberSettings Director => Member("d", "director", _director, [], _ours.Node("d"));

    [Fact]
    [Trait("Req", "NET-07")]
    public void Members_of_one_installation_hear_each_other_by_TLS()
    {
        StartDirector(Director);

        Assert.True(Joins("s", _ours.Node("s", NodeRoles.Storage)));
    }

    [Theory]
    [Trait("Req", "NET-07")]
    [InlineData("foreign")]
    [InlineData("expired")]
    [InlineData("client")]
    public void A_certificate_that_is_not_a_members_stays_outside_and_harms_nobody(string kind)
    {
        ActorSystem director = StartDirector(Director);
        List<string> lines = Warnings.Of(director);
        using var theirs = new TestInstallation();
        NodeCertificates stranger = kind switch
        {
            "foreign" => theirs.Node("s"),
            "expired" => _ours.NodeValid("s", -20, -10),
            _ => _ours.Node("s", NodeRoles.Client),
        };
        // It trusts the director whatever the director thinks of it, as an attacker would.
        var settings = Member("s", "storage", "127.0.0.1:0", [_director]) with
        {
            Security = new(stranger.Certificate, _ => null, _ => null),
        };
        ActorSystem system = Start(settings);
        Eventually(() => Warnings.Said(lines, "is refused"), "the director's line");

        Assert.Equal(1, Up(director));
        Assert.False(director.WhenTerminated.IsCompleted);
        Assert.True(Joins("s2", _ours.Node("s2", NodeRoles.Storage)));
        system.Terminate();
    }

    [Theory]
    [Trait("Req", "NET-07")]
    [InlineData("other", "storage", "says that it is node 's', and its certificate is that of node 'other'")]
    [InlineData("s", "director", "says that it has the role director, and the certificate of node 's' has storage")]
    public void A_member_that_is_another_than_its_certificate_says_is_removed_and_not_believed(string certified, string role, string line)
    {
        ActorSystem director = StartDirector(Director);
        Assert.True(Joins("s2", _ours.Node("s2", NodeRoles.Storage)));
        List<string> lines = Warnings.Of(director);
        // One that says it is a director begins a cluster of its own where the true one does not answer within this time.
        ActorSystem liar = Start(
            Member("s", role, FreeEndpoint(), [_director], _ours.Node(certified, NodeRoles.Storage)), "akka.cluster.seed-node-timeout = 50s");
        Eventually(() => Warnings.Said(lines, line), "the director's line");
        Eventually(() => Up(director) == 2 && Akka.Cluster.Cluster.Get(director).State.Members.Count == 2, "it is removed");

        lock (lines) Assert.Single(lines, said => said.Contains(line, StringComparison.Ordinal));
        Assert.False(director.WhenTerminated.IsCompleted);
        liar.Terminate();
    }

    [Fact]
    [Trait("Req", "NET-07")]
    public void A_foreign_certificate_at_the_seeds_address_is_one_line_and_no_end()
    {
        using var theirs = new TestInstallation();
        ActorSystem foreign = StartDirector(Member("d", "director", _director, [], theirs.Node("d")));
        ActorSystem storage = Start(Member("s", "storage", "127.0.0.1:0", [_director], _ours.Node("s")));
        List<string> lines = Warnings.Of(storage);
        int asked = 0;
        Announce(storage, "s1", () => Interlocked.Increment(ref asked));
        Eventually(() => Warnings.Said(lines, "is not dialled"), "a line of what is wrong there");

        Assert.False(storage.WhenTerminated.IsCompleted);
        Kill(foreign);
        Task ended = foreign.Terminate();
        Eventually(() => ended.IsCompleted, "the foreign one ends");
        StartDirector(Director);
        Eventually(() => Volatile.Read(ref asked) > 0, "the true director is heard, in the same life of the storage's actors");
    }

    [Fact]
    public void Garbage_and_half_open_connections_on_the_port_change_nothing()
    {
        ActorSystem director = StartDirector(Director);
        (string host, int port) = ("127.0.0.1", int.Parse(_director.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        var chance = new Random(3);
        var open = new List<TcpClient>();
        for (int n = 0; n < 40; n++)
        {
            var client = new TcpClient(host, port);
            var garbage = new byte[chance.Next(1, 4096)];
            chance.NextBytes(garbage);
            if (n % 2 == 0) client.GetStream().Write(garbage);
            open.Add(client);
        }

        Assert.True(Joins("s", _ours.Node("s", NodeRoles.Storage)));
        Assert.False(director.WhenTerminated.IsCompleted);
        foreach (TcpClient client in open) client.Dispose();
    }

    private bool Joins(string node, NodeCertificates certificates)
    {
        ActorSystem storage = Start(Member(node, "storage", "127.0.0.1:0", [_director], certificates));
        int asked = 0;
        Announce(storage, node, () => Interlocked.Increment(ref asked));
        Eventually(() => Volatile.Read(ref asked) > 0, $"the director's question at {node}");
        return true;
    }
}
