using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Persistence;
using Backup.Catalog.PostgreSql;
using Backup.Cluster.Startup;
using Backup.Messages.Wire;
using Backup.TestKit.PostgreSql;

namespace Backup.Tests.Actors;

/// <summary>Persistent actors on a journal in PostgreSQL whose server ends and comes again.</summary>
public sealed class PostgreSqlJournalTests
{
    private static readonly WireMap Words = new([("test-counted", typeof(Counted))]);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task An_event_that_was_persisted_outlives_a_restart_of_the_server_in_the_middle_of_others()
    {
        using PostgreSqlServer server = PostgreSqlServer.StartOwn();
        PostgreSqlOptions place = server.NewSchema();
        var acknowledged = new ConcurrentQueue<long>();
        ActorSystem system = Start(place);
        IActorRef keeper = system.ActorOf(Props.Create(() => new Keeper(acknowledged)), "keeper");
        Assert.True(await CountedNext(keeper) >= 1); // more where a busy machine let it ask twice
        for (int i = 0; i < 300; i++) keeper.Tell(new CountOn());
        server.Restart();
        for (int i = 0; i < 300; i++) keeper.Tell(new CountOn());
        long last = await CountedNext(keeper);
        Assert.True(last >= acknowledged.Max());
        Assert.Equal(acknowledged.Count, acknowledged.Distinct().Count());
        await system.Terminate();

        ActorSystem again = Start(place);
        IActorRef recovered = again.ActorOf(Props.Create(() => new Keeper(acknowledged)), "keeper");
        long told = acknowledged.Max();
        Assert.True(await CountedNext(recovered) > told);
        Assert.Equal(7, await JournalNumbers.Highest(again, "counter-"));
        await again.Terminate();
    }

    [Fact]
    public void A_journal_that_cannot_be_used_is_refused_in_one_line_without_its_password()
    {
        PostgreSqlOptions place = PostgreSqlServer.Shared.Database("postgres") with { Password = "s3cret-words" };
        JournalException e = Assert.Throws<JournalException>(() => Start(place));
        Assert.Contains("password authentication failed", e.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{place.Port}", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static ActorSystem Start(PostgreSqlOptions place) =>
        NodeSystem.Create(Words, JournalStore.InPostgreSql(place.ConnectionText(), place.ToString()));

    /// <summary>Asks until there is an answer: what fails meanwhile stops the counter, and the next word makes it again.</summary>
    private static async Task<long> CountedNext(IActorRef keeper)
    {
        for (int attempt = 0; attempt < 40; attempt++)
        {
            try
            {
                return await keeper.Ask<long>(new CountOn(), Patience);
            }
            catch (AskTimeoutException)
            {
            }
        }
        throw new TimeoutException("the counter never came back");
    }

    public sealed record Counted(long Number);

    private sealed record CountOn;

    /// <summary>Makes its counter where a word comes for it, as the director makes its jobs; one that throws stops.</summary>
    private sealed class Keeper : ReceiveActor
    {
        public Keeper(ConcurrentQueue<long> acknowledged) => Receive<CountOn>(word =>
        {
            IActorRef counter = Context.Child("counter");
            if (counter.IsNobody()) counter = Context.ActorOf(Props.Create(() => new Counter(acknowledged)), "counter");
            counter.Forward(word);
        });

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
    }

    private sealed class Counter : ReceivePersistentActor
    {
        private long _number;

        public Counter(ConcurrentQueue<long> acknowledged)
        {
            Recover<Counted>(e => _number = e.Number);
            Command<CountOn>(_ => Persist(new Counted(_number + 1), e =>
            {
                _number = e.Number;
                acknowledged.Enqueue(e.Number);
                Sender.Tell(e.Number);
            }));
        }

        public override string PersistenceId => "counter-7";
    }
}
