using System.Formats.Cbor;
using System.Text.Json.Nodes;
using Backup.Messages.Values;
using Backup.Volumes.Records;

namespace Backup.VolumeTool.Objects;

/// <summary>
/// A payload that is a CBOR map as named, typed fields, those that this version does not know too: numbers, texts, times, paths and other
/// names as <see cref="ByteText"/>, all other bytes as hexadecimal digits. One use each.
/// </summary>
internal sealed class CborFields
{
    /// <summary>Values in one payload; a session's end that needs some 50,000 others has as many.</summary>
    private const int ValuesMax = 1 << 18;
    private const int DepthMax = 16;

    private static readonly HashSet<string> Times = new(StringComparer.Ordinal)
    {
        "t", "c", "b", "scheduled", "started", "ended", "labelled", "at", "scanStarted", "scanEnded", "firstWritten", "lastWritten",
    };

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { "p", "l", "path", "lastPath", "x" };

    private readonly CborReader _reader;
    private int _values;

    private CborFields(ReadOnlyMemory<byte> payload) => _reader = new CborReader(payload, CborConformanceMode.Lax);

    /// <summary>Throws <see cref="VolumeFormatException"/> where the payload is no map, or has more in it than it may.</summary>
    public static JsonObject Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return new CborFields(payload).Value("", DepthMax) as JsonObject
                ?? throw new VolumeFormatException("the payload is no map");
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new VolumeFormatException($"the payload is no map: {e.Message}", e);
        }
    }

    /// <summary>To the nanosecond, where there are any.</summary>
    public static string Time(Instant time)
    {
        string text = time.ToString();
        string more = time.Nanoseconds == 0 ? "" : $".{time.Nanoseconds:d9}";
        return text[^1] == 'Z' ? $"{text[..^1]}{more}Z" : text + more;
    }

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private JsonNode? Value(string name, int depth)
    {
        if (depth == 0) throw new VolumeFormatException($"the payload is nested more than {DepthMax} deep");
        if (++_values > ValuesMax) throw new VolumeFormatException($"the payload has more than {ValuesMax} values");
        switch (_reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                return _reader.ReadUInt64();
            case CborReaderState.NegativeInteger:
                return _reader.ReadInt64();
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                return _reader.ReadTextString();
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                byte[] bytes = _reader.ReadByteString();
                return Names.Contains(name) ? ByteText.Show(bytes) : Hex(bytes);
            case CborReaderState.StartArray:
                JsonArray array = Array(name, depth);
                return Times.Contains(name) ? TimeOf(array) : array;
            case CborReaderState.StartMap:
                return Map(depth);
            case CborReaderState.Boolean:
                return _reader.ReadBoolean();
            case CborReaderState.Null:
                _reader.ReadNull();
                return null;
            default:
                return Hex(_reader.ReadEncodedValue().Span);
        }
    }

    private JsonObject Map(int depth)
    {
        var fields = new JsonObject();
        _reader.ReadStartMap();
        while (_reader.PeekState() != CborReaderState.EndMap)
        {
            string name = _reader.ReadTextString();
            JsonNode? value = Value(name, depth - 1);
            if (!fields.TryAdd(name, value)) throw new VolumeFormatException($"the field '{name}' comes twice");
        }
        _reader.ReadEndMap();
        return fields;
    }

    private JsonArray Array(string name, int depth)
    {
        var values = new JsonArray();
        _reader.ReadStartArray();
        // Of an attribute, [name, value], the value is bytes and no name.
        string inner = name == "x" && depth < DepthMax - 1 ? "" : name;
        while (_reader.PeekState() != CborReaderState.EndArray)
            values.Add(Value(inner.Length == 0 && values.Count == 0 ? name : inner, depth - 1));
        _reader.ReadEndArray();
        return values;
    }

    private static string TimeOf(JsonArray parts) =>
        parts is [JsonValue seconds, JsonValue rest] && Whole(seconds) is { } s && Whole(rest) is >= 0 and < 1_000_000_000 and var n
            ? Time(new Instant(s, (uint)n))
            : throw new VolumeFormatException("a time is no pair of seconds and nanoseconds");

    private static long? Whole(JsonValue number) =>
        number.TryGetValue(out ulong positive) ? checked((long)positive) : number.TryGetValue(out long negative) ? negative : null;
}
