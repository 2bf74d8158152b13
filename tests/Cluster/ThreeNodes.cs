using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Backup.TestKit.Processes;

namespace Backup.Tests.Cluster;

/// <summary>
/// Director, storage and client as three processes on loopback, each with a configuration and data of its own; where wanted with the
/// certificates of an installation. Between client and storage is a line whose speed is known, so that a job lasts as long as it has to.
/// </summary>
internal sealed class ThreeNodes : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("backup-three-").FullName;
    private readonly string _control = FreeEndpoint(), _cluster = FreeEndpoint();

    public ThreeNodes(int bytesPerSecond)
    {
        string bulk = FreeEndpoint();
        StorageFigures = FreeEndpoint();
        Line = new SlowRelay(bulk, bytesPerSecond);
        Director = Node("director", $$"""
            Node { main { roles = [director], data-directory = var, control-listen = "{{_control}}", bulk-listen = "{{FreeEndpoint()}}"
                          cluster-listen = "{{_cluster}}" } }
            Director { main { } }
            Client { web { } }
            Storage { vault { node = vault } }
            Pool { p { label-format = "Vol-{0001}" } }
            FileSet { f { paths-per-run = yes } }
            Job { j { client = web, fileset = f, storage = vault, pool = p, level = Full } }
            """);
        Storage = Node("vault", $$"""
            Node { vault { roles = [storage], data-directory = var, bulk-listen = "{{bulk}}", bulk-address = "{{Line.Address}}"
                           cluster-listen = "{{FreeEndpoint()}}", cluster-seeds = ["{{_cluster}}"], metrics-listen = "{{StorageFigures}}" } }
            Storage { vault { folder = volumes, commit-interval = 1 s } }
            """);
        Client = Node("web", $$"""
            Node { web { roles = [client], data-directory = var, directors = ["{{_control}}"] } }
            Client { web { } }
            """);
    }

    public NodeProcess Director { get; }

    public NodeProcess Storage { get; }

    public NodeProcess Client { get; }

    /// <summary>What the client's bytes go through to the storage.</summary>
    public SlowRelay Line { get; }

    /// <summary>Where the storage tells its figures.</summary>
    public string StorageFigures { get; }

    public string Scratch(string name) => Path.Combine(_scratch, name);

    /// <summary>Starts the three; with certificates the two others join the installation that the director's node makes.</summary>
    public ThreeNodes Start(bool withCertificates)
    {
        if (withCertificates) Enrol(Director, "init");
        Director.Start();
        if (withCertificates)
        {
            foreach ((NodeProcess node, string name, string role) in new[] { (Storage, "vault", "storage"), (Client, "web", "client") })
                Enrol(node, "join", Enrol(Director, "invite", name, "--roles", role).Lines[^1]);
        }
        Storage.StartMember();
        Client.StartMember();
        Eventually(TimeSpan.FromMinutes(1), IsTogether, () => $"the director sees both\n{Director.Log}\n{Storage.Log}\n{Client.Log}");
        return this;
    }

    public bool IsTogether() =>
        Director.Documents("status", "storage").Rows.Any(row => row.TryGetProperty("folder", out _))
        && Director.Documents("status", "client").Rows.Any(row => row.TryGetProperty("state", out var state)
            && state.GetString()!.StartsWith("attached", StringComparison.OrdinalIgnoreCase));

    /// <summary>How long it took.</summary>
    public static TimeSpan Eventually(TimeSpan limit, Func<bool> isSo, Func<string> what)
    {
        long began = Stopwatch.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < limit, $"not within {limit}: {what()}");
            never.Wait(TimeSpan.FromMilliseconds(200));
        }
        return Stopwatch.GetElapsedTime(began);
    }

    public static string FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    public void Dispose()
    {
        Client.Dispose();
        Storage.Dispose();
        Director.Dispose();
        Line.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    private NodeProcess Node(string name, string configuration)
    {
        string file = Scratch(name + ".conf");
        File.WriteAllText(file, configuration);
        return new NodeProcess(Scratch(name), file);
    }

    private static ProgramRun Enrol(NodeProcess node, params string[] words) =>
        ProgramRun.Of(BuiltPrograms.Node, [.. words, "--config", node.Configuration, "--data", node.Data]).EndsWith(0);
}
