using System.Globalization;
using Backup.Devices.Linux;
using Backup.Messages.Ids;

namespace Backup.Actors.Storage.Outbox;

/// <summary>
/// The folder in which one storage keeps what it owes the catalog, a log a session, and the bound of them all. A file is named
/// SESSION.NUMBER.outbox. Thread safe.
/// </summary>
internal sealed class StorageOutbox
{
    /// <summary>Of <see cref="FileBytes"/> where nothing else is said.</summary>
    public const long FileBytesUsual = 64 << 20;

    private const string Suffix = ".outbox";

    private readonly string _folder;
    private long _bytes;

    /// <summary>Makes the folder where it is not there. Throws <see cref="IOException"/> where it cannot be used.</summary>
    public StorageOutbox(string folder, long bytesMax, IOutboxDisk? disk = null, long fileBytes = FileBytesUsual)
    {
        (_folder, BytesMax, Disk, FileBytes) = (folder, bytesMax, disk ?? SystemDisk.Instance, fileBytes);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Bytes that may be owed; beyond these the drive waits.</summary>
    public long BytesMax { get; }

    /// <summary>A file of a log is followed by another when it is this long.</summary>
    public long FileBytes { get; }

    /// <summary>Bytes that are owed.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>A log holds at least one entry, whatever the bound.</summary>
    public bool HasRoom => Bytes < BytesMax;

    /// <summary>The logs that a process left, in the order of their names.</summary>
    public IReadOnlyList<OutboxLog> OpenLeft() =>
    [
        .. new DirectoryInfo(_folder).EnumerateFiles("*" + Suffix)
            .Select(file => (Path: file.FullName, Parts: file.Name.Split('.')))
            .Where(file => file.Parts.Length == 3 && Guid.TryParse(file.Parts[0], out _))
            .Select(file => (Session: file.Parts[0], Number: Number(file.Parts[1]), file.Path))
            .Where(file => file.Number > 0)
            .GroupBy(file => file.Session, StringComparer.Ordinal)
            .OrderBy(files => files.Key, StringComparer.Ordinal)
            .Select(files => OutboxLog.Open(this, files.Select(f => (f.Number, f.Path))))
            .OfType<OutboxLog>(),
    ];

    internal IOutboxDisk Disk { get; }

    internal string PathOf(SessionId session, int number) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{session.Value:N}.{number}{Suffix}"));

    internal void SyncNames() => FolderSync.Sync(_folder);

    internal void Count(long bytes) => Interlocked.Add(ref _bytes, bytes);

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
