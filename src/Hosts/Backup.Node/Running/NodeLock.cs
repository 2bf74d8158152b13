namespace Backup.Node.Running;

/// <summary>One process a data directory: a file held exclusively as long as the process lives, whatever ends it.</summary>
internal sealed class NodeLock : IDisposable
{
    /// <summary>Volumes hold what only root may read, and the catalog its names.</summary>
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _file;

    private NodeLock(FileStream file) => _file = file;

    public static NodeLock Take(string data)
    {
        try
        {
            Directory.CreateDirectory(data);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(data, OwnerOnly);
            return new NodeLock(new FileStream(Path.Combine(data, "node.lock"), FileMode.OpenOrCreate,
                FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeRefusedException(
                $"data directory {data} cannot be used: {e.Message.TrimEnd('.')}; is another node running on it?");
        }
    }

    public void Dispose() => _file.Dispose();
}
