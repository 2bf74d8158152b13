using System.Text.Json;
using System.Text.Json.Serialization;
using Backup.Messages.Values;

namespace Backup.Commands;

/// <summary>What a cell holds in JSON.</summary>
public enum ApiValueKind { Nothing, Text, Number, Real, Truth }

/// <summary>One value: nothing, text, a 64-bit number, a real number or a truth. Times are text, ISO 8601 in UTC.</summary>
public readonly record struct ApiValue
{
    private readonly string? text;
    private readonly long number;
    private readonly double real;

    public ApiValue(string? text) => (Kind, this.text) = (text is null ? ApiValueKind.Nothing : ApiValueKind.Text, text);

    public ApiValue(long number) => (Kind, this.number) = (ApiValueKind.Number, number);

    /// <summary>JSON knows no infinities: what is not finite is nothing.</summary>
    public ApiValue(double real) => (Kind, this.real) = double.IsFinite(real) ? (ApiValueKind.Real, real) : (ApiValueKind.Nothing, 0);

    public ApiValue(bool truth) => (Kind, number) = (ApiValueKind.Truth, truth ? 1 : 0);

    public ApiValueKind Kind { get; }

    public string? Text => text;

    public long Number => number;

    /// <summary>The number as a real one, whichever it is.</summary>
    public double Real => Kind == ApiValueKind.Number ? number : real;

    public bool Truth => number != 0;

    public static implicit operator ApiValue(string? text) => new(text);
    public static implicit operator ApiValue(long number) => new(number);
    public static implicit operator ApiValue(double real) => new(real);
    public static implicit operator ApiValue(bool truth) => new(truth);
    public static implicit operator ApiValue(Instant time) => new(time.ToString());
    public static implicit operator ApiValue(Instant? time) => new(time?.ToString());
    public static implicit operator ApiValue(TimeSpan span) => new(span.TotalSeconds);
}

/// <summary>One cell of a row, under its column's name.</summary>
public readonly record struct ApiCell(string Column, ApiValue Value)
{
    public static implicit operator ApiCell((string Column, ApiValue Value) pair) => new(pair.Column, pair.Value);
}

/// <summary>A row's cells as one JSON object, in order.</summary>
public sealed class ApiCellsConverter : JsonConverter<IReadOnlyList<ApiCell>>
{
    /// <summary>A row wider than this is refused: no table of ours comes near.</summary>
    public const int MaximumCells = 256;

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ApiCell> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (ApiCell cell in value) WriteCell(writer, cell);
        writer.WriteEndObject();
    }

    public override IReadOnlyList<ApiCell> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a row is an object");
        var cells = new List<ApiCell>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (cells.Count == MaximumCells) throw new JsonException($"a row has at most {MaximumCells} cells");
            string column = reader.GetString()!;
            reader.Read();
            cells.Add(new ApiCell(column, ReadValue(ref reader)));
        }
        return cells;
    }

    private static void WriteCell(Utf8JsonWriter writer, ApiCell cell)
    {
        writer.WritePropertyName(cell.Column);
        switch (cell.Value.Kind)
        {
            case ApiValueKind.Text: writer.WriteStringValue(cell.Value.Text); break;
            case ApiValueKind.Number: writer.WriteNumberValue(cell.Value.Number); break;
            case ApiValueKind.Real: writer.WriteNumberValue(cell.Value.Real); break;
            case ApiValueKind.Truth: writer.WriteBooleanValue(cell.Value.Truth); break;
            default: writer.WriteNullValue(); break;
        }
    }

    private static ApiValue ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String => new ApiValue(reader.GetString()),
        JsonTokenType.True => new ApiValue(true),
        JsonTokenType.False => new ApiValue(false),
        JsonTokenType.Number when reader.TryGetInt64(out long number) => new ApiValue(number),
        JsonTokenType.Number => new ApiValue(reader.GetDouble()),
        _ => throw new JsonException("a cell is text, a number, a truth or null"),
    };
}
