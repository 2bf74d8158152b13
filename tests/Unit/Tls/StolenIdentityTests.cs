using System.Security.Authentication;
using Backup.Messages.Sessions;
using Backup.TestKit.Channels;
using Backup.TestKit.Tls;
using Backup.Transfer.Channels;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Tests.Unit.Tls;

/// <summary>
/// Who is not who it must be, over real sockets. The peer gets one line, the listener logs one, and the next friend is let in.
/// </summary>
[Trait("Req", "NET-07")]
[Trait("Req", "NET-08")]
public sealed class StolenIdentityTests : IDisposable
{
    private readonly TestInstallation _home = new();
    private readonly ManualClock _clock = new();
    private readonly List<IDisposable> _made = [];

    [Fact]
    public void A_node_of_another_installation_is_refused()
    {
        TestInstallation foreign = Made(new TestInstallation(id: new Guid("99999999-4455-6677-8899-aabbccddeeff")));
        AssertRefused(foreign.Node("client-1"), $"'client-1' is of another installation ({foreign.Id})");
    }

    [Fact]
    public void An_authority_of_the_same_name_with_another_key_is_another_authority()
    {
        TestInstallation impostor = Made(new TestInstallation());
        Assert.Equal(_home.Authority.Certificate.Subject, impostor.Authority.Certificate.Subject);
        AssertRefused(impostor.Node("client-1"), "'client-1' is not signed by this installation's authority");
    }

    [Fact]
    public void An_expired_certificate_is_refused_with_its_date() =>
        AssertRefused(_home.NodeValid("client-1", -20, -10), "'client-1' expired on 2");

    [Fact]
    public void A_certificate_that_is_not_valid_yet_is_refused_with_its_date() =>
        AssertRefused(_home.NodeValid("client-1", 10, 20), "'client-1' is not valid before 2");

    [Fact]
    public void A_peer_without_a_certificate_is_refused() => AssertRefused(null, "no certificate was shown");

    [Theory]
    [InlineData(NodeRoles.Storage, ChannelPurpose.Store, "has no role client, which a Store channel needs")]
    [InlineData(NodeRoles.Client, ChannelPurpose.Catalogue, "has no role storage, which a Catalogue channel needs")]
    public void A_node_without_the_role_of_a_purpose_is_refused(NodeRoles roles, ChannelPurpose purpose, string line)
    {
        using ChannelPair pair = Listening();
        Ticket ticket = pair.Ticket with { Purpose = purpose };
        AssertRefused(pair, new TlsTransport(_home.Node("other", roles), TimeProvider.System), ticket, line);
        AssertFriendIsLetIn(pair);
    }

    [Fact]
    public void A_certificate_of_the_authority_itself_is_no_nodes()
    {
        using ChannelPair pair = Listening();
        AssertRefused(pair, new UncheckedTls(_home.Authority.Certificate), pair.Ticket, "the certificate names no backup node");
        AssertFriendIsLetIn(pair);
    }

    [Fact]
    public void Older_TLS_is_not_spoken()
    {
        using ChannelPair pair = Listening();
        var old = new UncheckedTls(_home.Node("client-1").Certificate, SslProtocols.Tls12);
        Assert.Throws<ChannelException>(() => BulkDialer.Open(old, pair.Offer, Facts, Settings));
        AssertFriendIsLetIn(pair);
    }

