using System.Formats.Cbor;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Volumes.Records;

/// <summary>
/// An Attributes record: full path and status of one entry, without digest, reference and child. A CBOR map with short text keys, the
/// path first,
/// the kind second; a field at its default (zero, empty) is left out. Keys: p path, k kind, m mode, u g owner numbers, un gn owner
/// names, s size,
/// t c b times modified/changed/born as [seconds, nanoseconds], i inode, d device number, l link target, x attributes [[name,
/// value]...], f flags, r stale reason.
/// </summary>
public sealed record AttributesRecord(byte[] Path, TreeEntry Entry)
{
    private const int FixedBytesMax = 256; // keys and heads of all fields, every number at its longest
    private const int ExtendedAttributesMax = 65_536;

    /// <summary>An upper bound of what <see cref="Write"/> takes for this entry.</summary>
    public static int LengthMax(int pathBytes, TreeEntry entry)
    {
        int length = FixedBytesMax + pathBytes + entry.LinkTarget.Length + 3 * (entry.UserName.Length + entry.GroupName.Length);
        IReadOnlyList<ExtendedAttribute> attributes = entry.ExtendedAttributes;
        for (int i = 0; i < attributes.Count; i++)
            length += 3 * CborSpanWriter.HeadBytesMax + attributes[i].Name.Length + attributes[i].Value.Length;
        return length;
    }

    /// <summary>
    /// Writes the payload and returns its length; the destination has at least <see cref="LengthMax"/> bytes. The name is the path's
    /// last part.
    /// </summary>
    public static int Write(Span<byte> payload, ReadOnlySpan<byte> path, TreeEntry entry)
    {
        var writer = new CborSpanWriter(payload);
        writer.StartMap(CountFields(entry));
        writer.Utf8("p"u8);
        writer.ByteString(path);
        writer.Utf8("k"u8);
        writer.Integer((long)entry.Kind);
        WriteNumber(ref writer, "m"u8, entry.Mode);
        WriteNumber(ref writer, "u"u8, entry.UserId);
        WriteNumber(ref writer, "g"u8, entry.GroupId);
        WriteText(ref writer, "un"u8, entry.UserName);
        WriteText(ref writer, "gn"u8, entry.GroupName);
        WriteNumber(ref writer, "s"u8, (ulong)entry.Size);
        WriteTime(ref writer, "t"u8, entry.Modified);
        WriteTime(ref writer, "c"u8, entry.Changed);
        WriteTime(ref writer, "b"u8, entry.Born);
        WriteNumber(ref writer, "i"u8, entry.Inode);
        WriteNumber(ref writer, "d"u8, entry.DeviceNumber);
        WriteRare(ref writer, entry);
        return writer.Written;
    }

    private static void WriteRare(ref CborSpanWriter writer, TreeEntry entry)
    {
        if (entry.LinkTarget.Length > 0)
        {
            writer.Utf8("l"u8);
            writer.ByteString(entry.LinkTarget);
        }
        if (entry.ExtendedAttributes.Count > 0)
        {
            writer.Utf8("x"u8);
            writer.StartArray(entry.ExtendedAttributes.Count);
            foreach (ExtendedAttribute attribute in entry.ExtendedAttributes)
            {
                writer.StartArray(2);
                writer.ByteString(attribute.Name);
                writer.ByteString(attribute.Value);
            }
        }
        WriteNumber(ref writer, "f"u8, (ulong)entry.Flags);
        WriteNumber(ref writer, "r"u8, (ulong)entry.StaleReason);
    }

    private static int CountFields(TreeEntry entry) =>
        2 + One(entry.Mode != 0) + One(entry.UserId != 0) + One(entry.GroupId != 0)
        + One(entry.UserName.Length > 0) + One(entry.GroupName.Length > 0) + One(entry.Size != 0)
        + One(entry.Modified != default) + One(entry.Changed != default) + One(entry.Born != default)
        + One(entry.Inode != 0) + One(entry.DeviceNumber != 0) + One(entry.LinkTarget.Length > 0)
        + One(entry.ExtendedAttributes.Count > 0) + One(entry.Flags != 0) + One(entry.StaleReason != 0);

    private static int One(bool present) => present ? 1 : 0;

    private static void WriteNumber(ref CborSpanWriter writer, ReadOnlySpan<byte> key, ulong value)
    {
        if (value == 0) return;
        writer.Utf8(key);
        writer.Integer(value);
    }

    private static void WriteText(ref CborSpanWriter writer, ReadOnlySpan<byte> key, string value)
    {
        if (value.Length == 0) return;
        writer.Utf8(key);
        writer.TextString(value);
    }

    private static void WriteTime(ref CborSpanWriter writer, ReadOnlySpan<byte> key, Instant value)
    {
        if (value == default) return;
        writer.Utf8(key);
        writer.StartArray(2);
        writer.Integer(value.Seconds);
        writer.Integer((long)value.Nanoseconds);
    }

