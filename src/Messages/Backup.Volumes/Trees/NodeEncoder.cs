using System.Text;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Records;

namespace Backup.Volumes.Trees;

/// <summary>
/// One node into its canonical bytes: a CBOR map of columns in a fixed order, each column in the one form its values ask for, a column of
/// nothing but defaults left out. One use each.
/// </summary>
internal sealed class NodeEncoder(TreeNode node)
{
    public const int Version = 1;

    private readonly ColumnBytes _map = new();
    private readonly ColumnBytes _column = new();
    private readonly ColumnBytes _other = new();
    private readonly ColumnBytes _third = new();
    private readonly ColumnBytes _fourth = new();
    private readonly IReadOnlyList<TreeEntry> _entries = node.Entries;
    private int _fields;

    public byte[] Encode()
    {
        Field("v"u8).Number(Version);
        Field("kind"u8).Number((ulong)node.Kind);
        Field("n"u8).Number((ulong)(node.Kind == NodeKind.Links ? node.Links.Count : node.Entries.Count));
        if (node.Kind == NodeKind.Links) Links();
        else Entries();
        var whole = new ColumnBytes();
        whole.Head(0xa0, (ulong)_fields);
        whole.Append(_map.Span);
        return whole.Length <= RecordCodec.NodeBytesMax
            ? whole.Span.ToArray()
            : throw new VolumeFormatException(
                $"a tree node of {whole.Length} bytes is longer than {RecordCodec.NodeBytesMax}: "
                + "an entry's extended attributes are too large to be stored");
    }

    private ColumnBytes Field(ReadOnlySpan<byte> key)
    {
        _fields++;
        _map.Key(key);
        return _map;
    }

    private void Links()
    {
        IReadOnlyList<NodeLink> links = node.Links;
        Column("holds"u8, links.Count, i => (ulong)links[i].Holds);
        Names(links.Count, i => links[i].LastName);
        foreach (NodeLink link in links) link.Child.Write(_column.Grow(NodeId.Size));
        Raw("child"u8, _column);
    }

    private void Entries()
    {
        Names(_entries.Count, i => _entries[i].Name);
        Numbers("type"u8, static e => (ulong)e.Kind);
        Numbers("mode"u8, static e => e.Mode);
        Numbers("uid"u8, static e => e.UserId);
        Numbers("gid"u8, static e => e.GroupId);
        Texts("users"u8, "user"u8, static e => e.UserName);
        Texts("groups"u8, "group"u8, static e => e.GroupName);
        Numbers("size"u8, static e => (ulong)e.Size);
        Times("modified"u8, static e => e.Modified, mayFollowModified: false);
        Times("changed"u8, static e => e.Changed, mayFollowModified: true);
        Times("born"u8, static e => e.Born, mayFollowModified: true);
        Inodes();
        Numbers("device"u8, static e => e.DeviceNumber);
        Targets();
        ExtendedAttributes();
        Numbers("flags"u8, static e => (ulong)e.Flags);
        Numbers("stale"u8, static e => (ulong)e.StaleReason);
        Digests();
        References();
        Children();
    }

    private void Numbers(ReadOnlySpan<byte> key, Func<TreeEntry, ulong> value) => Column(key, _entries.Count, i => value(_entries[i]));

    /// <summary>All zero: left out; all equal: one number; else a varint each.</summary>
    private void Column(ReadOnlySpan<byte> key, int count, Func<int, ulong> value)
    {
        ulong first = count > 0 ? value(0) : 0;
        bool constant = true;
        for (int i = 0; i < count; i++)
        {
            ulong number = value(i);
            constant &= number == first;
            _column.Varint(number);
        }
        if (!constant) Field(key).Bytes(_column.Span);
        else if (first != 0) Field(key).Number(first);
        _column.Clear();
    }

    private void Raw(ReadOnlySpan<byte> key, ColumnBytes bytes)
    {
        if (bytes.Length > 0) Field(key).Bytes(bytes.Span);
        bytes.Clear();
    }

    /// <summary>Front coding: how many bytes a name shares with the one before, how many follow, and those.</summary>
    private void Names(int count, Func<int, byte[]> name)
    {
        byte[] previous = [];
        var shared = new int[count];
        for (int i = 0; i < count; i++)
        {
            byte[] next = name(i);
            shared[i] = previous.AsSpan().CommonPrefixLength(next);
            _other.Append(next.AsSpan(shared[i]));
            previous = next;
        }
        Column("shared"u8, count, i => (ulong)shared[i]);
        Column("length"u8, count, i => (ulong)(name(i).Length - shared[i]));
        Raw("names"u8, _other);
    }

