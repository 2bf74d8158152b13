using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Volumes.Writer;

/// <summary>Of records in written blocks: the last path that is whole, and the one whose end has not come yet.</summary>
internal sealed record SessionPaths(byte[] Whole, byte[] Current);

/// <summary>
/// What the writer knows of one session: how far it was taken, how far it is in blocks, and what the next index segment says of it.
/// One thread.
/// </summary>
internal sealed class OpenSession(SessionLabel label, int attempt, StreamPosition position, long bytesBefore)
{
    private readonly PathHold _current = new();
    private readonly PathHold _whole = new();
    private readonly PathHold _inBlocks = new();
    private readonly PathHold _currentInBlocks = new();
    private long _highestFileIndex;
    private long _filesTaken;
    private long _files;
    private (long Block, long FileIndex, long Sequence) _row;
    private (long Block, long FileIndex, long Sequence) _pending = (-1, 0, 0);

    public SessionId Id { get; } = label.Session;
    public SessionLabel Label => label;
    public int Attempt { get; } = attempt;

    /// <summary>The SessionEnd record that the next segment brings; null while the session goes on.</summary>
    public byte[]? End { get; set; }
    public bool HasEnded => End is not null;

    /// <summary>The highest file index in written blocks: what a refused block takes to the next volume does not count.</summary>
    public long LastFileIndex { get; private set; }

    /// <summary>Records taken, whether in a block or not.</summary>
    public StreamPosition Taken { get; private set; } = position;

    /// <summary>Data records whole in written blocks, index records in committed segments.</summary>
    public StreamPosition InBlocks { get; private set; } = position;
    public long DataRecords { get; private set; }

    /// <summary>Bytes of data records in written blocks of this volume, and of those taken since the volume was opened.</summary>
    public long Bytes { get; private set; }
    public long BytesTaken { get; private set; }

    /// <summary>Bytes of the session's data records on volumes before this one.</summary>
    public long BytesBefore { get; } = bytesBefore;
    public long FirstBlock { get; private set; } = -1;
    public long LastBlock { get; private set; } = -1;
    public bool HasNews { get; set; }

    /// <summary>Control records that the next index segment repeats or brings: whole records.</summary>
    public ColumnBytes Control { get; } = new();

    /// <summary>Node and Unsaved records not yet committed: whole records.</summary>
    public ColumnBytes Index { get; } = new();

    public ColumnBytes TableBlocks { get; } = new();
    public ColumnBytes TableFileIndexes { get; } = new();
    public ColumnBytes TableSequences { get; } = new();

    public ReadOnlySpan<byte> LastPath => _inBlocks.Path;

    public SessionPaths PathsInBlocks => new(_inBlocks.Path.ToArray(), _currentInBlocks.Path.ToArray());

    /// <summary>On a further volume: the paths as they stood at the end of the one before.</summary>
    public void GoOnAt(SessionPaths paths)
    {
        foreach (PathHold hold in (ReadOnlySpan<PathHold>)[_whole, _inBlocks]) hold.Set(paths.Whole);
        foreach (PathHold hold in (ReadOnlySpan<PathHold>)[_current, _currentInBlocks]) hold.Set(paths.Current);
    }

    public void TakeData(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        Taken = Taken with { Data = header.Sequence };
        BytesTaken += RecordHeader.Size + header.Length;
        HasNews = true;
        if (header.Type == RecordType.Attributes) _filesTaken++;
        if (header.Type == RecordType.Trailer)
        {
            _whole.Set(_current.Path);
        }
        else if (header.Type == RecordType.Attributes
            && AttributesRecord.TryReadPath(payload, out ReadOnlySpan<byte> path, out EntryKind kind))
        {
            _current.Set(path);
            if (kind == EntryKind.Directory || header.Flags.HasFlag(RecordFlags.FurtherName)) _whole.Set(path);
        }
    }

    public void TakeIndex(long sequence, ReadOnlySpan<byte> record)
    {
        Taken = Taken with { Index = sequence };
        HasNews = true;
        Index.Append(record);
    }

    /// <summary>
    /// A fragment of a data record goes into the block of that number: the first of each block is a row of the table, if the block is
    /// written.
    /// </summary>
    public void NoteBlock(long block, in RecordHeader header)
    {
        // A further name of a hard link has an older file index: the table is of rising ones.
        _highestFileIndex = Math.Max(_highestFileIndex, header.FileIndex);
        if (block != _pending.Block) _pending = (block, _highestFileIndex, header.Sequence);
    }

    /// <summary>The block in hand is on the medium: all data records taken so far are, but for one that is cut.</summary>
    public (long Files, long Records) BlockWritten(long block)
    {
        if (_pending.Block == block)
        {
            TableBlocks.Varint((ulong)(block - _row.Block));
            TableFileIndexes.Zigzag(_pending.FileIndex - _row.FileIndex);
            TableSequences.Varint((ulong)(_pending.Sequence - _row.Sequence));
            _row = _pending;
            if (FirstBlock < 0) FirstBlock = block;
            LastBlock = block;
            LastFileIndex = _highestFileIndex;
        }
        (long Files, long Records) news = (_filesTaken - _files, Taken.Data - InBlocks.Data);
        _files = _filesTaken;
        DataRecords += news.Records;
        Bytes = BytesTaken;
        InBlocks = InBlocks with { Data = Taken.Data };
        _inBlocks.Set(_whole.Path);
        _currentInBlocks.Set(_current.Path);
        return news;
    }

    /// <summary>The index lane is in a segment that is on the medium.</summary>
    public void SegmentWritten()
    {
        InBlocks = InBlocks with { Index = Taken.Index };
        foreach (ColumnBytes used in (ReadOnlySpan<ColumnBytes>)[Control, Index, TableBlocks, TableFileIndexes,
            TableSequences]) used.Clear();
        _row = default;
        HasNews = false;
    }

    /// <summary>Bytes that are kept and grow only.</summary>
    private sealed class PathHold
    {
        private byte[] _bytes = new byte[256];
        private int _length;

        public ReadOnlySpan<byte> Path => _bytes.AsSpan(0, _length);

        public void Set(ReadOnlySpan<byte> path)
        {
            if (path.Length > _bytes.Length) _bytes = new byte[path.Length * 2];
            path.CopyTo(_bytes);
            _length = path.Length;
        }
    }
}
