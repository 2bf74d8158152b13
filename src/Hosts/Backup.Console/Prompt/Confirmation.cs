using Backup.Commands;
using Backup.Consoles.Output;

namespace Backup.Consoles.Prompt;

/// <summary>Shows what a command would do, with the values that it would take, and asks: yes, no, or a key to change.</summary>
internal sealed class Confirmation(ConsoleTerminal terminal, CommandParser parser, Following following, Questions questions)
{
    /// <summary>The words to send, with the yes in them; null where nothing is to be done.</summary>
    public async Task<IReadOnlyList<string>?> Ask(ParsedCommand command)
    {
        while (true)
        {
            if (command.Definition.Key("preview") is null) terminal.Error.WriteLine(ValueText.Clean(command.ToString()));
            else if (await Show(command).ConfigureAwait(false) != EndStatus.Ok) return null;
            string answer;
            try
            {
                answer = questions.Ask("go ahead? (yes, no, or key=value to change it) ");
            }
            catch (GivenUpException)
            {
                return null;
            }
            if (answer.ToLowerInvariant() is "yes" or "y") return [.. command.ToWords(), "yes"];
            if (!answer.Contains('=')) return null;
            command = Changed(command, answer);
        }
    }

    private Task<int> Show(ParsedCommand command) => following.Follow([.. command.ToWords(), "preview"], new AnswerText(terminal));

    /// <summary>A mistake is said, and the command stays as it was.</summary>
    private ParsedCommand Changed(ParsedCommand command, string answer)
    {
        try
        {
            IReadOnlyList<string> changes = CommandLine.Split(answer);
            ParsedCommand other = parser.Parse([.. Name(command), .. Required(command, changes), .. changes]);
            string[] changed =
                [.. other.Definition.Keys.Select(key => key.Name).Where(key => changes.Any(word => IsKey(other, word, key)))];
            return parser.Parse([.. command.ToWords().Where(word => !changed.Contains(word.Split('=')[0])), .. changes]);
        }
        catch (CommandUsageException mistake)
        {
            terminal.Error.WriteLine($"backup: {ValueText.Clean(mistake.Message)}");
            return command;
        }
    }

    private static bool IsKey(ParsedCommand command, string word, string key) =>
        CommandWords.Match(word.Split('=')[0], [.. command.Definition.Keys.Select(known => known.Name)]) is [var name] && name == key;

    private static IEnumerable<string> Name(ParsedCommand command) =>
        command.Definition.Object is { } name ? [command.Definition.Verb, name] : [command.Definition.Verb];

    /// <summary>What the command cannot do without, for changes to be read beside; a key that is changed stands for itself.</summary>
    private static IEnumerable<string> Required(ParsedCommand command, IReadOnlyList<string> changes) => command.ToWords().Where(word =>
        command.Definition.Key(word.Split('=')[0]) is { } key && (key.Required || command.Definition.RequiredOneOf.Contains(key.Name))
        && !changes.Any(change => IsKey(command, change, key.Name)));
}
