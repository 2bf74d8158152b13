using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Wire;

namespace Backup.Actors.Storage.Outbox;

/// <summary>
/// What one session owes the catalog, in order, on stable storage: appended by the drive's thread, read and acknowledged by the session's
/// forwarder. A file whose frames are all acknowledged is removed when the next one has begun. Thread safe.
/// </summary>
internal sealed class OutboxLog
{
    private readonly StorageOutbox _outbox;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, OutboxFile> _files = [];
    private readonly Queue<OutboxEntry> _owed = new();
    private long _owedBytes;

    private OutboxLog(StorageOutbox outbox, OutboxHead head) => (_outbox, Head) = (outbox, head);

    /// <summary>Whose it is, and how far the session is known to be by what was appended.</summary>
    public OutboxHead Head { get; private set; }

    /// <summary>The last frame's word; null where the session has not ended.</summary>
    public StoreSessionEnded? Ended { get; private set; }

    /// <summary>A new log. Throws <see cref="IOException"/> where it cannot be made.</summary>
    public static OutboxLog Create(StorageOutbox outbox, OutboxHead head)
    {
        var log = new OutboxLog(outbox, head);
        log.BeginFile(1);
        return log;
    }

    /// <summary>The log that a process left in these files, by number; null where none is whole. All is owed again.</summary>
    public static OutboxLog? Open(StorageOutbox outbox, IEnumerable<(int Number, string Path)> files)
    {
        OutboxLog? log = null;
        bool isTorn = false;
        foreach ((int number, string path) in files.OrderBy(f => f.Number))
        {
            OutboxHead? head = null;
            List<OutboxEntry> entries = [];
            OutboxFile? file = isTorn ? null : OutboxFile.Open(path, number, outbox.Disk, out head, out entries);
            isTorn |= file is null;
            if (file is null || head is null)
            {
                System.IO.File.Delete(path);
                continue;
            }
            log ??= new OutboxLog(outbox, head);
            log._files[number] = file;
            foreach (OutboxEntry entry in entries) log.Owe(entry, file.Read(entry));
        }
        return log;
    }

    /// <summary>Appends a commit point; returns when it is on stable storage.</summary>
    public void Append(CommittedPart part) => Append(OutboxKind.Part, OutboxFrame.Encode(part));

    public void Append(SessionEnd end) => Append(OutboxKind.End, CborMap.Encode(end));

    public void Append(StoreSessionEnded ended) => Append(OutboxKind.Ended, CborMap.Encode(ended));

    /// <summary>The last word of a session whose log cannot be written: this process alone knows it.</summary>
    public void EndUnwritten(StoreSessionEnded ended)
    {
        lock (_lock)
        {
            Ended = ended;
            _owed.Enqueue(new OutboxEntry(int.MaxValue, 0, 0, OutboxKind.Ended));
        }
    }

    /// <summary>The first entry that is not acknowledged; null where there is none.</summary>
    public OutboxEntry? Next()
    {
        lock (_lock) return _owed.TryPeek(out OutboxEntry entry) ? entry : null;
    }

    public byte[] Read(OutboxEntry entry)
    {
        lock (_lock) return _files[entry.File].Read(entry);
    }

    /// <summary>The first entry is in the catalog.</summary>
    public void Acknowledge()
    {
        lock (_lock)
        {
            OutboxEntry entry = _owed.Dequeue();
            Release(entry.Length);
            while (_files.Count > 1 && _files.First() is var (number, file) && (!_owed.TryPeek(out OutboxEntry next) || next.File > number))
            {
                file.Delete();
                _files.Remove(number);
            }
        }
    }

    /// <summary>Nothing of it is owed any more: its files go.</summary>
    public void Delete()
    {
        lock (_lock)
        {
            Release(_owedBytes);
            _owed.Clear();
            foreach (OutboxFile file in _files.Values) file.Delete();
            _files.Clear();
        }
    }

    /// <summary>Lets go of the files and leaves them.</summary>
    public void Close()
    {
        lock (_lock)
            foreach (OutboxFile file in _files.Values) file.Dispose();
    }

    private void Append(OutboxKind kind, byte[] payload)
    {
        lock (_lock)
        {
            OutboxFile file = _files.Values.Last();
            if (file.Length >= _outbox.FileBytes) file = BeginFile(file.Number + 1);
            Owe(file.Append(kind, payload), payload);
        }
    }

    private OutboxFile BeginFile(int number)
    {
        OutboxFile file = OutboxFile.Create(_outbox.PathOf(Head.Session, number), number, Head, _outbox.Disk);
        try
        {
            _outbox.SyncNames();
        }
        catch (IOException)
        {
            file.Delete();
            throw;
        }
        return _files[number] = file;
    }

    private void Owe(OutboxEntry entry, byte[] payload)
    {
        _owed.Enqueue(entry);
        _owedBytes += entry.Length;
        _outbox.Count(entry.Length);
        if (entry.Kind == OutboxKind.Part && OutboxFrame.DecodePart(payload).Commit is var commit)
            Head = Head with { Position = commit.To, LastPath = commit.LastPath ?? Head.LastPath };
        if (entry.Kind == OutboxKind.Ended) Ended = CborMap.Decode<StoreSessionEnded>(payload);
    }

    private void Release(long bytes)
    {
        _owedBytes -= bytes;
        _outbox.Count(-bytes);
    }
}
