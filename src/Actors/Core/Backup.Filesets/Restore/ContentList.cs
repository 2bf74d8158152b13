using System.Buffers.Binary;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>
/// The entries that wait for content, or for a hard link to be made, in the order in which content lies in sessions. In memory is
/// <see cref="KeyBytes"/> bytes an entry; path and attributes are in a file that is gone with this object.
/// </summary>
internal sealed class ContentList : IDisposable
{
    public const int KeyBytes = 24;

    /// <summary>Most entries of one restore (2.4 GB of keys).</summary>
    public const int EntriesMax = 100_000_000;

    private const int HeadBytes = 4 + 1 + Hash256.Size; // path and attributes: length of the record; digest: algorithm and value
    private const int UsualBytes = 512;
    private readonly FileStream _spill;
    private readonly List<Key> _keys = [];
    private readonly List<SessionId> _sessions = [];
    private readonly Dictionary<SessionId, int> _ordinals = [];
    private byte[] _buffer = new byte[4096];
    private long _length;

    /// <summary>
    /// Of names that share content the ones that the last scan could read come first (<paramref name="Stale"/> 0, then 1): the first gives
    /// a group of links its attributes, and those of a name that could not be read are older.
    /// </summary>
    private readonly record struct Key(int Session, int Stale, long FileIndex, long Offset) : IComparable<Key>
    {
        public int CompareTo(Key other)
        {
            int order = Session.CompareTo(other.Session);
            if (order == 0) order = FileIndex.CompareTo(other.FileIndex);
            if (order == 0) order = Stale.CompareTo(other.Stale);
            return order != 0 ? order : Offset.CompareTo(other.Offset);
        }
    }

    public ContentList(string folder)
    {
        string name = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None,
            BufferSize = 256 << 10 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _spill = new FileStream(name, options);
        File.Delete(name); // it lives on without a name until it is closed, however this process ends
    }

    public int Count => _keys.Count;

    public void Add(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        if (_keys.Count == EntriesMax) throw new ContentException($"more than {EntriesMax} files with content: restore the tree in parts");
        if (!_ordinals.TryGetValue(entry.Reference.Session, out int session))
        {
            _ordinals.Add(entry.Reference.Session, session = _sessions.Count);
            _sessions.Add(entry.Reference.Session);
        }
        int room = HeadBytes + AttributesRecord.LengthMax(path.Length, entry);
        if (_buffer.Length < room) _buffer = new byte[room * 2];
        int length = AttributesRecord.Write(_buffer.AsSpan(HeadBytes), path, entry);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer, length);
        _buffer[4] = (byte)entry.Digest.Algorithm;
        entry.Digest.Value.Write(_buffer.AsSpan(5));
        _spill.Write(_buffer.AsSpan(0, HeadBytes + length));
        _keys.Add(new Key(session, (entry.Flags & EntryFlags.Stale) == 0 ? 0 : 1, entry.Reference.FileIndex, _length));
        _length += HeadBytes + length;
    }

    /// <summary>Puts the entries in order; nothing may be added afterwards.</summary>
    public void Sort()
    {
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys).Sort();
        _spill.Flush();
    }

    public ContentReference ReferenceOf(int position) => new(_sessions[_keys[position].Session], _keys[position].FileIndex);

    /// <summary>Position of the first entry with that content, or -1.</summary>
    public int Find(ContentReference reference)
    {
        if (!_ordinals.TryGetValue(reference.Session, out int session)) return -1;
        int found = _keys.BinarySearch(new Key(session, 0, reference.FileIndex, -1));
        int first = found < 0 ? ~found : found;
        return first < _keys.Count && _keys[first].Session == session && _keys[first].FileIndex == reference.FileIndex ? first : -1;
    }

    /// <summary>The position behind the last entry that has the same content as the one at <paramref name="first"/>.</summary>
    public int EndOfGroup(int first)
    {
        int end = first + 1;
        while (end < _keys.Count && _keys[end].Session == _keys[first].Session && _keys[end].FileIndex == _keys[first].FileIndex) end++;
        return end;
    }

    /// <summary>Path and attributes of an entry, as they were added.</summary>
    public TreePlace Read(int position)
    {
        ReadOnlySpan<byte> head = ReadRecord(_keys[position].Offset, out ReadOnlyMemory<byte> record);
        AttributesRecord attributes = AttributesRecord.Decode(record);
        TreeEntry entry = attributes.Entry;
        return new TreePlace(attributes.Path, new TreeEntry
        {
            Name = entry.Name, Kind = entry.Kind, Mode = entry.Mode, UserId = entry.UserId, GroupId = entry.GroupId,
            UserName = entry.UserName, GroupName = entry.GroupName, Size = entry.Size, Modified = entry.Modified, Changed = entry.Changed,
            Born = entry.Born, Inode = entry.Inode, DeviceNumber = entry.DeviceNumber, LinkTarget = entry.LinkTarget,
            ExtendedAttributes = entry.ExtendedAttributes, Flags = entry.Flags, StaleReason = entry.StaleReason,
            Digest = new Digest((DigestAlgorithm)head[4], Hash256.Read(head[5..])), Reference = ReferenceOf(position),
        });
    }

    /// <summary>Head and record, valid until the next call; most come with one call of the system.</summary>
    private ReadOnlySpan<byte> ReadRecord(long offset, out ReadOnlyMemory<byte> record)
    {
        int got = RandomAccess.Read(_spill.SafeFileHandle, _buffer.AsSpan(0, Math.Min(_buffer.Length, UsualBytes)), offset);
        int whole = HeadBytes + BinaryPrimitives.ReadInt32LittleEndian(_buffer);
        if (whole > _buffer.Length) _buffer = new byte[whole];
        if (whole > got) RandomAccess.Read(_spill.SafeFileHandle, _buffer.AsSpan(0, whole), offset);
        record = _buffer.AsMemory(HeadBytes, whole - HeadBytes);
        return _buffer.AsSpan(0, HeadBytes);
    }

    public void Dispose() => _spill.Dispose();
}
