using Backup.Messages.Ids;
using Backup.Messages.Values;
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

    /// <summary>Read at once where entries are wanted in the order in which they lie, as a whole restore wants them.</summary>
    private const int WindowBytes = 64 << 10;
    private const int UsualBytes = 512;
    private readonly FileStream _spill;
    private readonly List<Key> _keys = [];
    private readonly List<SessionId> _sessions = [];
    private readonly Dictionary<SessionId, int> _ordinals = [];
    private byte[] _buffer = new byte[WindowBytes];
    private long _length;
    private long _windowAt;
    private int _windowLength;
    private long _readTo; // the end of the entry that was read last
    private int _expected; // the first of the group behind the one that was found last

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
        int length = WaitingEntry.LengthOf(path, entry);
        if (_buffer.Length < length) _buffer = new byte[length * 2];
        WaitingEntry.Write(_buffer, path, entry);
        _spill.Write(_buffer.AsSpan(0, length));
        _keys.Add(new Key(session, (entry.Flags & EntryFlags.Stale) == 0 ? 0 : 1, entry.Reference.FileIndex, _length));
        _length += length;
    }

    /// <summary>Puts the entries in order; nothing may be added afterwards.</summary>
    public void Sort()
    {
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys).Sort();
        _spill.Flush();
    }

    public ContentReference ReferenceOf(int position) => new(_sessions[_keys[position].Session], _keys[position].FileIndex);

    /// <summary>Position of the first entry with that content, or -1. Quickest in the order of the list.</summary>
    public int Find(ContentReference reference)
    {
        bool isExpected = _expected < _keys.Count && ReferenceOf(_expected) == reference;
        int first = isExpected ? _expected : Search(reference);
        if (first >= 0) _expected = EndOfGroup(first);
        return first;
    }

    private int Search(ContentReference reference)
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

    /// <summary>Path of an entry, and of its attributes those that a restore sets; it has no name of its own.</summary>
    public TreePlace Read(int position)
    {
        long offset = _keys[position].Offset;
        int whole = WaitingEntry.LengthAt(Window(offset, WaitingEntry.HeadBytes));
        ReadOnlySpan<byte> bytes = Window(offset, whole);
        _readTo = offset + whole;
        return WaitingEntry.Read(bytes, ReferenceOf(position));
    }

    /// <summary>So many bytes from the offset, and with them what is likely to be wanted next.</summary>
    private ReadOnlySpan<byte> Window(long offset, int length)
    {
        if (offset < _windowAt || offset + length > _windowAt + _windowLength)
        {
            if (length > _buffer.Length) _buffer = new byte[length];
            int wanted = Math.Max(length, offset == _readTo ? WindowBytes : UsualBytes);
            _windowAt = offset;
            _windowLength = RandomAccess.Read(_spill.SafeFileHandle, _buffer.AsSpan(0, Math.Min(wanted, _buffer.Length)), offset);
            if (_windowLength < length) throw new ContentException("the list of files that wait for content is cut short");
        }
        return _buffer.AsSpan((int)(offset - _windowAt), length);
    }

    public void Dispose() => _spill.Dispose();
}