    /// <summary>A table of the distinct texts in the order of their first use, and each entry's place in it.</summary>
    private void Texts(ReadOnlySpan<byte> tableKey, ReadOnlySpan<byte> key, Func<TreeEntry, string> text)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (TreeEntry entry in _entries) places.TryAdd(text(entry), places.Count);
        if (places.Count == 0 || (places.Count == 1 && places.ContainsKey(""))) return;
        Field(tableKey).Head(0x80, (ulong)places.Count);
        foreach (string one in places.Keys) _map.Key(Encoding.UTF8.GetBytes(one));
        Numbers(key, e => (ulong)places[text(e)]);
    }

    /// <summary>
    /// Differences of seconds and of nanoseconds, to the entry before or to the entry's own modification: whichever is shorter.
    /// </summary>
    private void Times(ReadOnlySpan<byte> key, Func<TreeEntry, Instant> time, bool mayFollowModified)
    {
        Instant previous = default;
        bool any = false;
        foreach (TreeEntry entry in _entries)
        {
            Instant value = time(entry);
            any |= value != default;
            Difference(_column, _other, value, previous);
            if (mayFollowModified) Difference(_third, _fourth, value, entry.Modified);
            previous = value;
        }
        bool follows = mayFollowModified && Meaning(_third) + Meaning(_fourth) < Meaning(_column) + Meaning(_other);
        if (any)
        {
            Field(key).Head(0x80, 3);
            _map.Number(follows ? 1u : 0u);
            _map.Bytes(follows ? Trimmed(_third) : Trimmed(_column));
            _map.Bytes(follows ? Trimmed(_fourth) : Trimmed(_other));
        }
        foreach (ColumnBytes used in (ReadOnlySpan<ColumnBytes>)[_column, _other, _third, _fourth]) used.Clear();
    }

    private static void Difference(ColumnBytes seconds, ColumnBytes nanoseconds, Instant value, Instant to)
    {
        seconds.Zigzag(unchecked(value.Seconds - to.Seconds));
        nanoseconds.Zigzag((long)value.Nanoseconds - to.Nanoseconds);
    }

    private static int Meaning(ColumnBytes column) => Trimmed(column).Length;

    /// <summary>Differences that are all zero are no bytes at all.</summary>
    private static ReadOnlySpan<byte> Trimmed(ColumnBytes column) => column.Span.ContainsAnyExcept((byte)0) ? column.Span : default;

    private void Inodes()
    {
        ulong previous = 0;
        foreach (TreeEntry entry in _entries)
        {
            _other.Zigzag(unchecked((long)(entry.Inode - previous)));
            previous = entry.Inode;
        }
        if (Trimmed(_other).Length > 0) Field("inode"u8).Bytes(_other.Span);
        _other.Clear();
    }

    private void Targets()
    {
        foreach (TreeEntry entry in _entries) _other.Append(entry.LinkTarget);
        if (_other.Length == 0) return;
        Numbers("targetlength"u8, static e => (ulong)e.LinkTarget.Length);
        Raw("targets"u8, _other);
    }

    private void ExtendedAttributes()
    {
        int count = 0;
        foreach (TreeEntry entry in _entries) count += entry.ExtendedAttributes.Count;
        if (count == 0) return;
        Field("xattrs"u8).Head(0x80, (ulong)count * 3);
        for (int i = 0; i < _entries.Count; i++)
        {
            foreach (ExtendedAttribute attribute in _entries[i].ExtendedAttributes)
            {
                _map.Number((ulong)i);
                _map.Bytes(attribute.Name);
                _map.Bytes(attribute.Value);
            }
        }
    }

    private void Digests()
    {
        Numbers("algorithm"u8, static e => (ulong)e.Digest.Algorithm);
        foreach (TreeEntry entry in _entries)
            if (entry.Digest.Algorithm != DigestAlgorithm.None) entry.Digest.Value.Write(_other.Grow(Hash256.Size));
        Raw("digest"u8, _other);
    }

    /// <summary>
    /// A table of sessions in the order of their first use; each entry's place in it from 1 (0: no content); differences of file
    /// indexes.
    /// </summary>
    private void References()
    {
        var places = new Dictionary<SessionId, int>();
        long previous = 0;
        foreach (TreeEntry entry in _entries)
        {
            if (entry.Reference.IsNone) continue;
            if (places.TryAdd(entry.Reference.Session, places.Count)) entry.Reference.Session.Write(_other.Grow(SessionId.Size));
            _third.Zigzag(entry.Reference.FileIndex - previous);
            previous = entry.Reference.FileIndex;
        }
        if (places.Count == 0) return;
        Raw("sessions"u8, _other);
        Numbers("session"u8, e => e.Reference.IsNone ? 0 : (ulong)places[e.Reference.Session] + 1);
        Raw("fileindex"u8, _third);
    }

    private void Children()
    {
        bool any = false;
        foreach (TreeEntry entry in _entries)
        {
            any |= !entry.Child.IsEmpty;
            entry.Child.Write(_other.Grow(NodeId.Size));
        }
        if (any) Field("child"u8).Bytes(_other.Span);
        _other.Clear();
    }
}
