using System.Diagnostics;
using System.Net.Sockets;
using Akka.Actor;
using Backup.Actors.Client.Control;
using Backup.Actors.Client.Nodes;
using Backup.Filesets.Linux;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.TestKit.Processes;
using Backup.Transfer.Channels;
using Backup.Transfer.Links;
using Backup.Transfer.Transports;

namespace Backup.Tests.Compat;

/// <summary>
/// Today's software against a frozen peer of the control link's version 1, which is a program of its own and has none of the product's
/// code.
/// </summary>
[Trait("Req", "NET-01")]
[Trait("Req", "NET-03")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ControlLinkVersionTests : IDisposable
{
    private static readonly string Peer = BuiltPrograms.Script("tests/Compat/control-link-v1");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("backup-compat-").FullName;
    private readonly List<IDisposable> _made = [];

    [Fact]
    public void A_client_of_version_1_is_ordered_by_todays_director_and_understood()
    {
        int port = FreePort();
        string configuration = Path.Combine(_folder, "node.conf");
        File.WriteAllText(configuration, $$"""
            Node { n { roles = [director, storage], data-directory = n, control-listen = "127.0.0.1:{{port}}"
                bulk-listen = "127.0.0.1:0" } }
            Client { old {} }
            Storage { disk { node = n, folder = volumes } }
            Pool { p {} }
            FileSet { f { paths = ["/etc"] } }
            Job { j { client = old, fileset = f, storage = disk, pool = p } }
            """);
        using NodeProcess node = new NodeProcess(Path.Combine(_folder, "data"), configuration).Start();
        StreamReader old = Started("client", $"127.0.0.1:{port}", "old");
        Assert.Equal("welcome version=1 node=n", old.ReadLine());

        ProgramRun estimate = node.Console("estimate", "job=j").EndsWith(0);
        Assert.Contains("31", estimate.Output, StringComparison.Ordinal);
        ProgramRun run = node.Console("run", "job=j", "wait=yes", "yes");

        Assert.NotEqual(0, run.Status);
        Assert.Contains("version 1 of this program only refuses", run.Output + run.Errors, StringComparison.Ordinal);
        node.Stop();
        string[] heard = old.ReadToEnd().TrimEnd('\n').Split('\n');
        string[] known = ["ordered estimate", "ordered backup", "ordered cancel", "end", "closed"];
        Assert.All(heard, line => Assert.Contains(line, known));
        Assert.Superset(new HashSet<string> { "ordered estimate", "ordered backup" }, heard.ToHashSet());
    }

    [Fact]
    public void Todays_client_serves_a_director_of_version_1_and_tells_it_nothing_newer()
    {
        string source = Directory.CreateDirectory(Path.Combine(_folder, "source")).FullName;
        for (int file = 0; file < 3; file++) File.WriteAllText(Path.Combine(source, $"file-{file}"), "content");
        StreamReader old = Started("director", "0", source);
        string endpoint = old.ReadLine()!.Split(' ')[1];
        StartClient(endpoint);

        Assert.Equal("hello new versions=1-2", old.ReadLine());
        string[] said = old.ReadToEnd().TrimEnd('\n').Split('\n');
        Assert.Contains("estimate files=3 failure=None", said);
        Assert.Equal("end", said[^1]);
    }

    public void Dispose()
    {
        foreach (IDisposable made in Enumerable.Reverse(_made)) made.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void StartClient(string endpoint)
    {
        var cache = new NodeCache(new NodeCacheSettings(Path.Combine(_folder, "nodes.db")), TimeProvider.System);
        Func<ChannelOffer, int, BulkChannel> noChannel = (_, _) => throw new ChannelException("no channel is wanted here");
        var parts = new ClientParts(() => new LinuxFileTree(), cache, noChannel, TimeProvider.System, _folder);
        var engine = new ClientEngine("new", new ClientWork(parts, _ => { }), _ => { });
        ActorSystem system = ActorSystem.Create("new");
        _made.AddRange([cache, engine, new Ending(system)]);
        var hello = new ControlHello(ControlVersion.Min, ControlVersion.Max, "new",
            new("h", "Linux", "6", "x64", "Debian", "1", "ext4"), "1");
        var dialing = new ClientDialing(endpoint, () =>
            ControlDialer.Open(new TcpTransport(), endpoint, hello, new ChannelSettings(TimeProvider.System)), new Zeros());
        system.ActorOf(ClientActor.Props(engine, dialing), "client");
    }

    private StreamReader Started(params string[] words)
    {
        Process process = Process.Start(new ProcessStartInfo("python3", [Peer, .. words]) { RedirectStandardOutput = true })!;
        _made.Add(new Killing(process));
        return process.StandardOutput;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Killing(Process process) : IDisposable
    {
        public void Dispose()
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }

    private sealed class Ending(ActorSystem system) : IDisposable
    {
        public void Dispose() => system.Terminate().Wait(Patience);
    }

    private sealed class Zeros : IEntropy
    {
        public void Fill(Span<byte> bytes) => bytes.Clear();
    }
}