    /// <summary>Reads a payload; unknown keys are skipped. Throws <see cref="VolumeFormatException"/> where it is none.</summary>
    public static AttributesRecord Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return new AttributesReading().Read(new CborReader(payload, CborConformanceMode.Lax));
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new VolumeFormatException($"an Attributes record cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Path and kind alone, without decoding the rest; false where the payload does not begin with them.</summary>
    public static bool TryReadPath(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> path, out EntryKind kind)
    {
        path = default;
        kind = default;
        if (payload.Length < 6 || (payload[0] & 0xe0) != 0xa0 || payload[1] != 0x61 || payload[2] != (byte)'p') return false;
        int head = payload[3] switch
        {
            >= 0x40 and < 0x58 => 1,
            0x58 => 2,
            0x59 => 3,
            0x5a => 5,
            _ => 0,
        };
        if (head == 0 || payload.Length < 3 + head) return false;
        long length = head == 1 ? payload[3] & 0x1f : 0;
        for (int i = 1; i < head; i++) length = length << 8 | payload[3 + i];
        int at = 3 + head;
        if (length > payload.Length - at - 3) return false;
        path = payload.Slice(at, (int)length);
        ReadOnlySpan<byte> next = payload[(at + (int)length)..];
        if (next[0] != 0x61 || next[1] != (byte)'k' || next[2] >= 24) return false;
        kind = (EntryKind)next[2];
        return true;
    }

    /// <summary>The fields as they come, in any order.</summary>
    private sealed class AttributesReading
    {
        private byte[]? _path;
        private EntryKind _kind;
        private uint _mode, _user, _group;
        private string _userName = "", _groupName = "";
        private long _size;
        private Instant _modified, _changed, _born;
        private ulong _inode, _device;
        private byte[] _target = [];
        private List<ExtendedAttribute>? _attributes;
        private EntryFlags _flags;
        private UnsavedReason _stale;

        public AttributesRecord Read(CborReader reader)
        {
            reader.ReadStartMap();
            while (reader.PeekState() != CborReaderState.EndMap) ReadField(reader, reader.ReadTextString());
            reader.ReadEndMap();
            if (_path is not { Length: > 0 }) throw new VolumeFormatException("an Attributes record has no path");
            if (_kind is < EntryKind.File or > EntryKind.BlockDevice)
                throw new VolumeFormatException($"an Attributes record has the unknown kind {(byte)_kind}");
            BytePath.Split(_path, out _, out ReadOnlySpan<byte> name);
            return new AttributesRecord(_path, new TreeEntry
            {
                Name = name.ToArray(), Kind = _kind, Mode = _mode, UserId = _user, GroupId = _group, UserName = _userName,
                    GroupName = _groupName,
                Size = _size, Modified = _modified, Changed = _changed, Born = _born, Inode = _inode, DeviceNumber = _device,
                    LinkTarget = _target,
                ExtendedAttributes = _attributes is null ? [] : _attributes, Flags = _flags, StaleReason = _stale,
            });
        }

        private void ReadField(CborReader reader, string key)
        {
            switch (key)
            {
                case "p": _path = reader.ReadByteString(); break;
                case "k": _kind = (EntryKind)checked((byte)reader.ReadUInt32()); break;
                case "m": _mode = reader.ReadUInt32(); break;
                case "u": _user = reader.ReadUInt32(); break;
                case "g": _group = reader.ReadUInt32(); break;
                case "un": _userName = reader.ReadTextString(); break;
                case "gn": _groupName = reader.ReadTextString(); break;
                case "s": _size = checked((long)reader.ReadUInt64()); break;
                case "t": _modified = ReadTime(reader); break;
                case "c": _changed = ReadTime(reader); break;
                case "b": _born = ReadTime(reader); break;
                case "i": _inode = reader.ReadUInt64(); break;
                case "d": _device = reader.ReadUInt64(); break;
                case "l": _target = reader.ReadByteString(); break;
                case "x": _attributes = ReadAttributes(reader); break;
                case "f": _flags = (EntryFlags)checked((ushort)reader.ReadUInt32()); break;
                case "r": _stale = (UnsavedReason)checked((byte)reader.ReadUInt32()); break;
                default: reader.SkipValue(); break;
            }
        }

        private static Instant ReadTime(CborReader reader)
        {
            reader.ReadStartArray();
            var time = new Instant(reader.ReadInt64(), reader.ReadUInt32());
            reader.ReadEndArray();
            return time.Nanoseconds < 1_000_000_000 ? time :
                throw new VolumeFormatException($"{time.Nanoseconds} ns are more than a second");
        }

        private static List<ExtendedAttribute> ReadAttributes(CborReader reader)
        {
            var attributes = new List<ExtendedAttribute>();
            reader.ReadStartArray();
            while (reader.PeekState() != CborReaderState.EndArray)
            {
                if (attributes.Count == ExtendedAttributesMax)
                    throw new VolumeFormatException($"more than {ExtendedAttributesMax} extended attributes");
                reader.ReadStartArray();
                attributes.Add(new ExtendedAttribute(reader.ReadByteString(), reader.ReadByteString()));
                reader.ReadEndArray();
            }
            reader.ReadEndArray();
            return attributes;
        }
    }
}
