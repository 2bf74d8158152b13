namespace Backup.Consoles.Prompt;

/// <summary>
/// Lines typed before, the newest last, kept in a file across runs where there is one. A file that cannot be used is done without.
/// </summary>
internal sealed class LineHistory
{
    public const int LinesMax = 500;

    private readonly string? _file;
    private readonly List<string> _lines = [];

    public LineHistory(string? file)
    {
        _file = file;
        try
        {
            if (file is not null && File.Exists(file)) _lines.AddRange(File.ReadLines(file).TakeLast(LinesMax));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file = null;
        }
    }

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The state folder of the XDG base directories; null where there is no home.</summary>
    public static string? FileOf(Func<string, string?> environment)
    {
        string? state = environment("XDG_STATE_HOME") is { Length: > 0 } set ? set
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state") : null;
        return state is null ? null : Path.Combine(state, "backup", "history");
    }

    /// <summary>An empty line, or the last one again, is not kept.</summary>
    public void Add(string line)
    {
        if (line.Trim().Length == 0 || (_lines.Count > 0 && _lines[^1] == line)) return;
        if (_lines.Count == LinesMax) _lines.RemoveAt(0);
        _lines.Add(line);
        if (_file is null) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllLines(_file, _lines);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // a history that cannot be written is no reason to stop working
        }
    }
}
