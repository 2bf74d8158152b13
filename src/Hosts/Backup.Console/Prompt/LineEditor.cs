using System.Text;

namespace Backup.Consoles.Prompt;

/// <summary>
/// One line typed at a terminal, with the keys of readline(3): arrows, Home and End (Ctrl-A, Ctrl-E), Backspace, Delete, Ctrl-U, Ctrl-K,
/// Ctrl-W, up and down through the history, Tab for what may follow.
/// </summary>
internal sealed class LineEditor(ConsoleTerminal terminal, Func<ConsoleKeyInfo> readKey, LineHistory history)
{
    private readonly StringBuilder _line = new();
    private int _cursor;
    private int _past;
    private string _typed = "";

    /// <summary>Gives the words that may stand where the cursor is; completed by Tab.</summary>
    public Func<string, IReadOnlyList<string>> Complete { get; init; } = _ => [];

    /// <summary>The line, empty after Ctrl-C, null at Ctrl-D on an empty one.</summary>
    public string? Read(string prompt)
    {
        _line.Clear();
        (_cursor, _past, _typed) = (0, history.Lines.Count, "");
        while (true)
        {
            Draw(prompt);
            ConsoleKeyInfo key = readKey();
            if (key.Key == ConsoleKey.Enter) return End(_line.ToString());
            if (IsControl(key, ConsoleKey.C)) return End("");
            if (IsControl(key, ConsoleKey.D) && _line.Length == 0) return End(null);
            if (key.Key == ConsoleKey.Tab) Follow(prompt);
            else if (!Move(key) && !Cut(key)) Type(key);
        }
    }

    private static bool IsControl(ConsoleKeyInfo key, ConsoleKey letter) =>
        key.Modifiers.HasFlag(ConsoleModifiers.Control) && key.Key == letter;

    private string? End(string? line)
    {
        terminal.Output.Write('\n');
        terminal.Output.Flush();
        if (line is not null) history.Add(line);
        return line;
    }

    /// <summary>A line longer than the terminal is shown around the cursor.</summary>
    private void Draw(string prompt)
    {
        int room = Math.Max(8, terminal.WidthNow - prompt.Length - 1);
        int from = Math.Max(0, _cursor - room + 1);
        string shown = _line.ToString(from, Math.Min(room, _line.Length - from));
        int column = prompt.Length + _cursor - from;
        terminal.Output.Write($"\r{prompt}{shown}\x1b[K\r{(column > 0 ? $"\x1b[{column}C" : "")}");
        terminal.Output.Flush();
    }

    private bool Move(ConsoleKeyInfo key)
    {
        if (key.Key == ConsoleKey.LeftArrow) _cursor = Math.Max(0, _cursor - 1);
        else if (key.Key == ConsoleKey.RightArrow) _cursor = Math.Min(_line.Length, _cursor + 1);
        else if (key.Key == ConsoleKey.Home || IsControl(key, ConsoleKey.A)) _cursor = 0;
        else if (key.Key == ConsoleKey.End || IsControl(key, ConsoleKey.E)) _cursor = _line.Length;
        else if (key.Key == ConsoleKey.UpArrow) GoBack(-1);
        else if (key.Key == ConsoleKey.DownArrow) GoBack(1);
        else return false;
        return true;
    }

    private void GoBack(int step)
    {
        int past = Math.Clamp(_past + step, 0, history.Lines.Count);
        if (past == _past) return;
        if (_past == history.Lines.Count) _typed = _line.ToString();
        _past = past;
        _line.Clear().Append(past == history.Lines.Count ? _typed : history.Lines[past]);
        _cursor = _line.Length;
    }

    private bool Cut(ConsoleKeyInfo key)
    {
        if (key.Key == ConsoleKey.Backspace) Remove(_cursor - 1, _cursor);
        else if (key.Key == ConsoleKey.Delete || IsControl(key, ConsoleKey.D)) Remove(_cursor, _cursor + 1);
        else if (IsControl(key, ConsoleKey.U)) Remove(0, _cursor);
        else if (IsControl(key, ConsoleKey.K)) Remove(_cursor, _line.Length);
        else if (IsControl(key, ConsoleKey.W)) Remove(_line.ToString(0, _cursor).TrimEnd().LastIndexOf(' ') + 1, _cursor);
        else return false;
        return true;
    }

    private void Remove(int from, int to)
    {
        if (from < 0 || to > _line.Length) return;
        _line.Remove(from, to - from);
        _cursor = from;
    }

    private void Type(ConsoleKeyInfo key)
    {
        if (char.IsControl(key.KeyChar)) return;
        _line.Insert(_cursor++, key.KeyChar);
    }

    /// <summary>One word that may follow is put in; of several what they have in common, or where that is nothing they are shown.</summary>
    private void Follow(string prompt)
    {
        string before = _line.ToString(0, _cursor);
        string word = before[(before.LastIndexOf(' ') + 1)..];
        IReadOnlyList<string> words = Complete(before);
        if (words.Count == 0) return;
        string common = words.Aggregate(Common);
        string more = common.Length > word.Length ? common[word.Length..] : "";
        if (words.Count == 1 && !common.EndsWith('=')) more += " ";
        if (more.Length == 0) terminal.Output.Write($"\r{prompt}{before}\x1b[K\n{string.Join("  ", words)}\n");
        _line.Insert(_cursor, more);
        _cursor += more.Length;
    }

    private static string Common(string one, string other)
    {
        int length = 0;
        while (length < Math.Min(one.Length, other.Length) && one[length] == other[length]) length++;
        return one[..length];
    }
}
