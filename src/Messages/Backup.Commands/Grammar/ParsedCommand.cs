using System.Text;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Commands;

/// <summary>One checked value. Text is its canonical form, which parses to the same value in every time zone.</summary>
/// <param name="Number">The number; 1 and 0 for yes and no; the enum's value for levels, states and replace rules.</param>
/// <param name="Bytes">A path's bytes, in normal form.</param>
public sealed record CommandValue(string Text, long Number = 0, Instant Time = default, byte[]? Bytes = null);

/// <summary>A command that the parser has accepted: every key is known, typed and allowed here.</summary>
public sealed class ParsedCommand
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<CommandValue>> values;

    internal ParsedCommand(
        CommandDefinition definition,
        IReadOnlyDictionary<string, IReadOnlyList<CommandValue>> values,
        IReadOnlyList<string> freeWords)
    {
        Definition = definition;
        this.values = values;
        FreeWords = freeWords;
    }

    public CommandDefinition Definition { get; }

    public CommandId Id => Definition.Id;

    /// <summary>Words without a key, as they were typed.</summary>
    public IReadOnlyList<string> FreeWords { get; }

    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>The canonical text of a key; null where it was not given.</summary>
    public string? Text(string key) => First(key)?.Text;

    public long? Number(string key) => First(key)?.Number;

    /// <summary>The answer to a yes/no key; null where it was not given.</summary>
    public bool? Truth(string key) => First(key) is { } value ? value.Number != 0 : null;

    /// <summary>True where a yes/no key was given and says yes.</summary>
    public bool Says(string key) => Truth(key) ?? false;

    public Instant? Time(string key) => First(key)?.Time;

    public JobLevel? Level(string key = "level") => First(key) is { } value ? (JobLevel)value.Number : null;

    public JobState? State(string key = "state") => First(key) is { } value ? (JobState)value.Number : null;

    public ReplaceRule? Replace(string key = "replace") => First(key) is { } value ? (ReplaceRule)value.Number : null;

    /// <summary>The path of a key, normal form; null where it was not given.</summary>
    public byte[]? Path(string key) => First(key)?.Bytes;

    /// <summary>All paths of a repeatable key, normal form, in the order typed; empty where it was not given.</summary>
    public IReadOnlyList<byte[]> Paths(string key) => values.TryGetValue(key, out IReadOnlyList<CommandValue>? found)
        ? [.. found.Select(value => value.Bytes!)] : [];

    /// <summary>True where nothing has to be asked before this is done.</summary>
    public bool IsConfirmed =>
        Says("yes") || !(Definition.NeedsYes || Definition.NeedsYesWith.Any(Has)) || Definition.NeedlessWith.Any(Says);

    /// <summary>All numbers of a repeatable key, in the order typed; empty where it was not given.</summary>
    public IReadOnlyList<long> Numbers(string key) => values.TryGetValue(key, out IReadOnlyList<CommandValue>? found)
        ? [.. found.Select(value => value.Number)] : [];

    /// <summary>The seconds of a duration key; null where it was not given.</summary>
    public TimeSpan? Duration(string key) => First(key) is { } value ? TimeSpan.FromSeconds(value.Number) : null;

    /// <summary>The time that a when key names, seen from now; null where it was not given.</summary>
    public Instant? When(string key, Instant now) => First(key) is not { } value ? null
        : value.Text.StartsWith('+') ? now.Plus(TimeSpan.FromSeconds(value.Number)) : value.Time;

    /// <summary>True where it does something, and does not only show what it would do.</summary>
    public bool Acts => (Definition.Acts || Definition.ActsWith.Any(Has)) && !Says("preview");

    /// <summary>The words that parse to this command again, complete and independent of the time zone: what goes over the API.</summary>
    public IReadOnlyList<string> ToWords()
    {
        List<string> words = [Definition.Verb];
        if (Definition.Object is { } name) words.Add(name);
        words.AddRange(FreeWords);
        foreach (KeyDefinition key in Definition.Keys)
            if (values.TryGetValue(key.Name, out IReadOnlyList<CommandValue>? given))
                words.AddRange(given.Select(value => $"{key.Name}={value.Text}"));
        return words;
    }

    /// <summary>The command as a line that can be typed again.</summary>
    public override string ToString() => new StringBuilder().AppendJoin(' ', ToWords().Select(CommandLine.Quote)).ToString();

    private CommandValue? First(string key) => values.TryGetValue(key, out IReadOnlyList<CommandValue>? found) ? found[0] : null;
}
