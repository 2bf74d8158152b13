using System.Runtime.InteropServices;

namespace Backup.Scripts.Processes;

/// <summary>System calls by their libc names.</summary>
internal static partial class ProcessCalls
{
    private const int Kill = 9;
    private const int DirectoryReadOnly = 0;

    /// <summary>Kills a process and all that is in the group it leads; one that is gone is no error.</summary>
    public static void KillGroup(int leader)
    {
        if (Signal(-leader, Kill) != 0) Signal(leader, Kill); // before it has its own group it is alone
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        int file = Open(folder, DirectoryReadOnly);
        if (file < 0) throw new IOException($"{folder} cannot be opened: error {Marshal.GetLastPInvokeError()}");
        int result = Sync(file);
        Close(file);
        if (result != 0) throw new IOException($"{folder} cannot be made durable");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
