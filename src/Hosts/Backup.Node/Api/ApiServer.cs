using Backup.Commands;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backup.Node.Api;

/// <summary>What the API needs to know about its surroundings.</summary>
/// <param name="SocketPath">
/// Absolute; its folder is made with mode 0700 where it is missing, the socket has mode 0600. With a group: 0750, 0660, and theirs.
/// </param>
/// <param name="Version">Of the product, told by <c>/v1/version</c>.</param>
public sealed record ApiOptions(string SocketPath, string Version)
{
    /// <summary>How long answers in hand may go on once the server is being stopped.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(2);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The group whose members may use the API beside root and the node's own user; null where there is none.</summary>
    public ConsoleGroup? Group { get; init; }

    /// <summary>Who may use the API: null lets a caller in, else the one line that refuses it. Roles of operators belong here.</summary>
    public Func<Caller, ConsoleGroup?, string?> Refusal { get; init; } = CallerRights.Refusal;
}

/// <summary>
/// The API on a unix socket: Kestrel alone, without a web host, so that no environment variable or settings file has a say and no signal
/// is taken.
/// Answers run on the thread pool; <see cref="ICommandRunner"/> is called from many of them at once.
/// </summary>
public sealed class ApiServer : IAsyncDisposable
{
    private const int MaximumConnections = 64;
    private const int MaximumHeaders = 32;
    private const int MaximumHeaderBytes = 8 * 1024;

    private readonly ApiOptions options;
    private readonly KestrelServer kestrel;
    private readonly CancellationTokenSource stopping = new();
    private bool isDisposed;

    private ApiServer(ApiOptions options, KestrelServer kestrel)
    {
        this.options = options;
        this.kestrel = kestrel;
    }

    /// <summary>Listens; on return a console can connect. Throws <see cref="ApiSocketException"/> where it cannot.</summary>
    public static async Task<ApiServer> Start(ApiOptions options, ICommandRunner runner, ILoggerFactory loggers,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        await ApiSocket.Prepare(options.SocketPath, options.Group, cancellation).ConfigureAwait(false);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { Backlog = MaximumConnections }), loggers);
        var server = new ApiServer(options, new KestrelServer(Options.Create(Settings(options)), transport, loggers));
        try
        {
            var application = new ApiApplication(
                new CommandEndpoint(
                    runner, caller => options.Refusal(caller, options.Group), loggers.CreateLogger<CommandEndpoint>()), options.Version,
                server.stopping.Token);
            await server.kestrel.StartAsync(application, cancellation).ConfigureAwait(false);
            ApiSocket.Protect(options.SocketPath, options.Group);
            return server;
        }
        catch (ApiSocketException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        catch (IOException failure)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new ApiSocketException($"cannot listen on {options.SocketPath}: {failure.Message}", failure);
        }
    }

    /// <summary>Ends the answers in hand with a line that says so, closes, and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        await stopping.CancelAsync().ConfigureAwait(false);
        using (var deadline = new CancellationTokenSource(options.StopWithin, options.Clock))
            await kestrel.StopAsync(deadline.Token).ConfigureAwait(false);
        kestrel.Dispose();
        stopping.Dispose();
        File.Delete(options.SocketPath);
    }

    private static KestrelServerOptions Settings(ApiOptions options)
    {
        var settings = new KestrelServerOptions { AddServerHeader = false };
        settings.Limits.MaxConcurrentConnections = MaximumConnections;
        settings.Limits.MaxRequestBodySize = null; // CommandEndpoint's own bound
        settings.Limits.MaxRequestHeaderCount = MaximumHeaders;
        settings.Limits.MaxRequestHeadersTotalSize = MaximumHeaderBytes;
        // A reader who pauses (Ctrl-S, a pager) is not cut off; the number of answers in hand is the bound.
        settings.Limits.MinResponseDataRate = null;
        settings.ListenUnixSocket(options.SocketPath, listen => listen.Protocols = HttpProtocols.Http1);
        return settings;
    }

    /// <summary>Routes requests; one instance for all of them.</summary>
    private sealed class ApiApplication(CommandEndpoint commands, string version, CancellationToken stopping)
        : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(Microsoft.AspNetCore.Http.Features.IFeatureCollection contextFeatures) =>
            new DefaultHttpContext(contextFeatures);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }

        public Task ProcessRequestAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", "/v1/commands") => commands.Answer(context, stopping),
            ("GET", "/v1/version") => SendVersion(context),
            (_, "/v1/commands" or "/v1/version") => Refuse(context, StatusCodes.Status405MethodNotAllowed),
            _ => Refuse(context, StatusCodes.Status404NotFound),
        };

        private Task SendVersion(HttpContext context)
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(ApiJson.Write(new VersionAnswer("backup-node", version, ApiJson.Version)),
                context.RequestAborted).AsTask();
        }

        private static Task Refuse(HttpContext context, int status) =>
            CommandEndpoint.Refuse(context, status, EndEvent.WrongUsage,
                "the API takes POST /v1/commands and GET /v1/version; nothing else is here");
    }
}
