using System.Collections.Concurrent;
using Akka.TestKit;
using Backup.Actors.Client.Control;
using Backup.Actors.Client.Nodes;
using Backup.Actors.Director.Clients;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.TestKit.Channels;
using Backup.TestKit.Tls;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Tests.Actors;

/// <summary>Who may attach as which client, over real TLS sockets, and what is said to a peer of another version.</summary>
public sealed class ClientDeskTests : DirectorFixture
{
    private static readonly ChannelSettings Channels = new(TimeProvider.System);
    private readonly TestInstallation _home = new();
    private readonly ConcurrentQueue<string> _log = new();

    [Fact]
    [Trait("Req", "NET-07")]
    public void The_node_that_acts_for_a_client_attaches_as_it()
    {
        TestProbe director = CreateTestProbe();
        using ControlListener listener = Listening(director, Tls("director-1", NodeRoles.Director));
        using ControlLink link = Attach(listener, Tls("n", NodeRoles.Client), "c1");
        Assert.Equal("c1", director.ExpectMsg<ClientAttached>().Client);
    }

    [Theory]
    [InlineData("m", NodeRoles.Client, "c1", "node 'm' must not act for client 'c1', whose node is 'n'")]
    [InlineData("n", NodeRoles.Storage, "c1", "node 'n' has no role client")]
    [InlineData("n", NodeRoles.Client, "nobody", "client 'nobody' is not in the director's configuration")]
    [Trait("Req", "NET-07")]
    [Trait("Req", "NET-08")]
    public void A_client_that_claims_another_name_is_refused_on_both_sides(string node, NodeRoles roles, string client, string line)
    {
        TestProbe director = CreateTestProbe();
        using ControlListener listener = Listening(director, Tls("director-1", NodeRoles.Director));
        string said = Assert.Throws<ChannelException>(() => Attach(listener, Tls(node, roles), client)).Message;
        Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => !_log.IsEmpty, ChannelPair.Patience));
        Assert.Contains(line, Assert.Single(_log), StringComparison.Ordinal);
        director.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    [Trait("Req", "NET-18")]
    public void A_director_of_an_older_epoch_than_its_client_has_obeyed_refuses_it_and_says_so_on_both_sides()
    {
        TestProbe director = CreateTestProbe();
        using ControlListener listener = Listening(director, new TcpTransport(), epoch: 6);
        var hello = new ControlHello(ControlVersion.Min, ControlVersion.Max, "c1", Platform, "1.0", Epoch: 7);
        string said = Assert.Throws<ChannelException>(() =>
            ControlDialer.Open(new TcpTransport(), listener.Endpoint, hello, Channels)).Message;
        const string line = "client 'c1' has obeyed a director of epoch 7, and this one, 'n', is of epoch 6: another has followed it";
        Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => !_log.IsEmpty, ChannelPair.Patience));
        Assert.Contains(line, Assert.Single(_log), StringComparison.Ordinal);
        director.ExpectNoMsg(TimeSpan.Zero);
        ControlDialer.Open(new TcpTransport(), listener.Endpoint, hello with { Epoch = 6 }, Channels).Dispose();
    }

    [Fact]
    [Trait("Req", "NET-18")]
    public void A_client_takes_no_order_of_a_director_of_an_older_epoch_also_after_a_restart_and_says_why()
    {
        string file = Path.GetTempFileName();
        try
        {
            using (EpochFile before = EpochFile.Open(file)) Assert.True(before.Obeys(7));
            using EpochFile epoch = EpochFile.Open(file);
            TestProbe director = CreateTestProbe();
            using ControlListener listener = Listening(director, new TcpTransport(), epoch: 6);
            using var engine = new ClientEngine("c1", new NoWork(), _ => { });
            var hello = new ControlHello(ControlVersion.Min, ControlVersion.Max, "c1", Platform, "1.0"); // which tells no epoch
            var dialing = new ClientDialing(listener.Endpoint,
                () => ControlDialer.Open(new TcpTransport(), listener.Endpoint, hello, Channels), TestInstallation.Entropy)
            {
                Epoch = epoch,
            };
            EventFilter.Warning(contains: "director n is of epoch 6, and this client has obeyed one of 7: another has followed it")
                .ExpectOne(() => Sys.ActorOf(ClientActor.Props(engine, dialing)));
            Assert.False(engine.IsHeard);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_client_does_not_attach_to_a_node_that_is_no_director()
    {
        using ControlListener listener = Listening(CreateTestProbe(), Tls("storage-1", NodeRoles.Storage));
        string said = Assert.Throws<ChannelException>(() => Attach(listener, Tls("n", NodeRoles.Client), "c1")).Message;
        Assert.Contains("node 'storage-1' has no role director", said, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "NET-03")]
    public void A_kind_of_a_newer_client_is_answered_and_the_link_goes_on()
    {
        TestProbe director = CreateTestProbe();
        using ControlListener listener = Listening(director, new TcpTransport());
        using ControlLink link = Attach(listener, new TcpTransport(), "c1");
        director.ExpectMsg<ClientAttached>();
        using var heard = new Heard();
        link.Start(heard);
        link.Send("from-the-future", [0xa0]);
        Assert.Equal(new NotUnderstood("from-the-future"), heard.Next());
        var taken = new OrderTaken(new JobId(7));
        link.Send(ClientProtocol.Map.ManifestOf(taken), ClientProtocol.Map.Encode(taken));
        Assert.Equal(taken, director.ExpectMsg<ClientSaid>().What);
    }

    [Fact]
    [Trait("Req", "NET-03")]
    public void To_a_client_of_version_1_nothing_newer_is_sent_and_its_garbage_ends_the_link()
    {
        TestProbe director = CreateTestProbe();
        using ControlListener listener = Listening(director, new TcpTransport());
        using ControlLink link = Attach(listener, new TcpTransport(), "c1", version: 1);
        var attached = director.ExpectMsg<ClientAttached>();
        Assert.False(attached.Send("not-understood", CborMap.Encode(new NotUnderstood("x"))));
        Assert.True(attached.Send("end-taken", CborMap.Encode(new EndTaken(new JobId(1)))));
        using var unheard = new Heard();
        link.Start(unheard);
        link.Send("from-the-future", [0xa0]);
        director.ExpectMsg<ClientDetached>();
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _home.Dispose();
    }

    private TlsTransport Tls(string node, NodeRoles roles) => new(_home.Node(node, roles), TimeProvider.System);

    private ControlListener Listening(TestProbe director, ITransport transport, long epoch = 0) => new(
        transport, "127.0.0.1:0", new ClientDesk(Parts, director.Ref), Channels, () => new ControlWelcome(0, "n", "1.0", epoch),
        _log.Enqueue);

    private static ControlLink Attach(ControlListener listener, ITransport by, string client, int version = ControlVersion.Max) =>
        ControlDialer.Open(by, listener.Endpoint, new ControlHello(ControlVersion.Min, version, client, Platform, "1.0"), Channels);

    private sealed class NoWork : IClientWork
    {
        public BackupEnded Run(BackupOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel) =>
            throw new InvalidOperationException("no backup here");

        public RestoreEnded Run(RestoreOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel) =>
            throw new InvalidOperationException("no restore here");

        public EstimateEnded Run(EstimateOrder order, Action<EstimateListed> listed, CancellationToken cancel) =>
            throw new InvalidOperationException("no estimate here");
    }

    private sealed class Heard : IControlTaker, IDisposable
    {
        private readonly BlockingCollection<object> _messages = new(16);

        public void Message(string manifest, ReadOnlyMemory<byte> body) => _messages.Add(ClientProtocol.Map.Decode(manifest, body));

        public void Closed(string? reason)
        {
            // What counts is what was said before.
        }

        public void Dispose() => _messages.Dispose();

        public object Next() => _messages.TryTake(out object? message, ChannelPair.Patience)
            ? message : throw new TimeoutException("nothing was said");
    }
}
