namespace Backup.Scripts.Clients;

/// <summary>
/// What a client lets its director run. The client's own file says it, so that whoever owns a director does not own every client: all,
/// nothing, or programs of one folder that nobody but its owner can write in.
/// </summary>
public sealed record ScriptPermission(bool Allowed, string? Folder)
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Why this program is not run; null where it may be.</summary>
    public string? Refusal(string program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (!Allowed) return "the client runs no scripts: its Node resource says scripts = no; "
            + "scripts = \"only-from DIR\" there lets it run those of one folder";
        if (Folder is null) return null;
        string target = Path.GetFullPath(program.StartsWith('/') ? program : "/");
        if (!IsInside(target)) return $"'{program}' is not in {Folder}, and the client runs no others (scripts in its Node resource)";
        try
        {
            string real = File.ResolveLinkTarget(target, returnFinalTarget: true)?.FullName ?? target;
            if (!IsInside(real)) return $"'{program}' leads to {real}, out of {Folder}";
            string? open = new[] { Folder, Path.GetFullPath("..", real), real }
                .FirstOrDefault(path => OperatingSystem.IsLinux() && (File.GetUnixFileMode(path) & OthersWrite) != 0);
            return open is null ? null : $"{open} can be written by others than its owner: take that right away (chmod go-w)";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"'{program}' cannot be looked at: {e.Message}";
        }
    }

    private bool IsInside(string path) => path.StartsWith(Folder!.TrimEnd('/') + '/', StringComparison.Ordinal);
}
