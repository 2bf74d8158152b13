using System.Runtime.InteropServices;
using System.Text;
using Backup.Filesets.Linux;
using Backup.Filesets.Walk;
using Backup.Volumes.Trees;

namespace Backup.Tests.Simulation;

/// <summary>
/// Folders in memory, one a life at a time: thousands of syncs to a disk take minutes. Their names come again, because what is
/// compiled for a
/// query is kept by the database's name, and a new name a life is most of a life's cost.
/// </summary>
internal static partial class LifeFolder
{
    private const int RemoveDirectory = 0x200; // AT_REMOVEDIR

    private static readonly Lock Taking = new();
    private static readonly SortedSet<int> Free = [];
    private static int _made;

    private static string Base =>
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"backup-life-{Environment.ProcessId}-");

    public static string Take()
    {
        lock (Taking)
        {
            int number = Free.Count > 0 ? Free.Min : ++_made;
            Free.Remove(number);
            string folder = Base + number;
            Directory.CreateDirectory(folder);
            return folder;
        }
    }

    public static void Leave(string folder)
    {
        Empty(folder);
        Directory.Delete(folder);
        lock (Taking) Free.Add(int.Parse(folder.AsSpan(Base.Length), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Removes all that is below. Names that are no text are beyond System.IO.</summary>
    public static void Empty(string folder) => Within(folder, directory => Empty(directory, Encoding.UTF8.GetBytes(folder)));

    /// <summary>The bytes of a file, past whatever locks it: System.IO locks what it reads.</summary>
    public static byte[] Read(string folder, string name)
    {
        byte[] bytes = [];
        Within(folder, directory =>
        {
            byte[] named = Encoding.UTF8.GetBytes(name);
            directory.Status(named, out FileStatus status);
            if (!directory.OpenFile(named, out IOpenFile? file).IsNone) throw new IOException($"{folder}/{name} cannot be opened");
            bytes = new byte[status.Size];
            using (file)
                for (int at = 0, count = 1; count > 0 && at < bytes.Length; at += count)
                    if (!file!.Read(at, bytes.AsSpan(at), out count).IsNone) throw new IOException($"{folder}/{name} cannot be read");
        });
        return bytes;
    }

    private static void Within(string folder, Action<IOpenDirectory> act)
    {
        using var files = new LinuxFileTree();
        files.OpenRoot(out IOpenDirectory? at);
        var opened = new Stack<IOpenDirectory>();
        opened.Push(at!);
        foreach (string name in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at!.OpenDirectory(Encoding.UTF8.GetBytes(name), out at).IsNone) opened.Push(at!);
            else throw new IOException($"{folder} cannot be opened");
        }
        act(at!);
        while (opened.TryPop(out IOpenDirectory? directory)) directory.Dispose();
    }

    private static void Empty(IOpenDirectory directory, byte[] path)
    {
        var listing = new DirectoryListing();
        directory.List(listing);
        for (int i = 0; i < listing.Count; i++)
        {
            byte[] name = listing[i].ToArray();
            byte[] below = [.. path, (byte)'/', .. name];
            bool isDirectory = directory.Status(name, out FileStatus status).IsNone && status.Kind == EntryKind.Directory;
            if (isDirectory && directory.OpenDirectory(name, out IOpenDirectory? opened).IsNone)
                using (opened) Empty(opened!, below);
            if (UnlinkAt(-100, [.. below, 0], isDirectory ? RemoveDirectory : 0) != 0)
                throw new IOException($"a file of {Encoding.UTF8.GetString(path)} cannot be removed");
        }
    }

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int UnlinkAt(int folder, byte[] path, int flags);
}
