using Backup.Commands;
using Backup.Consoles.Output;

namespace Backup.Consoles;

/// <summary>The prompt: a line, its answer, the next line, until the input ends or 'quit'.</summary>
internal sealed class ConsoleSession(ConsoleTerminal terminal, CommandParser parser, Func<ParsedCommand, Task<int>> run)
{
    private const string Prompt = "backup> ";

    private static readonly string Greeting =
        $"backup {ConsoleProgram.Version}. 'help' lists the commands, '?' after some words what may follow, 'quit' leaves.";

    /// <summary>Gives the status of the last command, so that a script of commands can be judged.</summary>
    public async Task<int> Run(Interruption interruption)
    {
        if (terminal.IsInteractive)
            terminal.Output.WriteLine(Greeting);
        int status = EndStatus.Ok;
        while (true)
        {
            if (terminal.IsInteractive) terminal.Output.Write(Prompt);
            terminal.Output.Flush();
            if (terminal.Input.ReadLine() is not { } line) return status;
            interruption.Renew();
            if (line.Trim().ToLowerInvariant() is "quit" or "exit" or "q") return status;
            if (string.IsNullOrWhiteSpace(line)) continue;
            status = await RunLine(line).ConfigureAwait(false);
        }
    }

    private async Task<int> RunLine(string line)
    {
        try
        {
            if (line.TrimEnd().EndsWith('?')) return ShowWhatFollows(line.TrimEnd()[..^1]);
            return await run(parser.ParseLine(line)).ConfigureAwait(false);
        }
        catch (CommandUsageException mistake)
        {
            return new AnswerText(terminal).Fail(mistake.Message, EndStatus.WrongUsage);
        }
    }

    private int ShowWhatFollows(string line)
    {
        IReadOnlyList<string> words = CommandLine.Split(line);
        bool isNewWord = line.Length == 0 || char.IsWhiteSpace(line[^1]);
        IReadOnlyList<string> following = isNewWord
            ? CommandCompletion.Of(words, "") : CommandCompletion.Of([.. words.SkipLast(1)], words.Count > 0 ? words[^1] : "");
        terminal.Output.WriteLine(following.Count > 0 ? string.Join("  ", following) : "nothing that the table knows");
        return EndStatus.Ok;
    }
}
