using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;
using Xunit.Abstractions;

namespace Backup.Tests.Cluster;

/// <summary>Director, storage and client as three processes; the only director is killed in the middle of a job and comes back.</summary>
public sealed class LostDirectorTests : IDisposable
{
    private const int Files = 48, FileBytes = 32 << 20;
    private const long Begun = 64 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3), Pause = TimeSpan.FromMilliseconds(50);

    private readonly ITestOutputHelper _output;
    private readonly string _scratch = Directory.CreateTempSubdirectory("backup-lost-").FullName;
    private readonly NodeProcess _director, _storage, _client;

    public LostDirectorTests(ITestOutputHelper output)
    {
        _output = output;
        string cluster = FreeEndpoint(), control = FreeEndpoint();
        _director = Node("director", $$"""
            Node { d { roles = [director], data-directory = var, control-listen = "{{control}}", bulk-listen = "127.0.0.1:0"
                       cluster-listen = "{{cluster}}" } }
            Director { d { } }
            Client { c { node = c-node } }
            Storage { s { node = s-node } }
            Pool { p { label-format = "Vol-{0001}" } }
            FileSet { f { paths-per-run = yes } }
            Job { j { client = c, fileset = f, storage = s, pool = p } }
            """);
        _storage = Node("storage", $$"""
            Node { s-node { roles = [storage], data-directory = var, bulk-listen = "127.0.0.1:0"
                            cluster-listen = "{{FreeEndpoint()}}", cluster-seeds = ["{{cluster}}"] } }
            Storage { s { node = s-node, folder = volumes, commit-interval = 0.1 s } }
            """);
        _client = Node("client", $$"""
            Node { c-node { roles = [client], data-directory = var, directors = ["{{control}}"] } }
            Client { c { node = c-node } }
            """);
    }

    [Fact]
    [Trait("Req", "NET-18")]
    [Trait("Req", "NET-19")]
    [Trait("Req", "NET-20")]
    public void The_only_director_killed_in_the_middle_of_a_job_and_started_again_finds_it_OK()
    {
        string folder = BigFolder();
        _director.Start();
        _storage.StartMember();
        _client.StartMember();
        Eventually(() => _director.Documents("status", "storage").Rows.Any() && IsAttached(), "storage and client are there");
        long job = _director.Documents("run", "job=j", "level=Full", $"root={folder}", "yes").End.GetProperty("jobid").GetInt64();
        Eventually(() => Stored() > Begun, "the job moves data");
        _director.Kill();
        long killedAt = Stored();
        Eventually(() => Stored() >= (long)Files * FileBytes, "the data path goes on without a director");
        Assert.True(killedAt < (long)Files * FileBytes, "the director was killed when the data had been moved already");
        Assert.NotEmpty(Owed());
        _director.Start();
        _director.Documents("wait", $"jobid={job}").JobInState("OK");

        _output.WriteLine($"killed at {killedAt >> 20} MiB, {Stored() >> 20} MiB when it came back");
        Eventually(() => Owed().Length == 0, "the outbox is empty");
        string log = _director.Console("log", $"jobid={job}").EndsWith(0).Output;
        Assert.Contains("the director was started again", log, StringComparison.Ordinal);
        string target = Path.Combine(_scratch, "restored");
        _director.Documents("restore", $"jobid={job}", $"where={target}", "wait=yes", "yes").JobInState("OK");
        HostileFolder.AreEqual(folder, target + folder);
    }

    private bool IsAttached() => _client.Log.Contains("attached", StringComparison.Ordinal)
        || _director.Console("status", "client").Output.Contains("attached", StringComparison.Ordinal);

    private long Stored()
    {
        string volumes = Path.Combine(_storage.Data, "volumes");
        return Directory.Exists(volumes) ? new DirectoryInfo(volumes).EnumerateFiles().Sum(file => file.Length) : 0;
    }

    private string[] Owed() => Directory.GetFiles(Path.Combine(_storage.Data, "outbox", "s"), "*.outbox");

    private string BigFolder()
    {
        string folder = Path.Combine(_scratch, "big");
        Directory.CreateDirectory(folder);
        var noise = new byte[FileBytes];
        new Random(1).NextBytes(noise);
        for (int i = 0; i < Files; i++) File.WriteAllBytes(Path.Combine(folder, $"file-{i:00}"), noise);
        return folder;
    }

    private NodeProcess Node(string name, string configuration)
    {
        string file = Path.Combine(_scratch, name + ".conf");
        File.WriteAllText(file, configuration);
        return new NodeProcess(Path.Combine(_scratch, name), file);
    }

    private static void Eventually(Func<bool> isSo, string what)
    {
        long began = Stopwatch.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Limit, $"not within {Limit}: {what}");
            never.Wait(Pause);
        }
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
        _client.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }
}
