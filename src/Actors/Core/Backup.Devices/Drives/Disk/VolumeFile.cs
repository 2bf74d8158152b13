using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Backup.Devices.Linux;
using Backup.Messages.Drives;

namespace Backup.Devices.Drives.Disk;

/// <summary>
/// One open, locked volume file: positioned reads and writes, each answering 0 or the error number. Keeps write-back steady:
/// what was written is started to disk every <see cref="WriteBackBytes"/>, and the stretch before is waited for and dropped from the cache.
/// </summary>
internal sealed unsafe class VolumeFile
{
    private const long WriteBackBytes = 16L << 20;
    private const uint ModeOfNew = 0x1a0; // 0640: volumes hold other people's files

    private readonly int _file;
    private readonly string _folder;
    private readonly Func<string, int> _syncFolder;
    private long _started; // write-back has been started up to here
    private bool _folderUnsynced;
    private bool _dirty;

    private VolumeFile(int file, string folder, Func<string, int> syncFolder, long length, bool isWritten)
    {
        _file = file;
        _folder = folder;
        _syncFolder = syncFolder;
        Length = length;
        _started = length;
        _folderUnsynced = isWritten;
    }

    public long Length { get; private set; }

    /// <summary>Opens and locks: exclusively for writing, shared for reading.</summary>
    public static VolumeFile? Open(
        string folder, string volume, DriveAccess access, out MoveAnswer answer, Func<string, int>? syncFolder = null)
    {
        answer = MoveAnswer.Done;
        string path = Path.Combine(folder, volume);
        int flags = FileCalls.CloseOnExec | FileCalls.NoFollow | FileCalls.NoControllingTerminal | FileCalls.NonBlocking
            | (access == DriveAccess.Read ? FileCalls.ReadOnly : FileCalls.ReadWrite);
        bool isNew = access == DriveAccess.Create && !File.Exists(path);
        int file = FileCalls.Open(path, isNew ? flags | FileCalls.Create : flags, ModeOfNew);
        if (file < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            answer = error != Errno.NotFound
                ? new(false, $"volume {volume}: cannot open {path}: {Errno.Words(error)}", Errno.MayPass(error))
                : !Directory.Exists(folder) ? new(false, $"the folder {folder} is not there", MayPass: true)
                : new(false, $"volume {volume} is not in {folder}");
            return null;
        }
        answer = Fault(file, volume, path, access) ?? MoveAnswer.Done;
        if (answer.Moved)
            return new VolumeFile(
                file, folder, syncFolder ?? SyncFolder, FileCalls.Seek(file, 0, FileCalls.SeekEnd), isWritten: access != DriveAccess.Read);
        _ = FileCalls.Close(file);
        return null;
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    public int Read(Span<byte> buffer, long offset, out int count)
    {
        count = 0;
        fixed (byte* start = buffer)
            while (count < buffer.Length)
            {
                nint got = FileCalls.PositionedRead(_file, start + count, buffer.Length - count, offset + count);
                if (got == 0) break;
                if (got < 0 && Marshal.GetLastPInvokeError() is var error && error != Errno.Interrupted) return error;
                count += (int)Math.Max(got, 0);
            }
        return 0;
    }

    /// <summary>Writes at the offset; the file ends there. Where it fails, the old end stays, if the system lets it.</summary>
    public int Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (offset < Length && Cut(offset) is var cut and not 0) return cut;
        _dirty = true;
        int error = WriteAll(bytes, offset);
        if (error != 0)
        {
            _ = FileCalls.Truncate(_file, Length);
            return error;
        }
        Length = offset + bytes.Length;
        return Length - _started >= WriteBackBytes ? WriteBack() : 0;
    }

    /// <summary>
    /// All that was written is on stable storage when this answers 0, and the file's name too: of an old file as well, for whoever made it
    /// may have died before he waited for the folder.
    /// </summary>
    public int Sync()
    {
        if (_dirty && FileCalls.SyncData(_file) != 0) return Marshal.GetLastPInvokeError();
        _dirty = false;
        if (!_folderUnsynced) return 0;
        int error = _syncFolder(_folder);
        _folderUnsynced = error != 0;
        return error;
    }

    /// <summary>The names in a folder are on stable storage when this answers 0.</summary>
    public static int SyncFolder(string path)
    {
        int folder = FileCalls.Open(path, FileCalls.ReadOnly | FileCalls.Directory | FileCalls.CloseOnExec, 0);
        if (folder < 0) return Marshal.GetLastPInvokeError();
        int error = FileCalls.Sync(folder) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = FileCalls.Close(folder);
        return error;
    }

    /// <summary>
    /// The lock belongs to the open file and not to its number: a child process that another thread is just starting holds a copy of the
    /// number until its exec, and would keep a lock that is only closed.
    /// </summary>
    public int Close()
    {
        _ = FileCalls.Lock(_file, FileCalls.Unlock);
        return FileCalls.Close(_file) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>The file ends at that length.</summary>
    public int Cut(long length)
    {
        if (FileCalls.Truncate(_file, length) != 0) return Marshal.GetLastPInvokeError();
        _dirty = true;
        Length = length;
        _started = Math.Min(_started, length);
        return 0;
    }

    private int WriteAll(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
            for (int done = 0; done < bytes.Length;)
            {
                nint count = FileCalls.PositionedWrite(_file, start + done, bytes.Length - done, offset + done);
                if (count < 0 && Marshal.GetLastPInvokeError() is var error && error != Errno.Interrupted) return error;
                done += (int)Math.Max(count, 0);
            }
        return 0;
    }

    /// <summary>An error here is one of earlier writes, and the system tells it once only: it must not be lost.</summary>
    private int WriteBack()
    {
        long before = Math.Max(0, _started - WriteBackBytes);
        if (FileCalls.SyncRange(_file, _started, Length - _started, FileCalls.SyncWrite) != 0) return Marshal.GetLastPInvokeError();
        const uint Wait = FileCalls.SyncWaitBefore | FileCalls.SyncWrite | FileCalls.SyncWaitAfter;
        if (FileCalls.SyncRange(_file, before, _started - before, Wait) != 0) return Marshal.GetLastPInvokeError();
        _ = FileCalls.Advise(_file, before, _started - before, FileCalls.AdviseDontNeed); // advice: a refusal changes nothing
        _started = Length;
        return 0;
    }

    private static MoveAnswer? Fault(int file, string volume, string path, DriveAccess access)
    {
        byte* status = stackalloc byte[FileCalls.StatxSize];
        if (FileCalls.Statx(file, "", FileCalls.EmptyPath, FileCalls.StatxType, status) != 0)
            return new(false, $"volume {volume}: {path}: {Errno.Words(Marshal.GetLastPInvokeError())}");
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(status + FileCalls.StatxModeAt, 2));
        if ((mode & FileCalls.TypeMask) != FileCalls.TypeRegular) return new(false, $"volume {volume}: {path} is not a regular file");
        int kind = access == DriveAccess.Read ? FileCalls.LockShared : FileCalls.LockExclusive;
        if (FileCalls.Lock(file, kind | FileCalls.LockNonBlocking) == 0) return null;
        int error = Marshal.GetLastPInvokeError();
        return error == Errno.TryAgain
            ? new(false, $"volume {volume}: {path} is open in another drive or program", MayPass: true)
            : new(false, $"volume {volume}: cannot lock {path}: {Errno.Words(error)}", Errno.MayPass(error));
    }
}
