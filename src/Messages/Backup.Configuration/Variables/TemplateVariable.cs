namespace Backup.Configuration.Variables;

/// <summary>
/// One named variable of templates: %(Name). Help is one line for the reference page; Letters are the one-letter variables of older
/// systems that it takes the place of.
/// </summary>
public sealed record TemplateVariable(string Name, string Help, string Letters = "");

/// <summary>The one table of named variables: run scripts, mail commands and label formats share it.</summary>
public static class TemplateVariables
{
    /// <summary>Before the name of a Counter resource: %(Counter:NAME) is its next value.</summary>
    public const string CounterPrefix = "Counter:";

    public static IReadOnlyList<TemplateVariable> All { get; } =
    [
        new("JobId", "Number of the run.", "i"),
        new("JobName", "Name of the Job resource.", "jn"),
        new("Type", "What the job does: Backup or Restore.", "t"),
        new("Level", "The level that runs; after an upgrade another than the job's.", "l"),
        new("Client", "Whose files.", "c"),
        new("ClientName", "The same as Client.", "h"),
        new("FileSet", "Which files.", "f"),
        new("Pool", "Which volumes.", "p"),
        new("Storage", "Where the volumes are.", "w"),
        new("Volumes", "Volumes written so far, with commas between them.", "vV"),
        new("Status", "State of the run: Running before its end, then as the console shows it.", "e"),
        new("Reason", "Why it ended as it did, one line; empty for OK."),
        new("Files", "Files saved or restored so far.", "F"),
        new("Bytes", "Bytes read or written so far.", "b"),
        new("User", "Who asked for the run."),
        new("Scheduled", "When it was due, UTC, ISO 8601."),
        new("Started", "When it began, UTC, ISO 8601."),
        new("Since", "When the tree it compares with was read, UTC; empty for a Full.", "s"),
        new("Director", "Name of the director's node.", "dD"),
    ];

    /// <summary>True for a name of the table, as it is written there.</summary>
    public static bool IsKnown(string name) => All.Any(known => known.Name == name);

    /// <summary>The named variable that stands for an old letter; null where there is none.</summary>
    public static TemplateVariable? ForLetter(char letter) =>
        All.FirstOrDefault(known => known.Letters.Contains(letter, StringComparison.Ordinal));
}
