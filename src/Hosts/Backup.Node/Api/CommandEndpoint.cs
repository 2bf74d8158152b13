using Backup.Commands;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Api;

/// <summary>POST /v1/commands: words in, one JSON document a line out, each sent as it comes. Safe for concurrent use.</summary>
internal sealed partial class CommandEndpoint(ICommandRunner runner, Func<Caller, string?> refusal, ILogger log)
{
    /// <summary>1,024 words of ordinary length, or the longest path some sixty times.</summary>
    public const int MaximumBodyBytes = 1024 * 1024;

    /// <summary>Answers in hand at once, following consoles among them.</summary>
    public const int MaximumAnswers = 48;

    private const int BodyPartBytes = 16 * 1024;

    private const string MediaType = "application/x-ndjson";

    private static readonly ReadOnlyMemory<byte> LineEnd = "\n"u8.ToArray();

    private int answers;

    public async Task Answer(HttpContext context, CancellationToken stopping)
    {
        try
        {
            if (Interlocked.Increment(ref answers) > MaximumAnswers)
                await Refuse(context, StatusCodes.Status503ServiceUnavailable, EndEvent.Refused,
                    $"the node answers {MaximumAnswers} consoles already; close one or try again").ConfigureAwait(false);
            else if (refusal(PeerCredentials.Of(context)) is { } refused)
                await Refuse(context, StatusCodes.Status403Forbidden, EndEvent.Refused, refused).ConfigureAwait(false);
            else if (await ReadCommand(context).ConfigureAwait(false) is { } command)
                await Stream(context, command, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone; what was started goes on.
        }
        finally
        {
            Interlocked.Decrement(ref answers);
        }
    }

    /// <summary>One error line and its end, with an HTTP status for programs that look no further.</summary>
    public static async Task Refuse(HttpContext context, int httpStatus, EndEvent end, string text)
    {
        context.Response.StatusCode = httpStatus;
        context.Response.ContentType = MediaType;
        await Send(context, new ErrorEvent(text)).ConfigureAwait(false);
        await Send(context, end).ConfigureAwait(false);
    }

    private static async Task<ParsedCommand?> ReadCommand(HttpContext context)
    {
        try
        {
            using var body = new MemoryStream();
            if (!await ReadBody(context, body).ConfigureAwait(false))
            {
                await Refuse(context, StatusCodes.Status413PayloadTooLarge, EndEvent.WrongUsage,
                    $"the request has more than {MaximumBodyBytes:N0} bytes").ConfigureAwait(false);
                return null;
            }
            ParsedCommand command = CommandParser.Utc.Parse(ApiJson.ReadRequest(body.GetBuffer().AsSpan(0, (int)body.Length)).Words!);
            if (command.IsConfirmed) return command;
            await Refuse(context, StatusCodes.Status400BadRequest, EndEvent.WrongUsage,
                $"'{command.Definition.Name}' needs the word yes").ConfigureAwait(false);
        }
        catch (BadHttpRequestException refusal)
        {
            await Refuse(context, refusal.StatusCode, EndEvent.WrongUsage,
                $"the request is no HTTP of ours: {refusal.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is ApiFormatException or CommandUsageException)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, EndEvent.WrongUsage, mistake.Message).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>
    /// False where it is too large. The bound is ours and not Kestrel's, whose refusal closes the connection at once: a client that still
    /// sends would meet a broken pipe in place of the line. What it sends after ours is read and dropped by Kestrel, for 5 s at most.
    /// </summary>
    private static async Task<bool> ReadBody(HttpContext context, MemoryStream body)
    {
        var part = new byte[BodyPartBytes];
        int count;
        while ((count = await context.Request.Body.ReadAsync(part, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (body.Length + count > MaximumBodyBytes) return false;
            body.Write(part, 0, count);
        }
        return true;
    }

    private async Task Stream(HttpContext context, ParsedCommand command, CancellationToken stopping)
    {
        context.Response.ContentType = MediaType;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        Caller caller = PeerCredentials.Of(context);
        LogCommand(caller.Name, caller.UserId, caller.ProcessId, command);
        ApiEvent[] last;
        try
        {
            await foreach (ApiEvent document in runner.Run(command, caller, ending.Token).ConfigureAwait(false))
            {
                await Send(context, document).ConfigureAwait(false);
                if (document is EndEvent) return;
            }
            last = [new ErrorEvent($"'{command.Definition.Name}' stopped without saying how it ended; the node's log may tell"),
                EndEvent.Refused];
        }
        catch (CommandUsageException mistake)
        {
            last = [new ErrorEvent(mistake.Message), EndEvent.WrongUsage];
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            last = [new ErrorEvent("the node is being stopped"), EndEvent.Refused];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailure(failure, command);
            string reason = failure.Message.ReplaceLineEndings(" ");
            string text = $"'{command.Definition.Name}' failed inside the node: {reason}; the node's log has more";
            last = [new ErrorEvent(text), EndEvent.Refused];
        }
        foreach (ApiEvent document in last) await Send(context, document).ConfigureAwait(false);
    }

    /// <summary>Flushes: a reader sees each line when it is said. Waiting here is the back-pressure on the runner.</summary>
    private static async Task Send(HttpContext context, ApiEvent document)
    {
        await context.Response.BodyWriter.WriteAsync(ApiJson.Write(document), context.RequestAborted).ConfigureAwait(false);
        await context.Response.BodyWriter.WriteAsync(LineEnd, context.RequestAborted).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Caller} (uid {User}, pid {Process}): {Command}")]
    private partial void LogCommand(string caller, long user, long process, ParsedCommand command);

    [LoggerMessage(Level = LogLevel.Error, Message = "the answer to '{Command}' failed")]
    private partial void LogFailure(Exception failure, ParsedCommand command);
}
