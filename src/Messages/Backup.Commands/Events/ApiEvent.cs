using System.Text.Json.Serialization;
using Backup.Messages.Values;

namespace Backup.Commands;

/// <summary>One document of an answer: one line of JSON, told apart by <c>kind</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ColumnsEvent), "columns")]
[JsonDerivedType(typeof(RowEvent), "row")]
[JsonDerivedType(typeof(TextEvent), "text")]
[JsonDerivedType(typeof(LogEvent), "log")]
[JsonDerivedType(typeof(JobEvent), "job")]
[JsonDerivedType(typeof(ProgressEvent), "progress")]
[JsonDerivedType(typeof(ErrorEvent), "error")]
[JsonDerivedType(typeof(EndEvent), "end")]
public abstract record ApiEvent;

/// <summary>A table begins; the rows that follow have these columns. Title may stand above it.</summary>
public sealed record ColumnsEvent(IReadOnlyList<ColumnDefinition> Columns, string? Title = null) : ApiEvent
{
    /// <summary>The columns that the table of commands promises.</summary>
    public static ColumnsEvent Of(CommandId command) => new(CommandTable.Of(command).Columns);

    /// <summary>One of the tables that the table of commands promises, by its title.</summary>
    public static ColumnsEvent Of(CommandId command, string title) =>
        new(CommandTable.Of(command).Tables.First(table => table.Title == title).Columns, title);
}

/// <summary>One row: cells in the order of the columns, written as one JSON object.</summary>
public sealed record RowEvent([property: JsonConverter(typeof(ApiCellsConverter))] IReadOnlyList<ApiCell> Row) : ApiEvent
{
    public static RowEvent Of(params IReadOnlyList<ApiCell> cells) => new(cells);
}

/// <summary>Lines for a reader; a program finds the same facts in the other documents.</summary>
public sealed record TextEvent(string Text) : ApiEvent;

/// <summary>One line of a job's log. Time is ISO 8601 in UTC.</summary>
public sealed record LogEvent(string Time, LogSeverity Severity, string Text, [property: JsonPropertyName("jobid")] long? JobId = null)
    : ApiEvent
{
    public static LogEvent At(Instant time, LogSeverity severity, string text, long? jobId = null) =>
        new(time.ToString(), severity, text, jobId);
}

[JsonConverter(typeof(LowerCaseEnum<LogSeverity>))]
public enum LogSeverity { Debug, Note, Warning, Error }

/// <summary>A run was queued or changed its state; Letter is Bacula's.</summary>
public sealed record JobEvent([property: JsonPropertyName("jobid")] long JobId, string Job, string State, char Letter) : ApiEvent
{
    /// <summary>The state in its one spelling.</summary>
    public static JobEvent Of(long jobId, string job, Messages.Jobs.JobState state) =>
        new(jobId, job, Messages.Jobs.JobCodes.Words(state), Messages.Jobs.JobCodes.Letter(state));
}

/// <summary>
/// Where a run stands, at most once a second. Bytes and BytesPerSecond count what was read, the rate over the last seconds; Seconds since
/// its start. Expected: how much it is likely to be, by what it restores or by the last like run; absent where nobody knows.
/// </summary>
public sealed record ProgressEvent(
    [property: JsonPropertyName("jobid")] long JobId,
    string Phase,
    long Files,
    long Bytes,
    double BytesPerSecond,
    double Seconds,
    string? Path = null,
    long? ExpectedFiles = null,
    long? ExpectedBytes = null) : ApiEvent;

/// <summary>One line: what was wanted, what is wrong, where, what to do.</summary>
public sealed record ErrorEvent(string Text) : ApiEvent;

/// <summary>The last document of every answer. Status is the exit status of the console.</summary>
public sealed record EndEvent(int Status, [property: JsonPropertyName("jobid")] long? JobId = null, string? State = null) : ApiEvent
{
    public static EndEvent Done { get; } = new(EndStatus.Ok);

    public static EndEvent Refused { get; } = new(EndStatus.Refused);

    public static EndEvent WrongUsage { get; } = new(EndStatus.WrongUsage);

    /// <summary>The end of an answer that followed a run to its end.</summary>
    public static EndEvent Of(long jobId, Messages.Jobs.JobState state) =>
        new(EndStatus.Of(state), jobId, Messages.Jobs.JobCodes.Words(state));
}
