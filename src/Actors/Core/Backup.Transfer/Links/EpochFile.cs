using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Backup.Transfer.Links;

/// <summary>
/// The highest epoch of a director that this host has obeyed, on its disk: 20 digits and a line feed, written in place, so that one write
/// within one sector replaces the other. Thread safe.
/// </summary>
public sealed class EpochFile : IDisposable
{
    private const int Length = 21;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _handle;
    private long _seen;

    private EpochFile(SafeFileHandle handle, long seen) => (_handle, _seen) = (handle, seen);

    /// <summary>The highest epoch obeyed; 0 before the first.</summary>
    public long Seen => Interlocked.Read(ref _seen);

    /// <summary>Throws <see cref="IOException"/> where the file cannot be used or holds no epoch.</summary>
    public static EpochFile Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var text = new byte[Length];
        int read = RandomAccess.Read(handle, text, 0);
        if (read == 0) return new EpochFile(handle, 0);
        if (read == Length && long.TryParse(
            Encoding.ASCII.GetString(text).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out long seen))
            return new EpochFile(handle, seen);
        handle.Dispose();
        throw new IOException($"{path} holds no epoch; delete it, and this host obeys the next director that speaks to it");
    }

    /// <summary>False where a later director was obeyed before. What is newer than all is on stable storage when this returns.</summary>
    public bool Obeys(long epoch)
    {
        lock (_lock)
        {
            if (epoch <= _seen) return epoch == _seen;
            byte[] text = Encoding.ASCII.GetBytes(epoch.ToString("D20", CultureInfo.InvariantCulture) + "\n");
            RandomAccess.Write(_handle, text, 0);
            RandomAccess.FlushToDisk(_handle);
            Interlocked.Exchange(ref _seen, epoch);
            return true;
        }
    }

    public void Dispose() => _handle.Dispose();
}
