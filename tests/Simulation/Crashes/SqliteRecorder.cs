using System.Runtime.InteropServices;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>
/// Records every write, truncation, sync and removal that SQLite makes below one folder: it stands between SQLite and the file methods
/// of its own
/// default VFS (sqlite.org/c3ref/vfs.html and io_methods.html), which do the work. One at a time in a process.
/// </summary>
internal sealed unsafe partial class SqliteRecorder : IDisposable
{
    // Places in sqlite3_vfs and sqlite3_io_methods on 64 bits, in pointers.
    private const int VfsOpen = 5, VfsDelete = 6, Close = 1, Write = 3, Truncate = 4, Sync = 5, MethodsCount = 19;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, string> Files = [];
    private static readonly Dictionary<nint, nint> Tables = [];
    private static readonly Dictionary<nint, nint> Originals = [];
    private static nint* _vfs;
    private static delegate* unmanaged<nint, byte*, nint, int, int*, int> _open;
    private static delegate* unmanaged<nint, byte*, int, int> _delete;
    private static (string Folder, DiskLog Log)? _watched;

    public SqliteRecorder(string folder, DiskLog log)
    {
        lock (Gate)
        {
            if (_watched is not null) throw new InvalidOperationException("one recorder at a time");
            _watched = (folder, log);
            if (_vfs != null) return; // the methods stay: connections may be open that were opened through them
            _vfs = (nint*)FindVfs(0);
            _open = (delegate* unmanaged<nint, byte*, nint, int, int*, int>)_vfs[VfsOpen];
            _delete = (delegate* unmanaged<nint, byte*, int, int>)_vfs[VfsDelete];
            _vfs[VfsOpen] = (nint)(delegate* unmanaged<nint, byte*, nint, int, int*, int>)&OpenFile;
            _vfs[VfsDelete] = (nint)(delegate* unmanaged<nint, byte*, int, int>)&DeleteFile;
        }
    }

    public void Dispose()
    {
        lock (Gate) _watched = null;
    }

    [UnmanagedCallersOnly]
    private static int OpenFile(nint vfs, byte* name, nint file, int flags, int* answered)
    {
        int result = _open(vfs, name, file, flags, answered);
        if (result != 0 || name == null || *(nint*)file == 0) return result;
        lock (Gate)
        {
            nint original = *(nint*)file;
            if (!Tables.TryGetValue(original, out nint table)) Tables[original] = table = Watching(original);
            Originals[file] = original;
            Files[file] = Marshal.PtrToStringUTF8((nint)name)!;
            *(nint*)file = table;
        }
        return result;
    }

    private static nint Watching(nint original)
    {
        var table = (nint*)NativeMemory.AllocZeroed(MethodsCount, (nuint)sizeof(nint)); // for as long as the process lives, as the original
        new ReadOnlySpan<nint>((nint*)original, MethodsCount).CopyTo(new Span<nint>(table, MethodsCount));
        table[Close] = (nint)(delegate* unmanaged<nint, int>)&CloseFile;
        table[Write] = (nint)(delegate* unmanaged<nint, byte*, int, long, int>)&WriteFile;
        table[Truncate] = (nint)(delegate* unmanaged<nint, long, int>)&TruncateFile;
        table[Sync] = (nint)(delegate* unmanaged<nint, int, int>)&SyncFile;
        return (nint)table;
    }

    [UnmanagedCallersOnly]
    private static int CloseFile(nint file)
    {
        nint* original = Original(file);
        lock (Gate)
        {
            Files.Remove(file);
            Originals.Remove(file);
            *(nint**)file = original;
        }
        return ((delegate* unmanaged<nint, int>)original[Close])(file);
    }

    [UnmanagedCallersOnly]
    private static int WriteFile(nint file, byte* bytes, int count, long offset)
    {
        Record(file, DiskVerb.Write, offset, new ReadOnlySpan<byte>(bytes, count));
        return ((delegate* unmanaged<nint, byte*, int, long, int>)Original(file)[Write])(file, bytes, count, offset);
    }

    [UnmanagedCallersOnly]
    private static int TruncateFile(nint file, long length)
    {
        Record(file, DiskVerb.Truncate, length, default);
        return ((delegate* unmanaged<nint, long, int>)Original(file)[Truncate])(file, length);
    }

    [UnmanagedCallersOnly]
    private static int SyncFile(nint file, int flags)
    {
        int result = ((delegate* unmanaged<nint, int, int>)Original(file)[Sync])(file, flags);
        if (result == 0) Record(file, DiskVerb.Sync, 0, default);
        return result;
    }

    [UnmanagedCallersOnly]
    private static int DeleteFile(nint vfs, byte* name, int syncFolder)
    {
        lock (Gate)
            if (Watched(Marshal.PtrToStringUTF8((nint)name)!) is { } path)
            {
                _watched!.Value.Log.Add(DiskVerb.Remove, path);
                if (syncFolder != 0) _watched.Value.Log.Add(DiskVerb.Sync, path);
            }
        return _delete(vfs, name, syncFolder);
    }

    private static nint* Original(nint file)
    {
        lock (Gate) return (nint*)Originals[file];
    }

    private static void Record(nint file, DiskVerb verb, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (Gate)
            if (Watched(Files[file]) is { } path) _watched!.Value.Log.Add(verb, path, offset, bytes);
    }

    private static string? Watched(string path) => _watched is { } watched && Path.GetDirectoryName(path) == watched.Folder
        ? Path.GetFileName(path) : null;

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    private static partial nint FindVfs(nint name);
}
