using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Backup.Cluster.Membership;
using Backup.Cluster.Startup;
using Backup.Messages.Inspection;
using Backup.Messages.Storages;
using Backup.Messages.Wire;
using Backup.Transfer.Tls;

namespace Backup.Tests.Cluster;

/// <summary>
/// Members of one cluster in this process, each with an actor system of its own, on free ports of loopback, with times that suit a test.
/// </summary>
public abstract class Members : IDisposable
{
    /// <summary>So long a test waits for what must come; far more than it takes.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected const string Fast = """
        akka.cluster {
          gossip-interval = 200ms, leader-actions-interval = 200ms, unreachable-nodes-reaper-interval = 200ms
          periodic-tasks-initial-delay = 100ms, seed-node-timeout = 1s, retry-unsuccessful-join-after = 500ms
          failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 2s, expected-response-after = 200ms }
          singleton.hand-over-retry-interval = 200ms
          singleton-proxy.singleton-identification-interval = 200ms
        }
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        backup.cluster { stable-after = 1s, director-missed-after = 60s, probe-every = 500ms }
        """;

    protected static readonly WireMap Protocols = new([.. StorageProtocol.Entries, .. InspectionProtocol.Entries]);

    private readonly List<ActorSystem> _systems = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("backup-cluster-").FullName;

    /// <summary>A port that was free a moment ago: for nodes that must come back at their address.</summary>
    protected static string FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    protected MemberSettings Member(
        string node, string role, string endpoint, string[] seeds, NodeCertificates? certificates = null) => new(
        node, [role], endpoint, endpoint, seeds,
        certificates is null ? null : SecurityOf(certificates.Certificate, certificates),
        Path.Combine(_folder, node));

    /// <summary>Shows a certificate, and judges others' as the node of these certificates does.</summary>
    protected static MemberSecurity SecurityOf(
        System.Security.Cryptography.X509Certificates.X509Certificate2 own, NodeCertificates judge) =>
        new(own, judge.ClusterRefusal, shown => judge.Verify(shown).Identity is { } identity
            ? new MemberIdentity(identity.Node, identity.RoleWords.Split(',')) : null);

    protected ActorSystem Start(MemberSettings member, string tuning = "")
    {
        ActorSystem system = NodeSystem.CreateMember(Protocols, member, null, Fast + "\n" + tuning);
        lock (_systems) _systems.Add(system);
        return system;
    }

    /// <summary>A member that is the director: it answers whatever a storage says of itself by asking for its status.</summary>
    protected ActorSystem StartDirector(MemberSettings member)
    {
        ActorSystem system = Start(member);
        DirectorSingleton.Run(system, Props.Create(() => new AskingDirector()));
        return system;
    }

    /// <summary>A storage of that name on this member, which goes on announcing itself.</summary>
    protected static void Announce(ActorSystem system, string name, Action asked)
    {
        IActorRef director = DirectorSingleton.Proxy(system);
        system.ActorOf(Props.Create(() => new AnnouncingStorage(director, name, asked)));
    }

    /// <summary>The end that a killed process makes: sockets are gone, nobody is told.</summary>
    protected static void Kill(ActorSystem system) =>
        ((Akka.Remote.RemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Transport.Shutdown().GetAwaiter().GetResult();

    /// <summary>Waits until something is so, looking often; fails where it does not come about.</summary>
    protected static TimeSpan Eventually(Func<bool> isSo, string what)
    {
        long began = Stopwatch.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Limit, $"not within {Limit}: {what}");
            never.Wait(TimeSpan.FromMilliseconds(50));
        }
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>How many members that are up, and answer, this system sees.</summary>
    protected static int Up(ActorSystem system)
    {
        Akka.Cluster.ClusterEvent.CurrentClusterState state = Akka.Cluster.Cluster.Get(system).State;
        return state.Members.Count(m => m.Status == Akka.Cluster.MemberStatus.Up && !state.Unreachable.Contains(m));
    }

    public void Dispose()
    {
        lock (_systems) Task.WhenAll(_systems.Select(s => s.Terminate())).Wait(Limit);
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private sealed class AskingDirector : ReceiveActor
    {
        public AskingDirector() => Receive<StorageOnline>(_ => Sender.Tell(new StorageStatusWanted()));
    }
}

/// <summary>A storage that announces itself twice a second and counts what the director asks.</summary>
internal sealed class AnnouncingStorage : ReceiveActor, IWithTimers
{
    public AnnouncingStorage(IActorRef director, string name, Action asked)
    {
        Receive<string>(_ => director.Tell(new StorageOnline(name, "127.0.0.1:1")));
        Receive<StorageStatusWanted>(_ => asked());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("announce", "now", TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
}

/// <summary>The warnings of one actor system, as its log would have them.</summary>
internal static class Warnings
{
    public static List<string> Of(ActorSystem system)
    {
        var lines = new List<string>();
        IActorRef listener = system.ActorOf(Props.Create(() => new Listener(lines)));
        system.EventStream.Subscribe(listener, typeof(Warning));
        system.EventStream.Subscribe(listener, typeof(Error));
        return lines;
    }

    public static bool Said(List<string> lines, string words)
    {
        lock (lines) return lines.Any(line => line.Contains(words, StringComparison.Ordinal));
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(List<string> lines) => Receive<LogEvent>(e =>
        {
            lock (lines) lines.Add(e.Message?.ToString() ?? "");
        });
    }
}
