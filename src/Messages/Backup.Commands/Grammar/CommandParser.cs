namespace Backup.Commands;

/// <summary>
/// Words → <see cref="ParsedCommand"/>, by <see cref="CommandTable"/> alone. Throws <see cref="CommandUsageException"/> and nothing else.
/// </summary>
/// <param name="zone">Of whoever typed the words: times without a zone are in it.</param>
public sealed class CommandParser(TimeZoneInfo zone)
{
    public const int MaximumWords = 1024;

    /// <summary>Room for a path of 4,096 bytes, each written as <c>\xHH</c>, with its key.</summary>
    public const int MaximumWordCharacters = 16 * 1024 + 64;

    public const int MaximumRepeats = 1000;

    private readonly CommandValueReader reader = new(zone);

    /// <summary>For words from the API, whose times carry their zone.</summary>
    public static CommandParser Utc { get; } = new(TimeZoneInfo.Utc);

    /// <summary>The command of one typed line.</summary>
    public ParsedCommand ParseLine(string line) => Parse(CommandLine.Split(line));

    /// <summary>The command of words that a shell or a line has already separated.</summary>
    public ParsedCommand Parse(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        CheckLimits(words);
        CommandDefinition command = FindCommand(words, out int next);
        var values = new Dictionary<string, IReadOnlyList<CommandValue>>();
        List<string> freeWords = [];
        foreach (string word in words.Skip(next))
        {
            if (freeWords.Count < command.FreeWords && !word.Contains('=')) freeWords.Add(word);
            else AddKey(command, values, word);
        }
        CheckWhole(command, values);
        return new ParsedCommand(command, values, freeWords);
    }

    private static void CheckLimits(IReadOnlyList<string> words)
    {
        if (words.Count == 0) throw new CommandUsageException("no command was given; 'help' lists them");
        if (words.Count > MaximumWords)
            throw new CommandUsageException($"{words.Count:N0} words were given; at most {MaximumWords:N0} are taken");
        foreach (string word in words)
        {
            if (word is null) throw new CommandUsageException("a word is missing");
            if (word.Length > MaximumWordCharacters)
                throw new CommandUsageException($"'{CommandWords.Show(word)}' has {word.Length:N0} characters; "
                    + $"at most {MaximumWordCharacters:N0} are taken");
        }
    }

    /// <summary>Verb and object, exact or by a beginning that only one of them has. Next is the first word after them.</summary>
    private static CommandDefinition FindCommand(IReadOnlyList<string> words, out int next)
    {
        string verb = CommandWords.Resolve(words[0], CommandTable.Verbs, "command", "; 'help' lists them");
        CommandDefinition[] candidates = [.. CommandTable.Commands.Where(command => command.Verb == verb)];
        next = 1;
        if (candidates is [{ Object: null } only]) return only;

        string[] objects = [.. candidates.Select(command => command.Object!)];
        string? second = words.Count > 1 ? words[1] : null;
        int equals = second?.IndexOf('=') ?? -1;
        if (second is null || (equals >= 0 && CommandWords.Match(second[..equals], objects) is not [_]))
        {
            return candidates.FirstOrDefault(command => command.IsDefault)
                ?? throw new CommandUsageException($"'{verb}' what? One of: {string.Join(", ", objects)}");
        }
        // "status client=host1" names the object by the key; the word is read once more as a key.
        if (equals < 0) next = 2;
        string name = CommandWords.Resolve(equals < 0 ? second : second[..equals], objects, $"object of '{verb}'", "");
        return candidates.First(command => command.Object == name);
    }

    private void AddKey(CommandDefinition command, Dictionary<string, IReadOnlyList<CommandValue>> values, string word)
    {
        int equals = word.IndexOf('=');
        string typed = equals < 0 ? word : word[..equals];
        if (command.Keys.Count == 0)
            throw new CommandUsageException($"'{command.Name}' takes no '{CommandWords.Show(word)}': it stands alone");
        string name = CommandWords.Resolve(typed, [.. command.Keys.Select(key => key.Name)], $"key of '{command.Name}'", "");
        KeyDefinition key = command.Key(name)!;
        if (equals < 0 && key.Type != KeyType.YesNo)
            throw new CommandUsageException($"'{name}' of '{command.Name}' needs a value: {CommandHelp.Usage(key)}");
        CommandValue value = reader.Read(command, key, equals < 0 ? "yes" : word[(equals + 1)..]);

        if (!values.TryGetValue(name, out IReadOnlyList<CommandValue>? given)) values[name] = new List<CommandValue> { value };
        else if (!key.Repeatable) throw new CommandUsageException($"'{name}' is given twice to '{command.Name}'; it is taken once");
        else if (given.Count == MaximumRepeats)
            throw new CommandUsageException($"'{name}' is given more than {MaximumRepeats} times to '{command.Name}'");
        else ((List<CommandValue>)given).Add(value);
    }

    private static void CheckWhole(CommandDefinition command, Dictionary<string, IReadOnlyList<CommandValue>> values)
    {
        foreach (KeyDefinition key in command.Keys)
            if (key.Required && !values.ContainsKey(key.Name))
                throw new CommandUsageException($"'{command.Name}' needs {CommandHelp.Usage(key)}: {key.Help}");

        if (command.RequiredOneOf.Count > 0 && !command.RequiredOneOf.Any(values.ContainsKey))
        {
            string choice = string.Join(" or ", command.RequiredOneOf.Select(name => CommandHelp.Usage(command.Key(name)!)));
            throw new CommandUsageException($"'{command.Name}' needs {choice}");
        }
        foreach ((string first, string second) in command.Excluding)
            if (values.ContainsKey(first) && values.ContainsKey(second))
                throw new CommandUsageException($"'{first}' and '{second}' of '{command.Name}' exclude each other; give one of them");
    }
}
