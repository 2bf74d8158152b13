using System.Reflection;
using Backup.Commands;
using Backup.Consoles.Output;

namespace Backup.Consoles;

/// <summary>The console: one command and its exit status, or a prompt.</summary>
internal sealed class ConsoleProgram(ConsoleTerminal terminal, Func<string, string?> environment, Interruption interruption)
{
    /// <summary>The product's version, of which the console is a part.</summary>
    public static string Version { get; } = typeof(ConsoleProgram).Assembly.GetName().Version?.ToString(3) ?? "0";

    private readonly CommandParser parser = new(terminal.Zone);

    public async Task<int> Run(IReadOnlyList<string> arguments)
    {
        bool isJson = arguments.Contains("--json");
        try
        {
            ConsoleOptions options = ConsoleOptions.Parse(arguments);
            isJson = options.IsJson;
            if (options.Ask == ConsoleAsk.Help) return Say($"{ConsoleOptions.Usage}\n\n{CommandHelp.All()}");
            if (options.Ask == ConsoleAsk.Version) return Say($"backup {Version}");
            if (options.Words.Count > 0) return await RunCommand(parser.Parse(options.Words), options).ConfigureAwait(false);
            if (isJson) throw new CommandUsageException($"--json wants a command; {ConsoleOptions.Usage}");
            return await new ConsoleSession(terminal, parser, command => RunCommand(command, options)).Run(interruption)
                .ConfigureAwait(false);
        }
        catch (CommandUsageException mistake)
        {
            return NewAnswer(isJson).Fail(mistake.Message, EndStatus.WrongUsage);
        }
    }

    private async Task<int> RunCommand(ParsedCommand command, ConsoleOptions options)
    {
        IAnswer answer = NewAnswer(options.IsJson);
        if (command.Id == CommandId.Help) return Tell(answer, CommandHelp.Of(command.FreeWords));
        if (command.Id == CommandId.Version) answer.Take(new TextEvent($"backup {Version}"));
        List<string> words = [.. command.ToWords()];
        if (!command.IsConfirmed)
        {
            if (options.IsJson || !terminal.IsInteractive)
                return answer.Fail($"'{command.Definition.Name}' needs the word yes: backup {command} yes", EndStatus.WrongUsage);
            if (!Confirm(command)) return answer.Fail("nothing was done", EndStatus.Refused);
            words.Add("yes");
        }
        string? socket = SocketLocator.Find(options.Socket, environment, File.Exists);
        if (socket is null) return answer.Fail(ApiConnection.NotFound, EndStatus.Refused);
        using var connection = new ApiConnection(socket);
        return await Follow(connection.Send(words, interruption.Token), answer).ConfigureAwait(false);
    }

    /// <summary>Hands the answer on to its end and gives its status. An interruption ends the following, never the run.</summary>
    private async Task<int> Follow(IAsyncEnumerable<byte[]> lines, IAnswer answer)
    {
        try
        {
            await foreach (byte[] line in lines.ConfigureAwait(false))
            {
                answer.Take(line, ApiJson.ReadEvent(line));
                if (answer.Status is { } status) return status;
            }
            return answer.Fail($"the node went away in the middle of its answer{GoOn(answer)}", EndStatus.Refused);
        }
        catch (OperationCanceledException)
        {
            answer.Finish();
            if (answer.JobId is { } job)
                terminal.Error.WriteLine($"no longer watching; job {job} goes on. Watch it with: backup wait jobid={job}");
            return EndStatus.Detached;
        }
        catch (NodeAwayException away)
        {
            return answer.Fail(away.Message + GoOn(answer), EndStatus.Refused);
        }
        catch (ApiFormatException mistake)
        {
            return answer.Fail(mistake.Message + GoOn(answer), EndStatus.Refused);
        }
    }

    private static string GoOn(IAnswer answer) =>
        answer.JobId is { } job ? $"; how job {job} stands tells: backup wait jobid={job}" : "";

    private bool Confirm(ParsedCommand command)
    {
        terminal.Error.Write($"{ValueText.Clean(command.ToString())}\nGo ahead? (yes/no) ");
        return terminal.Input.ReadLine()?.Trim().ToLowerInvariant() is "yes" or "y";
    }

    private IAnswer NewAnswer(bool isJson) => isJson ? new AnswerJson(terminal) : new AnswerText(terminal);

    private int Say(string text) => Tell(new AnswerText(terminal), text);

    private static int Tell(IAnswer answer, string text)
    {
        answer.Take(new TextEvent(text));
        answer.Take(EndEvent.Done);
        return EndStatus.Ok;
    }
}

/// <summary>Documents that this side makes itself.</summary>
internal static class OwnDocuments
{
    public static void Take(this IAnswer answer, ApiEvent document) => answer.Take(ApiJson.Write(document), document);
}
