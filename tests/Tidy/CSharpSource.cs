using System.Text;

namespace Backup.Tests.Tidy;

/// <summary>
/// One C# file, taken apart as far as the rules need: its code with comments and string contents blanked, and its strings.
/// </summary>
internal sealed class CSharpSource
{
    private readonly string _text;
    private readonly StringBuilder _code;
    private readonly List<(int Line, string Text)> _strings = [];
    private int _at;

    public CSharpSource(string path, string text)
    {
        Path = path;
        _text = text;
        _code = new StringBuilder(text);
        TakeCode(insideHole: false);
        Code = _code.ToString();
        Lines = text.Split('\n');
        CodeLines = Code.Split('\n');
    }

    public string Path { get; }

    /// <summary>As long as the text, a blank for every character of a comment or a string.</summary>
    public string Code { get; }

    public string[] Lines { get; }

    public string[] CodeLines { get; }

    /// <summary>The contents of string literals with the line each begins on; the holes of interpolated strings are left out.</summary>
    public IReadOnlyList<(int Line, string Text)> Strings => _strings;

    public int LineOf(int offset) => 1 + _text.AsSpan(0, offset).Count('\n');

    // Runs to the end of the file, or, inside an interpolation hole, to its closing brace.
    private void TakeCode(bool insideHole)
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (insideHole && c == '}' && depth == 0) return;
            if (insideHole && c == ':' && depth == 0 && Next() != ':') { SkipFormat(); continue; }
            depth += c is '{' or '(' or '[' ? 1 : c is '}' or ')' or ']' ? -1 : 0;
            if (c == '/' && Next() == '/') BlankUntil("\n", keepEnd: true);
            else if (c == '/' && Next() == '*') BlankUntil("*/", keepEnd: false);
            else if (c == '\'') TakeCharacter();
            else if (c == '"') TakeString();
            else _at++;
        }
    }

    private char Next() => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private void SkipFormat()
    {
        while (_at < _text.Length && _text[_at] != '}') Blank();
    }

    private void BlankUntil(string end, bool keepEnd)
    {
        int found = _text.IndexOf(end, _at + 2 - (keepEnd ? 1 : 0), StringComparison.Ordinal);
        int stop = found < 0 ? _text.Length : keepEnd ? found : found + end.Length;
        while (_at < stop) Blank();
    }

    private void Blank()
    {
        if (_text[_at] != '\n') _code[_at] = ' ';
        _at++;
    }

    private void TakeCharacter()
    {
        _at++;
        while (_at < _text.Length && _text[_at] is not ('\'' or '\n'))
        {
            if (_text[_at] == '\\') Blank();
            if (_at < _text.Length) Blank();
        }
        _at++;
    }

    private void TakeString()
    {
        int dollars = 0;
        bool verbatim = false;
        for (int before = _at - 1; before >= 0 && _text[before] is '$' or '@'; before--)
        {
            if (_text[before] == '$') dollars++;
            else verbatim = true;
        }
        int quotes = 0;
        while (_at + quotes < _text.Length && _text[_at + quotes] == '"') quotes++;
        if (quotes == 2) { _at += 2; return; }
        string end = quotes >= 3 ? new string('"', quotes) : "\"";
        int line = LineOf(_at);
        _at += end.Length;
        var content = new StringBuilder();
        while (_at < _text.Length && !AtEnd(end, verbatim, content))
        {
            if (dollars > 0 && AtHole(dollars, raw: quotes >= 3)) TakeHole(dollars, raw: quotes >= 3);
            else TakeContent(content, escapes: quotes < 3 && !verbatim, doubled: dollars > 0 && quotes < 3);
        }
        _strings.Add((line, content.ToString()));
    }

    private bool AtEnd(string end, bool verbatim, StringBuilder content)
    {
        if (string.CompareOrdinal(_text, _at, end, 0, end.Length) != 0) return false;
        if (verbatim && Next() == '"')
        {
            content.Append('"');
            Blank();
            Blank();
            return false;
        }
        _at += end.Length;
        return true;
    }

    private bool AtHole(int dollars, bool raw)
    {
        if (_text[_at] != '{') return false;
        return raw ? string.CompareOrdinal(_text, _at, new string('{', dollars), 0, dollars) == 0 : Next() != '{';
    }

    private void TakeHole(int dollars, bool raw)
    {
        int braces = raw ? dollars : 1;
        for (int i = 0; i < braces; i++) Blank();
        TakeCode(insideHole: true);
        for (int i = 0; i < braces && _at < _text.Length; i++) Blank();
    }

    private void TakeContent(StringBuilder content, bool escapes, bool doubled)
    {
        bool pair = (escapes && _text[_at] == '\\') || (doubled && _text[_at] is '{' or '}');
        content.Append(_text[_at]);
        Blank();
        if (!pair || _at >= _text.Length) return;
        content.Append(_text[_at]);
        Blank();
    }
}
