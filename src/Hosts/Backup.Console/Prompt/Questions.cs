using Backup.Commands;
using Backup.Consoles.Output;

namespace Backup.Consoles.Prompt;

/// <summary>The answer of a dialogue's user was that nothing is to be done.</summary>
internal sealed class GivenUpException() : Exception("nothing was done");

/// <summary>What dialogues ask of the user and of the node. A dot, or the end of input, leaves every dialogue.</summary>
internal sealed class Questions(ConsoleTerminal terminal, SendWords send, CancellationToken cancellation)
{
    /// <summary>Rows of one answer that a dialogue looks at.</summary>
    private const int RowsMax = 10_000;

    public TextWriter Output => terminal.Output;

    /// <summary>A line from the user, without blanks around it.</summary>
    public string Ask(string question)
    {
        terminal.Output.Flush();
        terminal.Error.Write(question);
        terminal.Error.Flush();
        return terminal.Input.ReadLine()?.Trim() is { } answer and not "." ? answer : throw new GivenUpException();
    }

    /// <summary>One of a numbered list, asked for until it is one.</summary>
    public int Choose(string title, IReadOnlyList<string> choices)
    {
        terminal.Output.WriteLine(title);
        for (int i = 0; i < choices.Count; i++) terminal.Output.WriteLine($"  {i + 1,2}  {ValueText.Clean(choices[i])}");
        while (true)
        {
            if (int.TryParse(Ask($"number (1 to {choices.Count}, '.' leaves): "), out int number) && number >= 1 && number <= choices.Count)
                return number - 1;
        }
    }

    /// <summary>The rows of the node's answer. A refusal leaves the dialogue with the node's line.</summary>
    public async Task<IReadOnlyList<RowEvent>> Rows(params string[] words)
    {
        List<RowEvent> rows = [];
        await foreach (byte[] line in send(words, cancellation).ConfigureAwait(false))
        {
            ApiEvent? document = ApiJson.ReadEvent(line);
            if (document is ErrorEvent error) throw new CommandUsageException(error.Text);
            if (document is RowEvent row && rows.Count < RowsMax) rows.Add(row);
            if (document is EndEvent) break;
        }
        return rows;
    }

    /// <summary>A cell as text; empty where it is not there.</summary>
    public static string Cell(RowEvent row, string column) =>
        row.Row.FirstOrDefault(cell => cell.Column == column).Value is { Kind: not ApiValueKind.Nothing } value
            ? value.Text ?? value.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
}
