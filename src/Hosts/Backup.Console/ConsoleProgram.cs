using Backup.Commands;
using Backup.Consoles.Output;
using Backup.Consoles.Prompt;

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
            if (options.Words.Count > 0) return await RunWords(options.Words, options).ConfigureAwait(false);
            if (isJson) throw new CommandUsageException($"--json wants a command; {ConsoleOptions.Usage}");
            var history = new LineHistory(terminal.IsInteractive ? LineHistory.FileOf(environment) : null);
            return await new ConsoleSession(terminal, words => RunWords(words, options), history).Run(interruption).ConfigureAwait(false);
        }
        catch (CommandUsageException mistake)
        {
            return NewAnswer(isJson).Fail(mistake.Message, EndStatus.WrongUsage);
        }
    }

    /// <summary>'restore' alone asks, where somebody can be asked.</summary>
    private async Task<int> RunWords(IReadOnlyList<string> words, ConsoleOptions options)
    {
        bool asks = terminal.IsInteractive && !options.IsJson && words is [var verb]
            && CommandWords.Match(verb, CommandTable.Verbs) is [var known] && known == CommandTable.Of(CommandId.Restore).Verb;
        if (!asks) return await RunCommand(parser.Parse(words), options).ConfigureAwait(false);
        try
        {
            using ApiConnection connection = Connect(options);
            words = await new RestoreDialogue(new Questions(terminal, connection.Send, interruption.Token)).Ask().ConfigureAwait(false);
            return await RunCommand(parser.Parse(words), options).ConfigureAwait(false);
        }
        catch (Exception e) when (e is GivenUpException or NodeAwayException or ApiFormatException or OperationCanceledException)
        {
            return NewAnswer(isJson: false).Fail(e is OperationCanceledException ? "nothing was done" : e.Message, EndStatus.Refused);
        }
    }

    private async Task<int> RunCommand(ParsedCommand command, ConsoleOptions options)
    {
        IAnswer answer = NewAnswer(options.IsJson);
        if (command.Id == CommandId.Help) return Tell(answer, CommandHelp.Of(command.FreeWords));
        if (!command.IsConfirmed && (options.IsJson || !terminal.IsInteractive))
            return answer.Fail($"'{command.Definition.Name}' needs the word yes: backup {command} yes", EndStatus.WrongUsage);
        if (command.Id == CommandId.Version) answer.Take(new TextEvent($"backup {Version}"));
        try
        {
            using ApiConnection connection = Connect(options);
            var following = new Following(terminal, interruption, connection.Send);
            IReadOnlyList<string>? words = command.ToWords();
            if (!command.IsConfirmed)
            {
                var questions = new Questions(terminal, connection.Send, interruption.Token);
                words = await new Confirmation(terminal, parser, following, questions).Ask(command).ConfigureAwait(false);
            }
            return words is null
                ? answer.Fail("nothing was done", EndStatus.Refused)
                : await following.Follow(words, answer).ConfigureAwait(false);
        }
        catch (NodeAwayException away)
        {
            return answer.Fail(away.Message, EndStatus.Refused);
        }
    }

    private ApiConnection Connect(ConsoleOptions options) => SocketLocator.Find(options.Socket, environment, File.Exists) is { } socket
        ? new ApiConnection(socket) : throw new NodeAwayException(ApiConnection.NotFound);

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
