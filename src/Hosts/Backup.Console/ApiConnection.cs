using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Backup.Commands;

namespace Backup.Consoles;

/// <summary>The node cannot be reached, or went away. The message is one line for the user.</summary>
internal sealed class NodeAwayException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The node's API through its unix socket.</summary>
internal sealed class ApiConnection : IDisposable
{
    private const string StartHint = "start a node with ./quickstart or 'backup-node run', or name its socket with --socket PATH";

    private readonly string socketPath;
    private readonly HttpMessageInvoker client;

    public ApiConnection(string socketPath)
    {
        this.socketPath = socketPath;
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (_, cancellation) => Connect(cancellation),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>What to say where no socket was found at all.</summary>
    public static string NotFound =>
        $"no node's socket at {string.Join(" or ", SocketLocator.Places)}; {StartHint}";

    /// <summary>
    /// Sends the words and gives the answer's lines as they come. Throws <see cref="NodeAwayException"/> and
    /// <see cref="ApiFormatException"/>.
    /// </summary>
    public async IAsyncEnumerable<byte[]> Send(IReadOnlyList<string> words, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("http://node/v1/commands"));
        request.Content = new ByteArrayContent(ApiJson.Write(new CommandRequest(words)));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await Reach(request, cancellation).ConfigureAwait(false);
        PipeReader reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        while (await ReadLine(reader, cancellation).ConfigureAwait(false) is { } line) yield return line;
        await reader.CompleteAsync().ConfigureAwait(false);
    }

    public async Task<VersionAnswer> Version(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("http://node/v1/version"));
        using HttpResponseMessage response = await Reach(request, cancellation).ConfigureAwait(false);
        PipeReader reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        return ApiJson.ReadVersion(await ReadLine(reader, cancellation).ConfigureAwait(false));
    }

    public void Dispose() => client.Dispose();

    private async ValueTask<Stream> Connect(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> Reach(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await client.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw new NodeAwayException(Explain(failure.InnerException as SocketException, failure), failure);
        }
        catch (ArgumentException failure)
        {
            throw new NodeAwayException($"{socketPath} cannot be the path of a socket: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private string Explain(SocketException? failure, HttpRequestException whole) => failure?.SocketErrorCode switch
    {
        SocketError.AccessDenied => $"you may not use the node's socket {socketPath}; "
            + "only its owner may, and members of its console-group where it has one",
        SocketError.ConnectionRefused => $"no node listens on {socketPath}; {StartHint}",
        SocketError.AddressNotAvailable => $"there is no socket {socketPath}; {StartHint}",
        _ when !File.Exists(socketPath) => $"there is no socket {socketPath}; {StartHint}",
        _ => $"cannot reach the node at {socketPath}: {(failure?.Message ?? whole.Message).ReplaceLineEndings(" ")}",
    };

    private static async Task<byte[]?> ReadLine(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read = await Fill(reader, cancellation).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                byte[] line = buffer.Slice(0, end).ToArray();
                reader.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }
            if (read.IsCompleted)
            {
                byte[]? rest = buffer.IsEmpty ? null : buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return rest;
            }
            if (buffer.Length > ApiJson.MaximumDocumentBytes)
                throw new ApiFormatException($"the node sent a line of more than {ApiJson.MaximumDocumentBytes:N0} bytes");
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static async Task<ReadResult> Fill(PipeReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new NodeAwayException("the node went away in the middle of its answer", failure);
        }
    }
}
