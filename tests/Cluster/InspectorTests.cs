using Akka.Actor;
using Backup.Cluster.Inspection;
using Backup.Messages.Inspection;
using Backup.Messages.Values;

namespace Backup.Tests.Cluster;

public sealed class InspectorTests : Members
{
    private readonly string _director = FreeEndpoint();

    [Fact]
    public void An_inspector_shows_members_actors_and_log_of_every_node()
    {
        ActorSystem director = StartDirector(Member("d", "director", _director, []));
        ActorSystem storage = Start(Member("s", "storage", "127.0.0.1:0", [_director]));
        IActorRef here = Inspect(director, "d");
        Inspect(storage, "s");
        Eventually(() => Up(director) == 2 && Up(storage) == 2, "two members");

        NodesAnswered cluster = Ask(here, new AskNodes(null, new ClusterWanted()));
        Assert.Equal(["d", "s"], cluster.Answers.Select(a => a.Node));
        ClusterShown seen = Assert.IsType<ClusterShown>(cluster.Answers[1]);
        Assert.Equal(["d", "s"], seen.Members.Select(m => m.Node).Order(StringComparer.Ordinal));
        Assert.EndsWith(_director, seen.Director!, StringComparison.Ordinal);
        Assert.All(seen.Members, m => Assert.Equal(("Up", true), (m.Status, m.Reachable)));

        var actors = Assert.IsType<ActorsShown>(Assert.Single(Ask(here, new AskNodes("s", new ActorsWanted("/user"))).Answers));
        Assert.Contains(actors.Actors, a => a is { Path: "/user/inspector", Type: nameof(InspectorActor) });
        var log = Assert.IsType<LogShown>(Assert.Single(Ask(here, new AskNodes("s", new LogWanted(5))).Answers));
        Assert.Equal("of s, 5", Assert.Single(log.Lines).Text);
    }

    [Fact]
    public void A_name_nobody_has_and_a_node_that_is_gone_are_silent()
    {
        ActorSystem director = StartDirector(Member("d", "director", _director, []));
        ActorSystem storage = Start(Member("s", "storage", "127.0.0.1:0", [_director]));
        IActorRef here = Inspect(director, "d");
        Eventually(() => Up(director) == 2, "two members");

        Assert.Equal(["nobody"], Ask(here, new AskNodes("nobody", new ClusterWanted())).Silent);
        Kill(storage);
        NodesAnswered answered = Ask(here, new AskNodes(null, new ClusterWanted()));
        Assert.Equal(("d", "s"), (answered.Answers.Single().Node, answered.Silent.Single()));
    }

    [Fact]
    public void A_member_is_removed_by_force_only_when_it_is_dead()
    {
        ActorSystem director = StartDirector(Member("d", "director", _director, []));
        ActorSystem storage = Start(Member("s", "storage", "127.0.0.1:0", [_director]));
        IActorRef here = Inspect(director, "d");
        Eventually(() => Up(director) == 2, "two members");

        Assert.False(Removal(here, "s", byForce: true).Begun);
        Assert.Contains("it has: ", Removal(here, "x", byForce: false).Text, StringComparison.Ordinal);
        Assert.True(Removal(here, "s", byForce: false).Begun);
        Eventually(() => storage.WhenTerminated.IsCompleted && Up(director) == 1, "the member has left");
    }

    private static MemberRemoval Removal(IActorRef inspector, string member, bool byForce) =>
        (MemberRemoval)Ask(inspector, new AskNodes("d", new MemberRemovalWanted(member, byForce))).Answers.Single();

    private static IActorRef Inspect(ActorSystem system, string node) => system.ActorOf(
        InspectorActor.Props(node, lines => [new LogLine(new Instant(1, 0), "Warning", "test", $"of {node}, {lines}")]), "inspector");

    private static NodesAnswered Ask(IActorRef inspector, AskNodes question) =>
        inspector.Ask<NodesAnswered>(question, Limit).GetAwaiter().GetResult();
}
