using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Backup.TestKit.Processes;
using Xunit.Abstractions;

namespace Backup.Tests.Cluster;

/// <summary>A director and a storage as two processes on loopback, each with a configuration of its own.</summary>
public sealed class NodesTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly ITestOutputHelper _output;
    private readonly string _scratch = Directory.CreateTempSubdirectory("backup-nodes-").FullName;
    private readonly string _cluster = FreeEndpoint(), _control = FreeEndpoint(), _bulk = FreeEndpoint(), _storageCluster = FreeEndpoint();
    private readonly NodeProcess _director, _storage;

    public NodesTests(ITestOutputHelper output)
    {
        _output = output;
        _director = Node("director", $$"""
            Node { d { roles = [director, client], data-directory = var, control-listen = "{{_control}}", bulk-listen = "{{_bulk}}"
                       cluster-listen = "{{_cluster}}" } }
            Director { d { } }
            Client { c { node = d } }
            Storage { s { node = s-node } }
            Pool { p { label-format = "Vol-{0001}" } }
            FileSet { f { paths-per-run = yes } }
            Job { j { client = c, fileset = f, storage = s, pool = p } }
            """);
        _storage = Node("storage", StorageConfiguration("s-node", "s"));
    }

    [Fact]
    [Trait("Req", "NET-01")]
    public void A_job_runs_over_two_nodes_and_again_after_either_was_killed()
    {
        _director.Start();
        _storage.StartMember();
        SeesStorage();
        Backup("Full");

        _storage.Kill();
        _storage.StartMember();
        Backup("Incremental");

        _director.Kill();
        _director.Start();
        TimeSpan seen = SeesStorage();
        _output.WriteLine($"the storage is seen {seen.TotalSeconds:0.0} s after the director answers again");
        Backup("Incremental");
    }

    [Fact]
    public void A_storage_that_the_director_does_not_know_is_refused_with_one_line_and_the_rest_goes_on()
    {
        _director.Start();
        _storage.StartMember();
        using NodeProcess stranger = Node("stranger", StorageConfiguration("x-node", "x")).StartMember();
        Eventually(() => stranger.Log.Contains("'x'", StringComparison.Ordinal), $"a line in the stranger's log\n{stranger.Log}");

        Assert.Contains("is not in the director's configuration", stranger.Log, StringComparison.Ordinal);
        Assert.Equal(1, Count(_director.Log, "storage 'x'"));
        SeesStorage();
        Assert.DoesNotContain(Storages(), row => row.GetProperty("storage").GetString() == "x");
    }

    [Fact]
    public void A_node_without_director_carries_no_command_out_and_says_where_to_go()
    {
        _storage.StartMember();
        ProgramRun run = _storage.Console("status");

        Assert.Equal(1, run.Status);
        Assert.Contains("has no role director", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_of_clients_listen_nowhere_so_that_several_run_on_one_host()
    {
        using NodeProcess one = Node("one", ClientConfiguration("one")).StartMember(), two = Node("two", ClientConfiguration("two"));
        two.StartMember();
    }

    private string ClientConfiguration(string node) => $$"""
        Node { {{node}} { roles = [client], data-directory = var, directors = ["{{_control}}"] } }
        Client { {{node}} { } }
        """;

    private NodeProcess Node(string name, string configuration)
    {
        string file = Path.Combine(_scratch, name + ".conf");
        File.WriteAllText(file, configuration);
        return new NodeProcess(Path.Combine(_scratch, name), file);
    }

    private string StorageConfiguration(string node, string storage) => $$"""
        Node { {{node}} { roles = [storage], data-directory = var, bulk-listen = "127.0.0.1:0"
                          cluster-listen = "{{(storage == "s" ? _storageCluster : FreeEndpoint())}}", cluster-seeds = ["{{_cluster}}"] } }
        Storage { {{storage}} { node = {{node}}, folder = volumes } }
        """;

    private void Backup(string level) =>
        _director.Documents("run", "job=j", $"level={level}", $"root={Tree()}", "wait=yes", "yes").JobInState("OK");

    private string Tree()
    {
        string folder = Path.Combine(_scratch, "tree");
        Directory.CreateDirectory(folder);
        File.AppendAllText(Path.Combine(folder, "file"), "more\n");
        return folder;
    }

    /// <summary>The rows of the table of storages; other tables of the answer have no folder.</summary>
    private IReadOnlyList<JsonElement> Storages() =>
        [.. _director.Documents("status", "storage").Rows.Where(row => row.TryGetProperty("folder", out _))];

    private TimeSpan SeesStorage() => Eventually(
        () => Storages().Any(row => row.GetProperty("storage").GetString() == "s"),
        $"the director sees the storage\n{_director.Log}\n--- the storage:\n{_storage.Log}");

    private static int Count(string text, string words) => text.Split(words).Length - 1;

    private static TimeSpan Eventually(Func<bool> isSo, string what)
    {
        long began = Stopwatch.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Limit, $"not within {Limit}: {what}");
            never.Wait(TimeSpan.FromMilliseconds(100));
        }
        return Stopwatch.GetElapsedTime(began);
    }

    private static string FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    public void Dispose()
    {
        _director.Dispose();
        _storage.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }
}