    [Theory]
    [InlineData("expired", "the ticket is unknown, expired or withdrawn")]
    [InlineData("withdrawn", "the ticket is unknown, expired or withdrawn")]
    [InlineData("session", "the ticket is for Store of session 11112222")]
    [InlineData("purpose", "the ticket is for Store of session 11112222")]
    public void An_old_ticket_and_one_of_something_else_are_refused_though_the_node_is_right(string what, string line)
    {
        using ChannelPair pair = Listening(new ChannelSettings(_clock));
        Ticket ticket = what switch
        {
            "session" => pair.Ticket with { Session = new(new Guid("99999999-0000-0000-0000-000000000000")) },
            "purpose" => pair.Ticket with { Purpose = ChannelPurpose.Tree },
            _ => pair.Ticket,
        };
        // A tree channel is a director's; the offer's listener has all roles, so that only the ticket is wrong.
        if (what == "expired") _clock.Advance(TimeSpan.FromHours(1));
        if (what == "withdrawn") pair.Desk.Withdraw(ticket.Id);
        AssertRefused(pair, new TlsTransport(_home.Node("client-1", NodeRoles.Client), TimeProvider.System), ticket, line);
        Assert.Contains($"hello with ticket {ticket.Id:N}", pair.Log.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ticket_that_was_good_until_it_was_withdrawn_refuses_the_next_dial()
    {
        using ChannelPair pair = Listening();
        AssertFriendIsLetIn(pair);
        pair.Desk.Withdraw(pair.Ticket.Id);
        var friend = new TlsTransport(_home.Node("client-1"), TimeProvider.System);
        AssertRefused(pair, friend, pair.Ticket, TicketDesk.Unknown);
    }

    [Theory]
    [InlineData("foreign", "is of another installation")]
    [InlineData("impostor", "is not signed by this installation's authority")]
    [InlineData("expired", "expired on")]
    [InlineData("node", "node 'other' listens there, not node 'storage-1' that the offer names")]
    [InlineData("role", "node 'storage-1' has no role storage")]
    public void A_dialler_says_nothing_to_a_listener_that_is_not_the_offers_node(string what, string line)
    {
        TestInstallation foreign = Made(new TestInstallation(id: new Guid("99999999-4455-6677-8899-aabbccddeeff")));
        NodeCertificates wrong = what switch
        {
            "foreign" => foreign.Node("storage-1"),
            "impostor" => Made(new TestInstallation()).Node("storage-1"),
            "expired" => _home.NodeValid("storage-1", -20, -10),
            "node" => _home.Node("other"),
            _ => _home.Node("storage-1", NodeRoles.Client),
        };
        using var pair = new ChannelPair(new TlsTransport(wrong, TimeProvider.System), "127.0.0.1:0", Settings,
            new TlsTransport(_home.Node("client-1"), TimeProvider.System), "storage-1");
        string said = Assert.Throws<ChannelException>(() => pair.Dial()).Message;
        Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
    }

    public void Dispose()
    {
        foreach (IDisposable made in _made) made.Dispose();
        _home.Dispose();
    }

    private static ChannelSettings Settings => new(TimeProvider.System);
    private static HelloFacts Facts => new(1, "test");

    private ChannelPair Listening(ChannelSettings? settings = null) => new(
        new TlsTransport(_home.Node("storage-1"), TimeProvider.System), "127.0.0.1:0", settings ?? Settings,
        new TlsTransport(_home.Node("client-1", NodeRoles.Client), TimeProvider.System), "storage-1");

    private void AssertRefused(NodeCertificates? thief, string line)
    {
        using ChannelPair pair = Listening();
        AssertRefused(pair, new UncheckedTls(thief?.Certificate), pair.Ticket, line);
        AssertFriendIsLetIn(pair);
    }

    private static void AssertRefused(ChannelPair pair, ITransport dialBy, Ticket ticket, string line)
    {
        string said = Assert.Throws<ChannelException>(() =>
            BulkDialer.Open(dialBy, pair.Offer with { Ticket = ticket }, Facts, Settings)).Message;
        Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
        Assert.True(SpinWait.SpinUntil(() => !pair.Log.IsEmpty, ChannelPair.Patience));
        Assert.Contains(line, Assert.Single(pair.Log), StringComparison.Ordinal);
    }

    private static void AssertFriendIsLetIn(ChannelPair pair)
    {
        using BulkChannel friend = pair.Dial();
        friend.Send(FrameKind.Seal, [7]);
        using IBulkChannel taker = pair.Taken().Channel;
        using IFrame? frame = taker.Receive();
        Assert.Equal(7, frame!.Payload.Span[0]);
    }

    private T Made<T>(T made) where T : IDisposable
    {
        _made.Add(made);
        return made;
    }
}
