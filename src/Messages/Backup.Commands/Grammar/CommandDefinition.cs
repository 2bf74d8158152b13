using System.Text.Json.Serialization;

namespace Backup.Commands;

/// <summary>The commands, for an exhaustive switch. The names are the verb and the object.</summary>
public enum CommandId
{
    Run, Restore, Estimate, Cancel, Wait,
    ListJobs, ListFiles, ListUnsaved, ListVolumes, ListJobMedia, ListLog, ListClients, ListStorages, ListFilesets, ListPools, ListCounters,
    ShowFileset,
    StatusDirector, StatusStorage, StatusClient, StatusJob,
    Explain,
    InspectCluster, InspectActors, InspectMailboxes, InspectLeases, InspectLog,
    Log, Messages, Report, Version, Help,
    Reload, ConfigurationShow, ConfigurationHistory, ConfigurationDiff, ConfigurationRollback,
    SchedulePreview,
}

/// <summary>What a key takes; the parser turns its text into a <see cref="CommandValue"/> of that kind or refuses it.</summary>
public enum KeyType
{
    /// <summary>Any text of at most <see cref="CommandParser.MaximumWordCharacters"/>.</summary>
    Text,
    /// <summary>The name of a resource: letters, digits, dot, underscore, dash; at most 64.</summary>
    Name,
    /// <summary>A positive whole number that fits 63 bits.</summary>
    Number,
    /// <summary><c>yes</c> or <c>no</c>; the key alone says yes.</summary>
    YesNo,
    /// <summary>A job level by name.</summary>
    Level,
    /// <summary>A job state by name, by its words or by its letter.</summary>
    State,
    /// <summary>
    /// <c>2026-11-23</c>, <c>2026-11-23 10:00[:30]</c>, with <c>Z</c> or <c>+01:00</c> or in the zone of whoever typed it.
    /// </summary>
    Time,
    /// <summary><c>+10s</c>, <c>+5min</c>, <c>+2h</c>, <c>+1d</c> from now, or a time as <see cref="Time"/> takes it.</summary>
    When,
    /// <summary><c>10s</c>, <c>5min</c>, <c>2h</c>, <c>1d</c>. A bare number or a bare m is refused: minutes or months?</summary>
    Duration,
    /// <summary>An absolute path, bytes that are no UTF-8 as <c>\xHH</c>.</summary>
    Path,
    /// <summary>always, ifnewer, ifolder or never.</summary>
    Replace,
}

/// <summary>One key of a command.</summary>
/// <param name="Name">As it is typed before the equals sign, in lower case.</param>
/// <param name="Help">One line, no full stop.</param>
public sealed record KeyDefinition(string Name, KeyType Type, string Help)
{
    /// <summary>The command is refused without it.</summary>
    public bool Required { get; init; }

    /// <summary>May be given more than once, up to <see cref="CommandParser.MaximumRepeats"/> times.</summary>
    public bool Repeatable { get; init; }
}

/// <summary>What a column of an answer holds, and so how it is shown.</summary>
[JsonConverter(typeof(LowerCaseEnum<ColumnType>))]
public enum ColumnType
{
    Text,
    /// <summary>A count.</summary>
    Number,
    /// <summary>A number that names something; shown without separators.</summary>
    Id,
    /// <summary>A size in bytes.</summary>
    Bytes,
    /// <summary>Bytes a second.</summary>
    Rate,
    /// <summary>ISO 8601 in UTC.</summary>
    Time,
    /// <summary>Seconds, with a fraction.</summary>
    Duration,
    /// <summary>A path in its printable form.</summary>
    Path,
    /// <summary>A fact of any kind: text, a number, a time.</summary>
    Any,
}

/// <summary>One column of a table in an answer.</summary>
public sealed record ColumnDefinition(string Name, ColumnType Type);

/// <summary>One of the tables of an answer that has several; the title tells them apart.</summary>
public sealed record TableDefinition(string Title, IReadOnlyList<ColumnDefinition> Columns);

/// <summary>One command: everything that its parser, help, completion, reference page and answer need to know.</summary>
/// <param name="Verb">First word.</param>
/// <param name="Object">Second word; null where the verb stands alone.</param>
/// <param name="Help">One line, no full stop.</param>
public sealed record CommandDefinition(CommandId Id, string Verb, string? Object, string Help)
{
    public IReadOnlyList<KeyDefinition> Keys { get; init; } = [];

    /// <summary>Columns of the answer's table; empty where it is not one.</summary>
    public IReadOnlyList<ColumnDefinition> Columns { get; init; } = [];

    /// <summary>The tables of an answer that has several, by their titles; each may be left out where it has nothing to say.</summary>
    public IReadOnlyList<TableDefinition> Tables { get; init; } = [];

    /// <summary>At least one of these keys is needed.</summary>
    public IReadOnlyList<string> RequiredOneOf { get; init; } = [];

    /// <summary>Pairs of keys that contradict each other.</summary>
    public IReadOnlyList<(string First, string Second)> Excluding { get; init; } = [];

    /// <summary>Refused without the word <c>yes</c>, unless one of the keys of <see cref="NeedlessWith"/> says yes.</summary>
    public bool NeedsYes { get; init; }

    /// <summary>The switches that make the command harmless.</summary>
    public IReadOnlyList<string> NeedlessWith { get; init; } = [];

    /// <summary>Keys that ask for the word <c>yes</c> where they are given.</summary>
    public IReadOnlyList<string> NeedsYesWith { get; init; } = [];

    /// <summary>Does something: who asked for it, and what came of it, is written to the catalog's audit.</summary>
    public bool Acts { get; init; }

    /// <summary>Keys with which a command that only shows otherwise does something.</summary>
    public IReadOnlyList<string> ActsWith { get; init; } = [];

    /// <summary>Chosen when the verb is typed without an object.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Words without an equals sign that may follow.</summary>
    public int FreeWords { get; init; }

    /// <summary>A complete line to learn from.</summary>
    public required string Example { get; init; }

    /// <summary>Verb and object, as they are typed.</summary>
    public string Name => Object is null ? Verb : $"{Verb} {Object}";

    public KeyDefinition? Key(string name) => Keys.FirstOrDefault(key => key.Name == name);
}
