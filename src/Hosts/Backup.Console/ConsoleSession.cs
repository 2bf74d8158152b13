using Backup.Commands;
using Backup.Consoles.Output;
using Backup.Consoles.Prompt;

namespace Backup.Consoles;

/// <summary>
/// The prompt: a line, its answer, the next line, until the input ends or 'quit'. It takes what the program takes as its words. On a
/// terminal lines are edited, remembered and completed.
/// </summary>
internal sealed class ConsoleSession(ConsoleTerminal terminal, Func<IReadOnlyList<string>, Task<int>> run, LineHistory history)
{
    private const string Prompt = "backup> ";

    private static readonly string Greeting =
        $"backup {ConsoleProgram.Version}. 'help' lists the commands, Tab completes, '?' after some words shows what may follow, "
            + "'quit' leaves.";

    /// <summary>Gives the status of the last command, so that a script of commands can be judged.</summary>
    public async Task<int> Run(Interruption interruption)
    {
        if (terminal.IsInteractive)
            terminal.Output.WriteLine(Greeting);
        LineEditor? editor = terminal is { IsInteractive: true, IsTerminal: true, ReadKey: { } readKey }
            ? new LineEditor(terminal, readKey, history) { Complete = Following } : null;
        int status = EndStatus.Ok;
        while (true)
        {
            if ((editor is null ? ReadLine() : editor.Read(Prompt)) is not { } line) return status;
            interruption.Renew();
            if (line.Trim().ToLowerInvariant() is "quit" or "exit" or "q") return status;
            if (string.IsNullOrWhiteSpace(line)) continue;
            status = await RunLine(line).ConfigureAwait(false);
        }
    }

    private string? ReadLine()
    {
        if (terminal.IsInteractive) terminal.Output.Write(Prompt);
        terminal.Output.Flush();
        return terminal.Input.ReadLine();
    }

    private async Task<int> RunLine(string line)
    {
        try
        {
            if (line.TrimEnd().EndsWith('?')) return ShowWhatFollows(line.TrimEnd()[..^1]);
            if (line.Trim().Equals("history", StringComparison.OrdinalIgnoreCase)) return ShowHistory();
            return await run(CommandLine.Split(line)).ConfigureAwait(false);
        }
        catch (CommandUsageException mistake)
        {
            return new AnswerText(terminal).Fail(mistake.Message, EndStatus.WrongUsage);
        }
    }

    private int ShowHistory()
    {
        foreach (string line in history.Lines) terminal.Output.WriteLine(ValueText.Clean(line));
        return EndStatus.Ok;
    }

    private int ShowWhatFollows(string line)
    {
        IReadOnlyList<string> following = Following(line);
        terminal.Output.WriteLine(following.Count > 0 ? string.Join("  ", following) : "nothing that the table knows");
        return EndStatus.Ok;
    }

    /// <summary>What may stand at the end of a line; nothing within an open quote.</summary>
    private static IReadOnlyList<string> Following(string line)
    {
        try
        {
            IReadOnlyList<string> words = CommandLine.Split(line);
            bool isNewWord = line.Length == 0 || char.IsWhiteSpace(line[^1]);
            return isNewWord
                ? CommandCompletion.Of(words, "") : CommandCompletion.Of([.. words.SkipLast(1)], words.Count > 0 ? words[^1] : "");
        }
        catch (CommandUsageException)
        {
            return [];
        }
    }
}
