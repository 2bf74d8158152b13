using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backup.Messages.Values;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.VolumeTool.Objects;

/// <summary>
/// Each record of one volume as it lies there: for people a line of its header and a line a field, or a JSON document a record. Faults and
/// the sum of all stand among them in the same form.
/// </summary>
internal sealed class ObjectListing(string volume, bool asJson, TextWriter output) : IRecordSink
{
    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        string name = Enum.IsDefined(header.Type) ? header.Type.ToString() : "unknown";
        string? session = place.Session == default ? null : place.Session.ToString();
        JsonObject fields = RecordFields.Of(header.Type, payload);
        if (asJson)
            Write(new JsonObject
            {
                ["volume"] = volume, ["block"] = place.Block, ["session"] = session, ["attempt"] = place.Attempt,
                ["type"] = (int)header.Type, ["name"] = name, ["flags"] = (int)header.Flags, ["sequence"] = header.Sequence,
                ["fileIndex"] = header.FileIndex, ["length"] = header.Length, ["fields"] = fields,
            });
        else
        {
            string of = session is null ? "of the volume" : $"session {session}";
            output.WriteLine($"block {place.Block}  {name} ({(int)header.Type})  {of}  attempt {place.Attempt}  flags {(int)header.Flags}"
                + $"  sequence {header.Sequence}  file {header.FileIndex}  {header.Length} bytes");
            foreach ((string field, JsonNode? value) in fields) Show($"  {field}", value);
        }
        return true;
    }

    public void Report(VolumeFault fault)
    {
        if (asJson) Write(new JsonObject { ["volume"] = volume, ["block"] = fault.Block, ["fault"] = fault.Text });
        else output.WriteLine($"fault: {fault.Text}");
    }

    /// <summary>The last word on the volume.</summary>
    public void End(ReadSummary summary)
    {
        if (asJson)
            Write(new JsonObject
            {
                ["volume"] = volume, ["blocks"] = summary.Blocks, ["records"] = summary.Records, ["unknown"] = summary.UnknownRecords,
                ["faults"] = summary.Faults,
            });
        else
            output.WriteLine($"volume {volume}: {summary.Blocks} blocks, {summary.Records} records, "
                + $"{summary.UnknownRecords} of them of types that this version does not know, {summary.Faults} faults");
    }

    private void Write(JsonObject document)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes)) document.WriteTo(writer);
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    private void Show(string name, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                foreach ((string field, JsonNode? inner) in map) Show($"{name}.{field}", inner);
                break;
            case JsonArray array when array.Any(item => item is JsonObject or JsonArray):
                foreach ((int index, JsonNode? item) in array.Index()) Show($"{name}[{index}]", item);
                break;
            case JsonArray array:
                output.WriteLine($"{name}  {string.Join(", ", array.Select(Text))}");
                break;
            default:
                output.WriteLine($"{name}  {Text(value)}");
                break;
        }
    }

    /// <summary>A value in a line of its own, whatever characters are in it.</summary>
    private static string Text(JsonNode? value) => value switch
    {
        null => "-",
        JsonValue text when text.TryGetValue(out string? words) => words.Length == 0 ? "-" : Printable(words),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Texts of a volume may have line breaks and worse; paths have their printable form already.</summary>
    private static string Printable(string words) => words.Any(char.IsControl) ? ByteText.Show(Encoding.UTF8.GetBytes(words)) : words;
}
