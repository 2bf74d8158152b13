namespace Backup.Commands;

/// <summary>The rows of the table of commands that are about the configuration.</summary>
internal static class ConfigurationTable
{
    private static readonly KeyDefinition Version = new("version", KeyType.Number, "number of a version, as in configuration history");
    private static readonly KeyDefinition Comment = new("comment", KeyType.Text, "why; kept in the history");

    public static IReadOnlyList<CommandDefinition> Commands { get; } =
    [
        new(CommandId.Reload, "reload", null, "read the director's configuration files anew: all of it comes into force, or nothing")
        {
            Keys = [Comment], Example = "reload comment=\"client web2 added\"",
        },
        new(CommandId.ConfigurationShow, "configuration", "show", "the configuration in force, secrets masked")
        {
            Keys =
            [
                Version with { Help = "another version than the one in force" },
                new("kind", KeyType.Text, "only resources of this kind: Job, Pool ..."),
                new("name", KeyType.Name, "only the resource of this name"),
                new("word", KeyType.Text, "only resources that have it in their name, keys or values"),
            ],
            IsDefault = true,
            Example = "configuration show kind=Job name=nightly",
        },
        new(CommandId.ConfigurationHistory, "configuration", "history", "versions of the configuration: who took them in, when and why")
        {
            Keys = [new("limit", KeyType.Number, "only the newest so many")],
            Columns =
            [
                new("version", ColumnType.Id), new("what", ColumnType.Text), new("user", ColumnType.Text), new("at", ColumnType.Time),
                new("comment", ColumnType.Text), new("now", ColumnType.Text),
            ],
            Example = "configuration history limit=10",
        },
        new(CommandId.ConfigurationDiff, "configuration", "diff", "what two versions differ in, by resource and key")
        {
            Keys =
            [
                Version with { Required = true },
                new("with", KeyType.Number, "the other version; the one in force without it"),
            ],
            Columns =
            [
                new("what", ColumnType.Text), new("kind_of", ColumnType.Text), new("name", ColumnType.Text), new("key", ColumnType.Text),
                new("before", ColumnType.Text), new("after", ColumnType.Text),
            ],
            Example = "configuration diff version=3 with=4",
        },
        new(CommandId.ConfigurationRollback, "configuration", "rollback", "put an earlier version in force again")
        {
            Keys =
            [
                Version with { Required = true }, Comment,
                new("yes", KeyType.YesNo, "do it without asking"),
            ],
            NeedsYes = true,
            Example = "configuration rollback version=3 yes",
        },
    ];
}
