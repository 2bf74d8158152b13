using Backup.Messages.Wire;
using Microsoft.Win32.SafeHandles;

namespace Backup.Actors.Storage.Outbox;

/// <summary>Where a frame lies: its file by number, the place of its payload and its kind.</summary>
internal readonly record struct OutboxEntry(int File, long Offset, int Length, OutboxKind Kind);

/// <summary>One file of a session's log: frames, appended and synced. Not thread safe; its log is.</summary>
internal sealed class OutboxFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private readonly IOutboxDisk _disk;

    private OutboxFile(string path, int number, SafeFileHandle handle, IOutboxDisk disk) =>
        (Path, Number, _handle, _disk) = (path, number, handle, disk);

    public string Path { get; }
    public int Number { get; }

    /// <summary>Where the last whole frame ends.</summary>
    public long Length { get; private set; }

    /// <summary>A file with its head, or none at all.</summary>
    public static OutboxFile Create(string path, int number, OutboxHead head, IOutboxDisk disk)
    {
        var file = new OutboxFile(path, number, OpenHandle(path, FileMode.Create), disk);
        try
        {
            file.Append(OutboxKind.Head, CborMap.Encode(head));
            return file;
        }
        catch (IOException)
        {
            file.Delete();
            throw;
        }
    }

    /// <summary>
    /// Opens a file that a process left, cut back to its last whole frame. Null where not even its head is whole: nothing of it was told.
    /// </summary>
    public static OutboxFile? Open(
        string path, int number, IOutboxDisk disk, out OutboxHead? head, out List<OutboxEntry> entries)
    {
        var file = new OutboxFile(path, number, OpenHandle(path, FileMode.Open), disk);
        entries = [];
        head = null;
        try
        {
            while (file.TryReadFrame(out OutboxEntry entry, out byte[] payload))
            {
                if (entry.Kind == OutboxKind.Head) head ??= CborMap.Decode<OutboxHead>(payload);
                else if (head is not null) entries.Add(entry);
                else break;
                file.Length = entry.Offset + entry.Length;
            }
        }
        catch (WireFormatException)
        {
            head = null; // A head that no software of ours wrote.
        }
        if (head is not null)
        {
            RandomAccess.SetLength(file._handle, file.Length);
            return file;
        }
        file.Dispose();
        return null;
    }

    /// <summary>Returns when the frame is on stable storage. A frame that could not be written whole is not there.</summary>
    public OutboxEntry Append(OutboxKind kind, byte[] payload)
    {
        try
        {
            _disk.Write(_handle, [OutboxFrame.Head(kind, payload), payload], Length);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_handle, Length);
            throw;
        }
        var entry = new OutboxEntry(Number, Length + OutboxFrame.HeadBytes, payload.Length, kind);
        Length = entry.Offset + entry.Length;
        return entry;
    }

    public byte[] Read(OutboxEntry entry)
    {
        var payload = new byte[entry.Length];
        var head = new byte[OutboxFrame.HeadBytes];
        if (!Fill(head, entry.Offset - OutboxFrame.HeadBytes) || !Fill(payload, entry.Offset) || !OutboxFrame.Fits(head, payload))
            throw new IOException($"outbox file {Path} has changed under this process at byte {entry.Offset}");
        return payload;
    }

    public void Dispose() => _handle.Dispose();

    public void Delete()
    {
        Dispose();
        System.IO.File.Delete(Path);
    }

    private static SafeFileHandle OpenHandle(string path, FileMode mode) =>
        System.IO.File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);

    private bool TryReadFrame(out OutboxEntry entry, out byte[] payload)
    {
        (entry, payload) = (default, []);
        var head = new byte[OutboxFrame.HeadBytes];
        if (!Fill(head, Length) || !OutboxFrame.TryReadHead(head, out OutboxKind kind, out int length)) return false;
        long offset = Length + OutboxFrame.HeadBytes;
        if (length > RandomAccess.GetLength(_handle) - offset) return false;
        payload = new byte[length];
        entry = new OutboxEntry(Number, offset, length, kind);
        return Fill(payload, offset) && OutboxFrame.Fits(head, payload);
    }

    private bool Fill(Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            int read = RandomAccess.Read(_handle, buffer, offset);
            if (read == 0) return false;
            buffer = buffer[read..];
            offset += read;
        }
        return true;
    }
}
