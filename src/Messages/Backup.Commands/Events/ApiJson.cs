using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backup.Commands;

/// <summary>What is posted to <c>/v1/commands</c>.</summary>
public sealed record CommandRequest(IReadOnlyList<string>? Words);

/// <summary>The answer of <c>/v1/version</c>.</summary>
public sealed record VersionAnswer(string Product, string Version, int Api);

/// <summary>Bytes from the other side that are no document of the API. The message is one line.</summary>
public sealed class ApiFormatException : Exception
{
    public ApiFormatException(string message) : base(message)
    {
    }

    public ApiFormatException(string message, Exception inner) : base(message, inner)
    {
    }

    public ApiFormatException() : this("no document of the API")
    {
    }
}

/// <summary>Documents ↔ UTF-8, without reflection.</summary>
public static class ApiJson
{
    /// <summary>Version of the protocol, the number in its paths.</summary>
    public const int Version = 1;

    /// <summary>One document at most: a log line with a path of 4,096 escaped bytes has room many times over.</summary>
    public const int MaximumDocumentBytes = 1024 * 1024;

    // Readers are terminals and programs, no HTML: names stay readable, controls are escaped all the same.
    private static readonly ApiJsonContext Context = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        MaxDepth = 16,
    });

    private static readonly string[] Kinds = ["columns", "row", "text", "log", "job", "progress", "error", "end"];

    /// <summary>The document without a line end.</summary>
    public static byte[] Write(ApiEvent document) => JsonSerializer.SerializeToUtf8Bytes(document, Context.ApiEvent);

    public static byte[] Write(CommandRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, Context.CommandRequest);

    public static byte[] Write(VersionAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, Context.VersionAnswer);

    /// <summary>
    /// The document of one line; null where its kind is of a newer node and can be skipped. Throws <see cref="ApiFormatException"/>.
    /// </summary>
    public static ApiEvent? ReadEvent(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, Context.ApiEvent)
                ?? throw new ApiFormatException("the node sent 'null' where a document belongs");
        }
        catch (Exception mistake) when (mistake is JsonException or NotSupportedException or InvalidOperationException)
        {
            if (IsOfUnknownKind(line)) return null;
            throw new ApiFormatException($"the node sent a line that is no document of the API: {OneLine(mistake.Message)}", mistake);
        }
    }

    /// <summary>The request in a body. Throws <see cref="ApiFormatException"/>.</summary>
    public static CommandRequest ReadRequest(ReadOnlySpan<byte> body)
    {
        try
        {
            CommandRequest? request = JsonSerializer.Deserialize(body, Context.CommandRequest);
            return request?.Words is null || request.Words.Any(word => word is null)
                ? throw new ApiFormatException("the body is wanted as {\"words\":[\"verb\",\"key=value\"]}")
                : request;
        }
        catch (Exception mistake) when (mistake is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ApiFormatException($"the body is no JSON of the form {{\"words\":[...]}}: {OneLine(mistake.Message)}", mistake);
        }
    }

    /// <summary>The answer of <c>/v1/version</c>. Throws <see cref="ApiFormatException"/>.</summary>
    public static VersionAnswer ReadVersion(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, Context.VersionAnswer)
                ?? throw new ApiFormatException("the node did not tell its version");
        }
        catch (JsonException mistake)
        {
            throw new ApiFormatException($"the node did not tell its version: {OneLine(mistake.Message)}", mistake);
        }
    }

    private static bool IsOfUnknownKind(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            JsonElement root = JsonElement.ParseValue(ref reader);
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("kind", out JsonElement kind)
                && kind.ValueKind == JsonValueKind.String && !Kinds.Contains(kind.GetString());
        }
        catch (Exception mistake) when (mistake is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}

/// <summary>Enum members in lower case, by name only.</summary>
public sealed class LowerCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

[JsonSerializable(typeof(ApiEvent))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(VersionAnswer))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
