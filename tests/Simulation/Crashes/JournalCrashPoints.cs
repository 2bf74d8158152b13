using Akka.Actor;
using Akka.Persistence;
using Backup.Cluster.Startup;
using Backup.Messages.Wire;
using Microsoft.Data.Sqlite;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>
/// The journal of the director's actors, in its SQLite file, stopped at every write and sync: what an actor was told to be persisted is
/// there after a start, in order and without holes, and what comes after it is at most the event that was under way.
/// </summary>
internal sealed class JournalCrashPoints(ulong seed)
{
    private const int Events = 15;

    /// <summary>At one crash point in so many an actor recovers; at the others the table is read: an actor system starts slowly.</summary>
    private const int RecoversOneIn = 400;

    private static readonly WireMap Words = new([("crash-counted", typeof(Counted))]);
    private static readonly Action<long> Nobody = _ => { };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Seeded _chance = new(seed);
    private readonly DiskLog _log = new();
    private readonly List<(int Steps, long Number)> _told = [];

    /// <summary>Crashes that were recovered from.</summary>
    public int Count { get; private set; }

    /// <summary>Those of them from which an actor recovered.</summary>
    public int Recovered { get; private set; }

    /// <summary>Throws where a recovery is not as it must be.</summary>
    public void Run()
    {
        string folder = LifeFolder.Take();
        try
        {
            using (new SqliteRecorder(folder, _log)) Write(folder);
            LifeFolder.Empty(folder);
            for (int steps = 0; steps <= _log.Count; steps++)
                foreach (CrashKind kind in Enum.GetValues<CrashKind>()) Check(folder, steps, kind);
        }
        finally
        {
            LifeFolder.Leave(folder);
        }
    }

    private void Write(string folder)
    {
        ActorSystem system = Start(folder);
        IActorRef counter = system.ActorOf(Props.Create(() => new Counter(Told)), "counter");
        for (int i = 0; i < Events; i++) counter.Ask<long>(CountOn.Once, Patience).GetAwaiter().GetResult();
        for (int i = 0; i < Events; i++) counter.Tell(CountOn.Once);
        counter.Ask<long>(CountOn.Once, Patience).GetAwaiter().GetResult();
        End(system);
    }

    private void Told(long number)
    {
        lock (_told) _told.Add((_log.Count, number));
    }

    private void Check(string folder, int steps, CrashKind kind)
    {
        string where = $"seed {seed}, journal, step {steps} of {_log.Count}, {kind}";
        LifeFolder.Empty(folder);
        foreach ((string name, byte[] bytes) in _log.After(steps, kind, _chance)) File.WriteAllBytes(Path.Combine(folder, name), bytes);
        long told = _told.Where(t => t.Steps <= steps).Select(t => t.Number).DefaultIfEmpty(0).Max();
        long most = _told.Where(t => t.Steps > steps).Select(t => t.Number).DefaultIfEmpty(told).Max();
        long last = _chance.OneIn(RecoversOneIn) ? Recover(folder) : Read(folder, where);
        Verdicts.Require(last >= told && last <= most, $"{where}: {told} events were told to be there, and {last} are");
        Count++;
    }

    /// <summary>The last number of the table, which must be without holes.</summary>
    private static long Read(string folder, string where)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = JournalOf(folder), Pooling = false }.ToString());
        connection.Open();
        Verdicts.Require((string)One(connection, "PRAGMA integrity_check")! == "ok", $"{where}: the journal is damaged");
        if ((long)One(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'journal'")! == 0) return 0;
        long count = (long)One(connection, "SELECT count(*) FROM journal")!;
        long last = One(connection, "SELECT max(sequence_number) FROM journal") as long? ?? 0;
        Verdicts.Require(count == last, $"{where}: {count} events up to number {last}");
        return last;
    }

    private static object? One(SqliteConnection connection, string query)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar();
    }

    private long Recover(string folder)
    {
        ActorSystem system = Start(folder);
        IActorRef counter = system.ActorOf(Props.Create(() => new Counter(Nobody)), "counter");
        long next = counter.Ask<long>(CountOn.Once, Patience).GetAwaiter().GetResult();
        End(system);
        Recovered++;
        return next - 1;
    }

    private static ActorSystem Start(string folder) => NodeSystem.Create(Words, JournalStore.InFile(JournalOf(folder)));

    private static string JournalOf(string folder) => Path.Combine(folder, "journal.db");

    private static void End(ActorSystem system)
    {
        system.Terminate().Wait(Patience);
        SqliteConnection.ClearAllPools();
    }

    /// <summary>Event of the counter.</summary>
    public sealed record Counted(long Number);

    private sealed record CountOn
    {
        public static readonly CountOn Once = new();
    }

    private sealed class Counter : ReceivePersistentActor
    {
        private long _number;

        public Counter(Action<long> told)
        {
            Recover<Counted>(counted => _number = counted.Number);
            Command<CountOn>(_ => Persist(new Counted(_number + 1), counted =>
            {
                _number = counted.Number;
                told(_number);
                Sender.Tell(_number);
            }));
        }

        public override string PersistenceId => "counter-1";
    }
}
