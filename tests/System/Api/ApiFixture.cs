using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using Backup.Commands;
using Backup.Consoles;
using Backup.Node.Api;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backup.Tests.System.Api;

/// <summary>The API on a socket of its own, with a scripted director behind it, and a console in front of it.</summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("backup-api-");
    private readonly TaskCompletionSource lineShown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ApiServer? server;

    public ScriptedRunner Runner { get; private init; } = new();

    public Interruption Interruption { get; } = Interruption.ByHand();

    public string SocketPath => Path.Combine(folder.FullName, "run", "backup.sock");

    /// <summary>Completes when a console has shown its first line.</summary>
    public Task LineShown => lineShown.Task;

    public ConsoleGroup? Group { get; private init; }

    public static async Task<ApiFixture> Start(ScriptedRunner? runner = null, ConsoleGroup? group = null)
    {
        var fixture = new ApiFixture { Runner = runner ?? new ScriptedRunner(), Group = group };
        fixture.server = await fixture.Listen();
        return fixture;
    }

    public Task<ApiServer> Listen() => ApiServer.Start(
        new ApiOptions(SocketPath, "1.2.3") { Group = Group }, Runner, NullLoggerFactory.Instance, default);

    public async Task Stop()
    {
        if (server is not null) await server.DisposeAsync();
        server = null;
    }

    public HttpClient Client() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = new Uri("http://node") };

    public async Task<(HttpStatusCode Status, string Body)> Post(string body)
    {
        using HttpClient client = Client();
        using HttpResponseMessage response = await client.PostAsync(new Uri("/v1/commands", UriKind.Relative),
            new StringContent(body, Encoding.UTF8));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Runs the console in this process: its exit status and what it wrote.</summary>
    public async Task<(int Status, string Output, string Error)> Console(params string[] arguments) => await Type("", arguments);

    /// <summary>The same, with lines typed at a prompt that is no terminal.</summary>
    public async Task<(int Status, string Output, string Error)> Type(string typed, params string[] arguments)
    {
        using var output = new WatchedWriter(lineShown) { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var program = new ConsoleProgram(new ConsoleTerminal(new StringReader(typed), output, error), _ => null, Interruption);
        int status = await program.Run(["--socket", SocketPath, .. arguments]);
        return (status, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Interruption.Dispose();
        folder.Delete(recursive: true);
    }

    private sealed class WatchedWriter(TaskCompletionSource lineShown) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            lineShown.TrySetResult();
        }
    }
}
