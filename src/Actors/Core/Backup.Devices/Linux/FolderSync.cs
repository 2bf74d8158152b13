using System.Runtime.InteropServices;

namespace Backup.Devices.Linux;

/// <summary>Makes names in a folder durable: a file that was made, renamed or removed is so after a loss of power too.</summary>
public static class FolderSync
{
    /// <summary>Makes a folder, with those above it that are not there, so that no loss of power takes it again.</summary>
    public static void Make(string folder)
    {
        var missing = new Stack<DirectoryInfo>();
        for (DirectoryInfo? at = new(folder); at is { Exists: false }; at = at.Parent) missing.Push(at);
        Directory.CreateDirectory(folder);
        foreach (DirectoryInfo made in missing) Sync(made.Parent!.FullName);
    }

    /// <summary>Returns when the folder is on stable storage; throws <see cref="IOException"/> where it cannot be.</summary>
    public static void Sync(string folder)
    {
        int file = FileCalls.Open(folder, FileCalls.ReadOnly | FileCalls.Directory | FileCalls.CloseOnExec, 0);
        if (file < 0) throw new IOException($"folder {folder}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        int result = FileCalls.Sync(file);
        int error = Marshal.GetLastPInvokeError();
        _ = FileCalls.Close(file);
        if (result != 0) throw new IOException($"folder {folder} could not be synced: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
