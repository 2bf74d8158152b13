using Backup.Configuration.Hocon;
using Backup.Configuration.Variables;
using Backup.Messages.Jobs;

namespace Backup.Configuration.Resources;

/// <summary>The items of run-scripts: { when = before, on = client, command = "...", ... }.</summary>
internal static class RunScriptKeys
{
    private const string Words = "{ when = before | after, on = client | director, command = text or list, "
        + "if = always | success | failure, fail-job = yes | no, once = yes | no, timeout = duration }";

    private static readonly string[] Keys = ["when", "on", "command", "if", "fail-job", "once", "timeout"];
    private static readonly string[] Shells = ["sh", "bash", "dash", "ksh", "zsh"];

    /// <summary>Texts that others than the configuration's owner can put characters into that a shell would carry out.</summary>
    private static readonly string[] Foreign = ["Reason", "User"];

    private static readonly TimeSpan TimeoutMax = TimeSpan.FromDays(7);

    private static readonly KeyType Timeout = new("duration", text => Quantities.ParseDuration(text) is var span
        && span > TimeSpan.Zero && span <= TimeoutMax ? span : throw new FormatException($"'{text}' is not between nothing and 7 d"));
    private static readonly KeyType Moment = KeyType.Hyphenated<ScriptMoment>();
    private static readonly KeyType Place = KeyType.Hyphenated<ScriptPlace>();
    private static readonly KeyType Condition = KeyType.Hyphenated<ScriptCondition>();

    public static readonly KeyType Type = KeyType.ListOf(new KeyType(
        Words, text => throw new FormatException($"'{text}' is no script; a script is written {Words}")) { ReadObject = Read });

    private static RunScript? Read(HoconObject item, Action<SourcePosition, string> wrong)
    {
        foreach (HoconField field in item.Fields.Where(field => !Keys.Contains(field.Name)))
            wrong(field.Position, $"'{field.Name}' is no key of a script{NearestName.Hint(field.Name, Keys)}");
        IReadOnlyList<string> command = CommandOf(item, wrong);
        var when = Value(item, "when", Moment, null, wrong) as ScriptMoment?;
        object? on = Value(item, "on", Place, "client", wrong), condition = Value(item, "if", Condition, "always", wrong);
        object? fails = Value(item, "fail-job", KeyType.Boolean, "yes", wrong), once = Value(item, "once", KeyType.Boolean, "yes", wrong);
        object? timeout = Value(item, "timeout", Timeout, "10 min", wrong);
        if (when == ScriptMoment.Before && item.Find("if") is { } given)
            wrong(given.Position, "if is for scripts with when = after: before a job nobody knows how it ends");
        return when is { } moment && on is ScriptPlace place && condition is ScriptCondition end && fails is bool failJob
            && once is bool onlyOnce && timeout is TimeSpan within && command.Count > 0
            ? new RunScript(moment, place, command, end, failJob, onlyOnce, within)
            : null;
    }

    /// <summary>The value, or null where its mistake has been told.</summary>
    private static object? Value(HoconObject item, string key, KeyType type, string? otherwise, Action<SourcePosition, string> wrong)
    {
        HoconField? field = item.Find(key);
        try
        {
            if (field is null && otherwise is null) wrong(item.Position, $"{key} is missing: {type.Words}");
            else if (field is { Value: not HoconScalar }) wrong(field.Position, $"{key} wants one value");
            else return type.Read(field is null ? otherwise! : ((HoconScalar)field.Value).Text);
        }
        catch (FormatException e)
        {
            wrong(field?.Position ?? item.Position, $"{key}: {e.Message}");
        }
        return null;
    }

    private static IReadOnlyList<string> CommandOf(HoconObject item, Action<SourcePosition, string> wrong)
    {
        HoconField? field = item.Find("command");
        try
        {
            IReadOnlyList<string> words = field?.Value switch
            {
                HoconScalar text => CommandWords.Split(text.Text),
                HoconArray list when list.Items.All(word => word is HoconScalar) =>
                    [.. list.Items.Cast<HoconScalar>().Select(word => word.Text)],
                null => throw new FormatException("is missing: a program with its arguments, as text or as a list"),
                _ => throw new FormatException("wants a text, or a list of texts"),
            };
            if (words.Count == 0 || words[0].Length == 0) throw new FormatException("names no program");
            foreach (string word in words) Check(words, word);
            return words;
        }
        catch (FormatException e)
        {
            wrong(field?.Position ?? item.Position, $"command: {e.Message}");
            return [];
        }
    }

    /// <summary>What a user or a file's name says is data; in a shell's text it would be carried out.</summary>
    private static void Check(IReadOnlyList<string> command, string word)
    {
        TemplateText template = TemplateText.Parse(word);
        if (template.Parts.OfType<CounterPart>().FirstOrDefault() is { } counter)
            throw new FormatException($"%(Counter:{counter.Counter}) is for label formats; a script takes no number from a counter");
        bool isShell = command.Count > 1
            && Shells.Any(shell => command[0] == shell || command[0].EndsWith($"/{shell}", StringComparison.Ordinal))
            && command.Any(option => option.StartsWith('-') && option.Contains('c', StringComparison.Ordinal));
        if (isShell && template.Parts.OfType<VariablePart>().FirstOrDefault(part => Foreign.Contains(part.Name)) is { } foreign)
            throw new FormatException($"%({foreign.Name}) would be carried out by the shell; "
                + $"write \"$BACKUP_{foreign.Name.ToUpperInvariant()}\"");
    }
}
