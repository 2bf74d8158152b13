using Backup.Commands;

namespace Backup.Consoles.Output;

/// <summary>
/// Where a run stands, rewritten in place on a terminal: a bar where it is known how much there is, and below it the path. Each line is cut
/// at the width of the moment, so that a resized terminal is right again with the next second.
/// </summary>
internal sealed class LiveProgress(ConsoleTerminal terminal)
{
    private const int BarWidth = 24;
    private const string Green = "\x1b[32m", Plain = "\x1b[0m", ToLineEnd = "\x1b[K", ToScreenEnd = "\x1b[J";

    private int _lines;

    public void Show(ProgressEvent progress)
    {
        int room = Math.Max(20, terminal.WidthNow - 1);
        string path = progress.Path is { Length: > 0 } known ? ValueText.Clean(known) : "";
        string[] lines = [Cut(Figures(progress), room), .. path.Length > 0 ? [Tail(path, room)] : Array.Empty<string>()];
        GoUp();
        terminal.Output.Write(string.Join('\n', lines.Select(line => Coloured(line) + ToLineEnd)));
        if (lines.Length < _lines) terminal.Output.Write(ToScreenEnd);
        _lines = lines.Length;
    }

    /// <summary>Takes it off the screen; what is written next stands where it was.</summary>
    public void Clear()
    {
        if (_lines == 0) return;
        GoUp();
        terminal.Output.Write(ToScreenEnd);
        _lines = 0;
    }

    /// <summary>The same facts on one line, for where nothing can be rewritten.</summary>
    public static string Line(ProgressEvent progress) =>
        $"job {progress.JobId}  {ValueText.Clean(progress.Phase)}  {Counts(progress)}";

    private static string Figures(ProgressEvent progress)
    {
        string head = $"job {progress.JobId}  {ValueText.Clean(progress.Phase)}  ";
        if (progress.ExpectedBytes is not > 0) return head + Counts(progress);
        double part = Math.Min(0.99, (double)progress.Bytes / progress.ExpectedBytes.Value);
        int done = (int)(part * BarWidth);
        string left = progress.BytesPerSecond >= 1 && progress.ExpectedBytes > progress.Bytes
            ? $", about {ValueText.Duration((progress.ExpectedBytes.Value - progress.Bytes) / progress.BytesPerSecond)} left" : "";
        return $"{head}{new string('█', done)}{new string('░', BarWidth - done)} {part * 100:0} %  {Counts(progress)}{left}";
    }

    private static string Counts(ProgressEvent progress) =>
        $"{ValueText.Count(progress.Files)} files  {ValueText.Bytes(progress.Bytes)}  {ValueText.Bytes(progress.BytesPerSecond)}/s  "
            + ValueText.Duration(progress.Seconds);

    private string Coloured(string line)
    {
        int from = line.IndexOf('█', StringComparison.Ordinal), to = line.LastIndexOf('█') + 1;
        return terminal.HasColour && from >= 0 ? $"{line[..from]}{Green}{line[from..to]}{Plain}{line[to..]}" : line;
    }

    private void GoUp() => terminal.Output.Write(_lines > 1 ? $"\r\x1b[{_lines - 1}A" : "\r");

    private static string Cut(string line, int room) => line.Length > room ? line[..room] : line;

    /// <summary>Of a path its end tells more than its beginning.</summary>
    private static string Tail(string path, int room) => path.Length + 2 > room ? $"  …{path[^(room - 3)..]}" : $"  {path}";
}
