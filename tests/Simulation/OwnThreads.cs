namespace Backup.Tests.Simulation;

/// <summary>What the system says of this process's threads (proc_pid_stat(5)).</summary>
internal static class OwnThreads
{
    /// <summary>
    /// Whether a thread besides the caller's runs, waits for a processor or for a disk: then nobody blocks, the machine has too much to do.
    /// </summary>
    public static bool OneIsAtWork()
    {
        string own = Path.GetFileName(File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)!.FullName);
        return Directory.EnumerateDirectories("/proc/self/task").Any(task => Path.GetFileName(task) != own && IsAtWork(task));
    }

    private static bool IsAtWork(string task)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(task, "stat"));
            return stat[stat.LastIndexOf(')') + 2] is 'R' or 'D';
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }
}
