using System.Globalization;
using System.Text;

namespace Backup.Configuration.Hocon;

/// <summary>The characters of one file with their positions: spaces, comments, names and texts. Not thread safe.</summary>
internal sealed class HoconScanner(string file, string text)
{
    /// <summary>Characters that HOCON keeps for itself: text that has one is to be quoted.</summary>
    private const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";

    private int _at;
    private int _line = 1;
    private int _lineStart;

    public SourcePosition Position => new(file, _line, _at - _lineStart + 1);
    public bool AtEnd => _at >= text.Length;
    public char Current => AtEnd ? '\0' : text[_at];

    public bool AtLineEnd => AtEnd || Current == '\n' || AtComment;
    private bool AtComment => Current == '#' || Follows("//");

    public bool Follows(string what) => string.CompareOrdinal(text, _at, what, 0, what.Length) == 0;

    public void Advance(int count = 1)
    {
        for (; count > 0 && !AtEnd; count--)
        {
            if (text[_at++] != '\n') continue;
            _line++;
            _lineStart = _at;
        }
    }

    public bool Take(string what)
    {
        if (!Follows(what)) return false;
        Advance(what.Length);
        return true;
    }

    /// <summary>Spaces of this line; what they were.</summary>
    public string SkipSpaces()
    {
        int start = _at;
        while (!AtEnd && Current != '\n' && (char.IsWhiteSpace(Current) || Current == '\uFEFF')) Advance();
        return text[start.._at];
    }

    /// <summary>The spaces that end here.</summary>
    public string SpacesBehind()
    {
        int start = _at;
        while (start > _lineStart && char.IsWhiteSpace(text[start - 1])) start--;
        return text[start.._at];
    }

    /// <summary>To the end of the line; the whole line.</summary>
    public string SkipLine()
    {
        while (!AtEnd && Current != '\n') Advance();
        return text[_lineStart.._at];
    }

    /// <summary>Spaces, comments and line ends, and commas where they may stand.</summary>
    public void SkipBlank(bool commas = false)
    {
        while (!AtEnd)
        {
            SkipSpaces();
            if (AtComment) SkipLine();
            else if (Current == '\n' || (commas && Current == ',')) Advance();
            else return;
        }
    }

    /// <summary>Unquoted text up to a reserved character, a comment or the line's end; a key ends at a '.' or a space too.</summary>
    public string Unquoted(bool key)
    {
        int start = _at;
        while (!AtLineEnd && !Reserved.Contains(Current, StringComparison.Ordinal) && !(key && EndsKey(Current))) Advance();
        return text[start.._at];
    }

    private static bool EndsKey(char letter) => letter == '.' || char.IsWhiteSpace(letter);

    /// <summary>A string in quotes, or in three of them: then raw, over several lines.</summary>
    public string Quoted()
    {
        SourcePosition opened = Position;
        if (Take("\"\"\"")) return Raw(opened);
        Advance();
        var value = new StringBuilder();
        while (Current != '"')
        {
            if (AtEnd || Current == '\n') throw new HoconSyntaxException(opened, "the quote is not closed on its line", recoverable: true);
            if (Current == '\\') value.Append(Escape());
            else
            {
                value.Append(Current);
                Advance();
            }
        }
        Advance();
        return value.ToString();
    }

    private string Raw(SourcePosition opened)
    {
        int end = text.IndexOf("\"\"\"", _at, StringComparison.Ordinal);
        if (end < 0) throw new HoconSyntaxException(opened, "the triple quote is not closed");
        while (end + 3 < text.Length && text[end + 3] == '"') end++; // Further quotes belong to the text.
        string value = text[_at..end];
        Advance(end + 3 - _at);
        return value;
    }

    private char Escape()
    {
        SourcePosition position = Position;
        Advance();
        char letter = Current;
        Advance();
        if (letter != 'u')
            return letter switch
            {
                '"' or '\\' or '/' => letter,
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => throw new HoconSyntaxException(position, "a backslash in quotes is written twice ('\\\\'), or use triple quotes",
                    recoverable: true),
            };
        if (_at + 4 > text.Length || !ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out ushort code))
            throw new HoconSyntaxException(position, "'\\u' wants four hexadecimal digits", recoverable: true);
        Advance(4);
        return (char)code;
    }
}
