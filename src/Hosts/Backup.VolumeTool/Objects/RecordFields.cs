using System.Text;
using System.Text.Json.Nodes;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.VolumeTool.Objects;

/// <summary>
/// A record's payload as named, typed fields, by docs/formats/volume.md. Of what cannot be read, and of types that are not known, its first
/// bytes. Never throws.
/// </summary>
public static class RecordFields
{
    private const int FirstBytes = 32;

    /// <summary>The short names of an Attributes record, and what they mean.</summary>
    private static readonly (string Short, string Long)[] Attributes =
    [
        ("p", "path"), ("k", "kind"), ("m", "mode"), ("u", "uid"), ("g", "gid"), ("un", "user"), ("gn", "group"), ("s", "size"),
        ("t", "modified"), ("c", "changed"), ("b", "born"), ("i", "inode"), ("d", "device"), ("l", "linkTarget"),
        ("x", "extendedAttributes"), ("f", "entryFlags"), ("r", "stale"),
    ];

    /// <summary>The fields of one payload.</summary>
    public static JsonObject Of(RecordType type, ReadOnlySpan<byte> payload)
    {
        try
        {
            return type switch
            {
                RecordType.Attributes => AttributesOf(payload),
                RecordType.Data => DataOf(payload),
                RecordType.Trailer => TrailerOf(payload),
                RecordType.Node => NodeOf(payload),
                RecordType.BlockTable => TableOf(payload),
                RecordType.FormatText => TextOf(payload),
                _ when Enum.IsDefined(type) => CborFields.Read(payload.ToArray()),
                _ => First(payload),
            };
        }
        catch (FormatException e)
        {
            JsonObject first = First(payload);
            first.Insert(0, "error", e.Message);
            return first;
        }
    }

    private static JsonObject First(ReadOnlySpan<byte> payload) =>
        new() { ["firstBytes"] = CborFields.Hex(payload[..Math.Min(payload.Length, FirstBytes)]) };

    private static JsonObject AttributesOf(ReadOnlySpan<byte> payload)
    {
        JsonObject raw = CborFields.Read(payload.ToArray());
        var fields = new JsonObject();
        foreach ((string name, JsonNode? value) in raw.ToList())
        {
            raw.Remove(name);
            string known = Attributes.FirstOrDefault(pair => pair.Short == name).Long ?? name;
            fields[known] = (known, value) switch
            {
                ("kind", JsonValue number) when number.TryGetValue(out ulong kind) && kind <= byte.MaxValue => Name((EntryKind)kind),
                ("mode", JsonValue number) when number.TryGetValue(out ulong mode) => Octal(mode),
                _ => value,
            };
        }
        return fields;
    }

    private static JsonObject DataOf(ReadOnlySpan<byte> payload)
    {
        if (!DataRecord.TryRead(payload, out DataHeader header, out ReadOnlySpan<byte> bytes))
            throw new VolumeFormatException("the payload is no piece of content");
        return new JsonObject
        {
            ["stream"] = Name(header.Stream), ["transform"] = Name(header.Transform), ["rawLength"] = header.RawLength,
            ["offset"] = header.Offset, ["storedLength"] = bytes.Length,
            ["firstBytes"] = CborFields.Hex(bytes[..Math.Min(bytes.Length, FirstBytes)]),
        };
    }

    private static JsonObject TrailerOf(ReadOnlySpan<byte> payload) => TrailerRecord.TryRead(payload, out TrailerRecord trailer)
        ? new JsonObject
        {
            ["status"] = Name(trailer.Status), ["algorithm"] = Name(trailer.Digest.Algorithm), ["size"] = trailer.Size,
            ["bytesRead"] = trailer.BytesRead, ["digest"] = trailer.Digest.Value.ToString(),
        }
        : throw new VolumeFormatException("the payload is no trailer");

    private static JsonObject NodeOf(ReadOnlySpan<byte> payload)
    {
        if (!NodeRecord.TryRead(payload, out SessionId holder, out ReadOnlySpan<byte> encoding))
            throw new VolumeFormatException("the payload is no node");
        TreeNode node = NodeCodec.Decode(encoding.ToArray());
        var rows = new JsonArray();
        foreach (NodeLink link in node.Links)
            rows.Add((JsonNode)new JsonObject
            {
                ["child"] = link.Child.ToString(), ["holds"] = Name(link.Holds), ["lastName"] = ByteText.Show(link.LastName),
            });
        foreach (TreeEntry entry in node.Entries) rows.Add((JsonNode)EntryOf(entry));
        return new JsonObject
        {
            ["session"] = holder.ToString(), ["id"] = NodeCodec.IdOf(encoding).ToString(), ["kind"] = Name(node.Kind), ["rows"] = rows,
        };
    }

    private static JsonObject EntryOf(TreeEntry entry)
    {
        var fields = new JsonObject
        {
            ["name"] = ByteText.Show(entry.Name), ["kind"] = Name(entry.Kind), ["mode"] = Octal(entry.Mode), ["uid"] = entry.UserId,
            ["gid"] = entry.GroupId, ["user"] = entry.UserName, ["group"] = entry.GroupName, ["size"] = entry.Size,
            ["modified"] = CborFields.Time(entry.Modified), ["changed"] = CborFields.Time(entry.Changed),
            ["born"] = entry.Born == default ? null : CborFields.Time(entry.Born), ["inode"] = entry.Inode, ["device"] = entry.DeviceNumber,
            ["linkTarget"] = ByteText.Show(entry.LinkTarget), ["entryFlags"] = (int)entry.Flags, ["stale"] = (int)entry.StaleReason,
            ["algorithm"] = Name(entry.Digest.Algorithm), ["digest"] = entry.Digest.Value.ToString(),
        };
        if (entry.ExtendedAttributes.Count > 0)
            fields["extendedAttributes"] = new JsonArray([.. entry.ExtendedAttributes.Select(attribute =>
                (JsonNode)new JsonArray(ByteText.Show(attribute.Name), CborFields.Hex(attribute.Value)))]);
        if (!entry.Reference.IsNone) fields["session"] = entry.Reference.Session.ToString();
        if (!entry.Reference.IsNone) fields["fileIndex"] = entry.Reference.FileIndex;
        if (entry.Kind == EntryKind.Directory) fields["child"] = entry.Child.ToString();
        return fields;
    }

    /// <summary>The three columns as rows of their numbers.</summary>
    private static JsonObject TableOf(ReadOnlySpan<byte> payload)
    {
        JsonObject fields = CborFields.Read(payload.ToArray());
        var columns = new TableColumns(fields);
        fields["rows"] = new JsonArray([.. columns.Rows().Select(row => (JsonNode)new JsonObject
        {
            ["block"] = row.Block, ["fileIndex"] = row.FileIndex, ["sequence"] = row.Sequence,
        })]);
        return fields;
    }

    private static JsonObject TextOf(ReadOnlySpan<byte> payload)
    {
        int end = payload.IndexOf((byte)'\n');
        return new JsonObject
        {
            ["bytes"] = payload.Length, ["firstLine"] = ByteText.Show(payload[..Math.Min(end < 0 ? payload.Length : end, 200)]),
        };
    }

    /// <summary>The word for a number of the format; of one that is not known the number.</summary>
    private static JsonNode Name<T>(T value) where T : struct, Enum => value.ToString();

    private static string Octal(ulong mode) => mode <= 0xffff ? Convert.ToString((long)mode, 8).PadLeft(4, '0') : $"{mode}";
}
