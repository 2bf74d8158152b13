using System.Formats.Cbor;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Records;

namespace Backup.Volumes.Trees;

/// <summary>A node's columns back into entries. Outside bytes: every count has a limit, names are names. One use each.</summary>
internal sealed class NodeDecoder
{
    private const int EntriesMax = 65_536;
    private const int NameBytesMax = 65_535;
    private const int TargetBytesMax = 1 << 20;
    private const int TableMax = 65_536;

    private readonly Dictionary<string, NumberColumn> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeColumn> _times = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ByteColumn> _bytes = new(StringComparer.Ordinal);
    private string[] _users = [""];
    private string[] _groups = [""];
    private SessionId[] _sessions = [];
    private Dictionary<int, List<ExtendedAttribute>>? _attributes;
    private ulong _version;
    private ulong _kind;
    private ulong _count;
    private byte[] _previousName = [];
    private long _previousIndex;

    public TreeNode Decode(CborReader reader)
    {
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap) ReadColumn(reader, reader.ReadTextString());
        reader.ReadEndMap();
        if (reader.BytesRemaining != 0) throw new VolumeFormatException($"{reader.BytesRemaining} bytes too many behind a tree node");
        if (_version != NodeEncoder.Version)
            throw new VolumeFormatException($"a tree node is of version {_version}; this program reads {NodeEncoder.Version}");
        if (_count > EntriesMax) throw new VolumeFormatException($"a tree node of {_count} entries has more than {EntriesMax}");
        return (NodeKind)_kind switch
        {
            NodeKind.Files or NodeKind.Directories => new TreeNode((NodeKind)_kind, ReadEntries((int)_count), []),
            NodeKind.Links => new TreeNode(NodeKind.Links, [], ReadLinks((int)_count)),
            _ => throw new VolumeFormatException($"a tree node has the unknown kind {_kind}"),
        };
    }

    private void ReadColumn(CborReader reader, string key)
    {
        switch (key)
        {
            case "v": _version = reader.ReadUInt64(); break;
            case "kind": _kind = reader.ReadUInt64(); break;
            case "n": _count = reader.ReadUInt64(); break;
            case "users": _users = ReadTexts(reader); break;
            case "groups": _groups = ReadTexts(reader); break;
            case "sessions": _sessions = ReadSessions(reader); break;
            case "xattrs": _attributes = ReadAttributes(reader); break;
            case "modified" or "changed" or "born": _times[key] = TimeColumn.Read(reader); break;
            case "inode" or "fileindex": _numbers[key] = new NumberColumn(reader.ReadDefiniteLengthByteString()); break;
            case "names" or "targets" or "digest" or "child": _bytes[key] = new ByteColumn(reader.ReadDefiniteLengthByteString()); break;
            case "shared" or "length" or "holds" or "type" or "mode" or "uid" or "gid" or "user" or "group" or "size" or "device"
                or "targetlength" or "flags" or "stale" or "algorithm" or "session":
                _numbers[key] = NumberColumn.Read(reader);
                break;
            default: reader.SkipValue(); break;
        }
    }

    private static string[] ReadTexts(CborReader reader)
    {
        var texts = new List<string>();
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            if (texts.Count == TableMax) throw new VolumeFormatException($"a table of a tree node has more than {TableMax} texts");
            texts.Add(reader.ReadTextString());
        }
        reader.ReadEndArray();
        return [.. texts];
    }

    public static SessionId[] ReadSessions(CborReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.ReadDefiniteLengthByteString().Span;
        if (bytes.Length % SessionId.Size != 0) throw new VolumeFormatException("the session table of a tree node is cut off");
        var sessions = new SessionId[bytes.Length / SessionId.Size];
        for (int i = 0; i < sessions.Length; i++) sessions[i] = SessionId.Read(bytes[(i * SessionId.Size)..]);
        return sessions;
    }

    private static Dictionary<int, List<ExtendedAttribute>> ReadAttributes(CborReader reader)
    {
        var attributes = new Dictionary<int, List<ExtendedAttribute>>();
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            int entry = checked((int)reader.ReadUInt32());
            if (!attributes.TryGetValue(entry, out List<ExtendedAttribute>? list)) attributes[entry] = list = [];
            list.Add(new ExtendedAttribute(reader.ReadByteString(), reader.ReadByteString()));
        }
        reader.ReadEndArray();
        return attributes;
    }

    private NumberColumn Number(string key) => _numbers.TryGetValue(key, out NumberColumn? column) ? column : NumberColumn.Absent();

    private TimeColumn Time(string key) => _times.TryGetValue(key, out TimeColumn? column) ? column : TimeColumn.Absent();

    private ByteColumn Bytes(string key) => _bytes.TryGetValue(key, out ByteColumn? column) ? column : new ByteColumn(default);

    private NodeLink[] ReadLinks(int count)
    {
        NumberColumn holds = Number("holds"), shared = Number("shared"), length = Number("length");
        ByteColumn names = Bytes("names"), children = Bytes("child");
        var links = new NodeLink[count];
        for (int i = 0; i < count; i++)
        {
            var kind = (NodeKind)holds.NextLength((int)NodeKind.Links);
            if (kind is not (NodeKind.Files or NodeKind.Directories))
                throw new VolumeFormatException($"a link of a tree node holds the unknown kind {kind}");
            links[i] = new NodeLink(NodeId.Read(children.Next(NodeId.Size)), kind, NextName(shared, length, names));
        }
        return links;
    }

    private byte[] NextName(NumberColumn shared, NumberColumn length, ByteColumn names)
    {
        int kept = shared.NextLength(_previousName.Length);
        int added = length.NextLength(NameBytesMax - kept);
        var name = new byte[kept + added];
        _previousName.AsSpan(0, kept).CopyTo(name);
        names.Next(added).CopyTo(name.AsSpan(kept));
        if (name is [] or [(byte)'.'] or [(byte)'.', (byte)'.'] || name.AsSpan().ContainsAny((byte)'/', (byte)0))
            throw new VolumeFormatException($"'{ByteText.Show(name)}' in a tree node is no name");
        return _previousName = name;
    }

    private TreeEntry[] ReadEntries(int count)
    {
        var row = new RowColumns(this);
        var entries = new TreeEntry[count];
        for (int i = 0; i < count; i++)
        {
            byte[] before = _previousName;
            byte[] name = NextName(row.Shared, row.Length, row.Names);
            if (before.AsSpan().SequenceCompareTo(name) >= 0)
                throw new VolumeFormatException($"'{ByteText.Show(name)}' is out of order in a tree node");
            entries[i] = ReadEntry(row, i, name);
        }
        return entries;
    }

    private TreeEntry ReadEntry(RowColumns row, int at, byte[] name)
    {
        Instant modified = row.Modified.Next(default);
        var algorithm = (DigestAlgorithm)row.Algorithm.NextLength(byte.MaxValue);
        return new TreeEntry
        {
            Name = name,
            Kind = KindOf(row.Type.Next()),
            Mode = (uint)row.Mode.NextLength(int.MaxValue),
            UserId = checked((uint)row.User.Next()),
            GroupId = checked((uint)row.Group.Next()),
            UserName = _users[row.UserName.NextLength(_users.Length - 1)],
            GroupName = _groups[row.GroupName.NextLength(_groups.Length - 1)],
            Size = checked((long)row.Size.Next()),
            Modified = modified,
            Changed = row.Changed.Next(modified),
            Born = row.Born.Next(modified),
            Inode = row.Inode = unchecked(row.Inode + (ulong)row.Inodes.NextSigned()),
            DeviceNumber = row.Device.Next(),
            LinkTarget = row.Targets.Next(row.TargetLength.NextLength(TargetBytesMax)).ToArray(),
            ExtendedAttributes = _attributes is not null && _attributes.TryGetValue(at, out List<ExtendedAttribute>? list) ? list : [],
            Flags = (EntryFlags)row.Flags.NextLength(ushort.MaxValue),
            StaleReason = (UnsavedReason)row.Stale.NextLength(byte.MaxValue),
            Digest = algorithm == DigestAlgorithm.None ? Digest.None : new Digest(algorithm, Hash256.Read(row.Digests.Next(Hash256.Size))),
            Reference = NextReference(row),
            Child = row.HasChildren ? NodeId.Read(row.Children.Next(NodeId.Size)) : NodeId.Empty,
        };
    }

    private static EntryKind KindOf(ulong number) => number is >= (ulong)EntryKind.File and <= (ulong)EntryKind.BlockDevice
        ? (EntryKind)number
        : throw new VolumeFormatException($"an entry of a tree node has the unknown kind {number}");

    private ContentReference NextReference(RowColumns row)
    {
        int place = row.Session.NextLength(_sessions.Length);
        if (place == 0) return ContentReference.None;
        _previousIndex = unchecked(_previousIndex + row.FileIndex.NextSigned());
        return _previousIndex > 0
            ? new ContentReference(_sessions[place - 1], _previousIndex)
            : throw new VolumeFormatException($"a tree node has the file index {_previousIndex}");
    }

    /// <summary>The columns of entries, looked up once.</summary>
    private sealed class RowColumns(NodeDecoder decoder)
    {
        public readonly NumberColumn Shared = decoder.Number("shared"), Length = decoder.Number("length"), Type = decoder.Number("type");
        public readonly NumberColumn Mode = decoder.Number("mode"), User = decoder.Number("uid"), Group = decoder.Number("gid");
        public readonly NumberColumn UserName = decoder.Number("user"), GroupName = decoder.Number("group"), Size = decoder.Number("size");
        public readonly NumberColumn Inodes = decoder.Number("inode"), Device = decoder.Number("device");
        public readonly NumberColumn TargetLength = decoder.Number("targetlength"), Flags = decoder.Number("flags"),
            Stale = decoder.Number("stale");
        public readonly NumberColumn Algorithm = decoder.Number("algorithm"), Session = decoder.Number("session"),
            FileIndex = decoder.Number("fileindex");
        public readonly TimeColumn Modified = decoder.Time("modified"), Changed = decoder.Time("changed"), Born = decoder.Time("born");
        public readonly ByteColumn Names = decoder.Bytes("names"), Targets = decoder.Bytes("targets"), Digests = decoder.Bytes("digest");
        public readonly ByteColumn Children = decoder.Bytes("child");
        public readonly bool HasChildren = decoder._bytes.ContainsKey("child");
        public ulong Inode;
    }
}
