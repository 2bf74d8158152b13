using Backup.Volumes.Trees;

namespace Backup.Filesets.Walk;

/// <summary>
/// The names of one directory: first the non-directories, then the subdirectories, each by name bytes, after <see cref="Sort"/>.
/// Names lie in one growing buffer that is used again for the next directory.
/// </summary>
public sealed class DirectoryListing
{
    /// <summary>Most names of one directory; about 400 MB of memory at names of 20 bytes.</summary>
    public const int EntriesMax = 10_000_000;

    private const int NameBytesMax = 1 << 30;
    private const int KeptBytesMax = 64 << 10;

    private record struct Row(int Offset, ushort Length, bool IsDirectory);

    private byte[] _names = new byte[256];
    private Row[] _rows = new Row[8];
    private int _used;

    public int Count { get; private set; }

    /// <summary>Position of the first subdirectory after <see cref="Sort"/>; Count where there is none.</summary>
    public int FirstDirectory { get; private set; }

    public ReadOnlySpan<byte> this[int position] => _names.AsSpan(_rows[position].Offset, _rows[position].Length);

    public bool IsDirectory(int position) => _rows[position].IsDirectory;

    /// <summary>Empties the listing; a buffer that one large directory made grow is given back.</summary>
    public void Clear()
    {
        Count = _used = FirstDirectory = 0;
        if (_names.Length > KeptBytesMax) _names = new byte[256];
        if (_rows.Length > KeptBytesMax / 16) _rows = new Row[8];
    }

    /// <summary>Leaves only the name at a position; -1 leaves nothing.</summary>
    public void KeepOnly(int position)
    {
        if (position >= 0) _rows[0] = _rows[position];
        Count = FirstDirectory = position >= 0 ? 1 : 0;
    }

    /// <summary>False where the directory has more names than <see cref="EntriesMax"/>.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (Count == EntriesMax || _used + name.Length > NameBytesMax) return false;
        if (Count == _rows.Length) Array.Resize(ref _rows, _rows.Length * 2);
        if (_used + name.Length > _names.Length) Array.Resize(ref _names, Math.Max(_names.Length * 2, _used + name.Length));
        name.CopyTo(_names.AsSpan(_used));
        _rows[Count++] = new Row(_used, (ushort)name.Length, isDirectory);
        _used += name.Length;
        return true;
    }

    public void Sort()
    {
        _rows.AsSpan(0, Count).Sort((left, right) => left.IsDirectory != right.IsDirectory
            ? left.IsDirectory.CompareTo(right.IsDirectory)
            : _names.AsSpan(left.Offset, left.Length).SequenceCompareTo(_names.AsSpan(right.Offset, right.Length)));
        FirstDirectory = 0;
        while (FirstDirectory < Count && !_rows[FirstDirectory].IsDirectory) FirstDirectory++;
    }

    public bool Contains(ReadOnlySpan<byte> name) => Find(name) >= 0;

    /// <summary>Position of a non-directory of that name after <see cref="Sort"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (int low = 0, high = FirstDirectory - 1; low <= high;)
        {
            int middle = (low + high) >>> 1;
            int order = this[middle].SequenceCompareTo(name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
