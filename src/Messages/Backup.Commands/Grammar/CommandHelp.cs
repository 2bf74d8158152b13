using System.Text;

namespace Backup.Commands;

/// <summary>Help for a terminal, written from the table.</summary>
public static class CommandHelp
{
    /// <summary>All commands, a line each.</summary>
    public static string All()
    {
        int width = CommandTable.Commands.Max(command => command.Name.Length);
        var text = new StringBuilder();
        foreach (CommandDefinition command in CommandTable.Commands)
            text.Append("  ").Append(command.Name.PadRight(width)).Append("  ").AppendLine(command.Help);
        return text.AppendLine()
            .Append("'help COMMAND' tells all about one of them. Beginnings are enough where only one command has them: st dir.")
            .ToString();
    }

    /// <summary>
    /// All about the commands that the words name: one, or each object of a verb. Throws <see cref="CommandUsageException"/>.
    /// </summary>
    public static string Of(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0) return All();
        string verb = CommandWords.Resolve(words[0], CommandTable.Verbs, "command", "; 'help' lists them");
        IEnumerable<CommandDefinition> commands = CommandTable.Commands.Where(command => command.Verb == verb);
        if (words.Count > 1)
        {
            string[] objects = [.. commands.Select(command => command.Object).OfType<string>()];
            if (objects.Length == 0) throw new CommandUsageException($"'{verb}' stands alone; 'help {verb}' tells about it");
            string name = CommandWords.Resolve(words[1], objects, $"object of '{verb}'", "");
            commands = commands.Where(command => command.Object == name);
        }
        return string.Join("\n\n", commands.Select(One));
    }

    /// <summary>How a key is typed: <c>jobid=N</c>.</summary>
    public static string Usage(KeyDefinition key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Name == "yes" ? "yes" : $"{key.Name}={Placeholder(key.Type)}";
    }

    /// <summary>How a command is typed, with all its keys; the optional ones in brackets, what can be repeated with dots.</summary>
    public static string Usage(CommandDefinition command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var usage = new StringBuilder(command.Name);
        if (command.FreeWords > 0) usage.Append(" [COMMAND]");
        if (command.RequiredOneOf.Count > 0)
            usage.Append(" {").AppendJoin('|', command.RequiredOneOf.Select(name => Usage(command.Key(name)!))).Append('}');
        foreach (KeyDefinition key in command.Keys.Where(key => !command.RequiredOneOf.Contains(key.Name)))
        {
            string typed = Usage(key) + (key.Repeatable ? " ..." : "");
            bool needed = key.Required || (key.Name == "yes" && command.NeedsYes);
            usage.Append(' ').Append(needed ? typed : $"[{typed}]");
        }
        return usage.ToString();
    }

    private static string One(CommandDefinition command)
    {
        var text = new StringBuilder().Append(command.Name).Append(": ").Append(command.Help).Append('\n').Append("  ")
            .Append(Usage(command));
        int width = command.Keys.Select(key => Usage(key).Length).DefaultIfEmpty().Max();
        foreach (KeyDefinition key in command.Keys) text.Append("\n    ").Append(Usage(key).PadRight(width)).Append("  ").Append(key.Help);
        return text.Append("\n  example: ").Append(command.Example).ToString();
    }

    private static string Placeholder(KeyType type) => type switch
    {
        KeyType.Name => "NAME",
        KeyType.Number => "N",
        KeyType.YesNo => "yes|no",
        KeyType.Level => "LEVEL",
        KeyType.State => "STATE",
        KeyType.Time => "TIME",
        KeyType.When => "+10s|TIME",
        KeyType.Duration => "10s",
        KeyType.Path => "PATH",
        KeyType.Replace => "always|ifnewer|ifolder|never",
        _ => "TEXT",
    };
}
