namespace Backup.Commands;

/// <summary>What may follow words already typed, by the table.</summary>
public static class CommandCompletion
{
    /// <summary>
    /// The words that may stand next and begin with what is typed of it. Keys that take a value end with the equals sign.
    /// </summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> words, string typed)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(typed);
        return [.. Next(words).Where(word => word.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Distinct()];
    }

    private static IEnumerable<string> Next(IReadOnlyList<string> words)
    {
        if (words.Count == 0) return CommandTable.Verbs;
        if (CommandWords.Match(words[0], CommandTable.Verbs) is not [string verb]) return [];
        if (verb == CommandTable.Of(CommandId.Help).Verb) return words.Count == 1 ? CommandTable.Verbs : Objects(words[1]);
        CommandDefinition[] commands = [.. CommandTable.Commands.Where(command => command.Verb == verb)];
        if (commands is [{ Object: null } only]) return Keys(only, words.Skip(1));
        if (words.Count == 1) return commands.Select(command => command.Object!);
        string second = words[1].Split('=')[0];
        IReadOnlyList<string> matches = CommandWords.Match(second, [.. commands.Select(command => command.Object!)]);
        return matches is [string name] ? Keys(commands.First(command => command.Object == name), words.Skip(1)) : [];
    }

    private static IEnumerable<string> Objects(string typedVerb) =>
        CommandWords.Match(typedVerb, CommandTable.Verbs) is [string verb]
            ? CommandTable.Commands.Where(command => command.Verb == verb).Select(command => command.Object).OfType<string>() : [];

    private static IEnumerable<string> Keys(CommandDefinition command, IEnumerable<string> given)
    {
        string[] used = [.. given.Select(word => word.Split('=')[0].ToLowerInvariant())];
        return command.Keys.Where(key => key.Repeatable || !used.Contains(key.Name))
            .Select(key => key.Type == KeyType.YesNo ? key.Name : key.Name + "=");
    }
}
