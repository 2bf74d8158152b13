namespace Backup.Commands;

/// <summary>Commands about schedules.</summary>
internal static class ScheduleTable
{
    public static IReadOnlyList<CommandDefinition> Commands { get; } =
    [
        new(CommandId.SchedulePreview, "schedule", "preview", "when jobs will be due, and with what")
        {
            Keys =
            [
                new("job", KeyType.Name, "one job; all that have a schedule without it"),
                new("schedule", KeyType.Name, "only jobs of this Schedule, or the Schedule alone where no job has it"),
                new("count", KeyType.Number, "so many times; 20 without it"),
                new("from", KeyType.Time, "times behind this one; behind now without it"),
            ],
            Columns =
            [
                new("job", ColumnType.Text), new("schedule", ColumnType.Text), new("local", ColumnType.Text), new("utc", ColumnType.Time),
                new("level", ColumnType.Text), new("pool", ColumnType.Text), new("storage", ColumnType.Text),
                new("overrides", ColumnType.Text),
            ],
            Example = "schedule preview job=nightly count=5",
        },
    ];
}
