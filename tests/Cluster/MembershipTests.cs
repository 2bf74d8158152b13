using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Backup.Cluster.Membership;
using Backup.Cluster.Startup;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Backup.Tests.Cluster;

public sealed class MembershipTests(ITestOutputHelper output) : Members
{
    private readonly string _director = FreeEndpoint();

    [Fact]
    [Trait("Req", "NET-01")]
    public void A_storage_on_another_node_and_the_director_hear_each_other()
    {
        StartDirector(Member("d", "director", _director, []));
        ActorSystem storage = Start(Member("s", "storage", "127.0.0.1:0", [_director]));
        int asked = 0;
        Announce(storage, "s1", () => Interlocked.Increment(ref asked));

        Eventually(() => Volatile.Read(ref asked) > 0, "the director's question at the storage");
        Eventually(() => Up(storage) == 2, "two members");
    }

    [Fact]
    public void A_storage_that_starts_first_waits_for_the_director()
    {
        ActorSystem storage = Start(Member("s", "storage", "127.0.0.1:0", [_director]));
        int asked = 0;
        Announce(storage, "s1", () => Interlocked.Increment(ref asked));
        Eventually(After(TimeSpan.FromSeconds(1)), "some probes that nobody answers");
        Assert.Equal(0, Up(storage));
        StartDirector(Member("d", "director", _director, []));

        Eventually(() => Volatile.Read(ref asked) > 0, "the director's question at the storage");
    }

    [Fact]
    [Trait("Req", "NET-17")]
    public void A_director_that_is_killed_leaves_its_storages_alone_and_is_seen_again_within_seconds()
    {
        MemberSettings settings = Member("d", "director", _director, []);
        ActorSystem first = StartDirector(settings);
        ActorSystem[] storages = [.. Enumerable.Range(1, 2).Select(n => Start(Member($"s{n}", "storage", "127.0.0.1:0", [_director])))];
        var asked = new int[2];
        for (int n = 0; n < 2; n++)
        {
            int which = n;
            Announce(storages[n], $"s{n}", () => Interlocked.Increment(ref asked[which]));
        }
        // In everybody's view: a director that is killed between making a member up and saying so leaves it joining until the next one.
        Eventually(() => asked.All(count => count > 0) && storages.Append(first).All(s => Up(s) == 3), "three members");
        Kill(first);
        Eventually(() => storages.All(s => Up(s) == 2), "the director is missed");
        // Longer than any of the times after which members are removed: nobody may have been.
        Eventually(After(TimeSpan.FromSeconds(4)), "a while");
        Assert.All(storages, s => Assert.False(s.WhenTerminated.IsCompleted));
        int[] before = [.. asked];
        StartDirector(settings);
        TimeSpan seen = Eventually(() => asked.Zip(before, (now, then) => now > then).All(more => more), "the new director's questions");
        output.WriteLine($"a new director is heard by both storages after {seen.TotalSeconds:0.0} s");

        Assert.All(storages, s => Assert.False(s.WhenTerminated.IsCompleted));
    }

    [Fact]
    public void A_storage_whose_director_began_another_cluster_comes_to_it()
    {
        ActorSystem first = StartDirector(Member("d", "director", _director, []));
        int asked = 0;
        using RenewedSystem storage = Renewed(
            Member("s", "storage", "127.0.0.1:0", [_director]), () => Interlocked.Increment(ref asked),
            "backup.cluster.director-missed-after = 1s");
        Eventually(() => asked > 0 && Up(storage.System) == 2, "the first director");
        Kill(first);
        Eventually(() => Up(storage.System) == 1, "the director is missed");
        int before = asked;
        // Another data directory: it remembers nobody, and begins a cluster of its own.
        StartDirector(Member("d-new", "director", _director, []));

        Eventually(() => asked > before, "the new director's question");
        Assert.True(storage.Lives > 1);
    }

    [Fact]
    public void An_actor_system_that_is_removed_is_made_anew_and_joins_again()
    {
        ActorSystem director = StartDirector(Member("d", "director", _director, []));
        int asked = 0;
        using RenewedSystem storage = Renewed(Member("s", "storage", "127.0.0.1:0", [_director]), () => Interlocked.Increment(ref asked));
        Eventually(() => asked > 0 && Up(director) == 2, "the first life");
        ActorSystem firstLife = storage.System;
        Akka.Cluster.Cluster.Get(director).Down(Akka.Cluster.Cluster.Get(firstLife).SelfAddress);
        Eventually(() => storage.Lives == 2, "the second life");
        int before = asked;

        Eventually(() => asked > before, "the director's question in the second life");
        Assert.True(firstLife.WhenTerminated.IsCompleted);
    }

    /// <summary>As when the remoting of the director loses its answers to a node that was started again at its old address.</summary>
    [Fact]
    public void A_storage_that_is_answered_and_not_let_in_tries_again_with_a_system_made_anew()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        MemberSettings settings = Member("s", "storage", "127.0.0.1:0", [mute.LocalEndpoint.ToString()!]);
        using RenewedSystem storage = Renewed(settings, () => { }, "backup.cluster.join-within = 1s");

        Eventually(() => storage.Lives > 1, "a further life");
    }

    [Fact]
    public void A_storage_that_is_killed_is_removed_and_others_may_join()
    {
        ActorSystem director = StartDirector(Member("d", "director", _director, []));
        ActorSystem lost = Start(Member("s1", "storage", "127.0.0.1:0", [_director]));
        Eventually(() => Up(director) == 2, "two members");
        Kill(lost);
        Eventually(() => Akka.Cluster.Cluster.Get(director).State.Members.Count == 1, "the lost one is removed");
        Start(Member("s2", "storage", "127.0.0.1:0", [_director]));

        Eventually(() => Up(director) == 2, "another one is in");
    }

    [Fact]
    public void A_member_without_certificate_is_refused_off_loopback_with_one_line()
    {
        MemberSettings settings = Member("s", "storage", "192.0.2.1:0", [_director]);
        string line = Assert.Throws<MembershipException>(() => Start(settings)).Message;

        Assert.Contains("192.0.2.1:0", line, StringComparison.Ordinal);
        Assert.Contains("backup-node join", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void A_port_that_is_taken_is_one_line()
    {
        Start(Member("d", "director", _director, []));
        string line = Assert.Throws<MembershipException>(() => Start(Member("d2", "director", _director, []))).Message;

        Assert.Contains(_director, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private RenewedSystem Renewed(MemberSettings settings, Action asked, string tuning = "") => new(
        () => Start(settings, tuning), system => Announce(system, "s1", asked), () => { }, NullLogger.Instance);

    private static Func<bool> After(TimeSpan span)
    {
        long began = TimeProvider.System.GetTimestamp();
        return () => TimeProvider.System.GetElapsedTime(began) > span;
    }
}
