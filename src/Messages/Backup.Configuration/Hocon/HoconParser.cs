namespace Backup.Configuration.Hocon;

/// <summary>Where an include stands: the object whose fields it adds to, and how deep that lies.</summary>
internal sealed record IncludePlace(HoconObject Target, int Depth, SourcePosition Position);

/// <summary>
/// The grammar: fields, objects, arrays, texts, references, includes (https://github.com/lightbend/config/blob/main/HOCON.md), without "+="
/// and
/// without joining objects side by side. A key that is given twice is a mistake, not an override. One use a file.
/// </summary>
internal sealed class HoconParser(string file, string text, MistakeList mistakes, Action<IncludePlace, string> include)
{
    private const int DepthMax = 32;

    private readonly HoconScanner _scan = new(file, text);
    private bool _passedOverBraces;

    /// <summary>Adds the file's fields to an object. <paramref name="depth"/> is how deep that object lies.</summary>
    public void ReadInto(HoconObject target, int depth)
    {
        _scan.SkipBlank();
        SourcePosition opened = _scan.Position;
        if (_scan.Take("{"))
        {
            Fields(target, depth, opened);
            _scan.SkipBlank();
            if (!_scan.AtEnd) throw new HoconSyntaxException(_scan.Position,
                $"nothing may follow the '}}' that closes the file's '{{' of line {opened.Line}");
        }
        else Fields(target, depth, null);
    }

    private void Fields(HoconObject target, int depth, SourcePosition? opened)
    {
        if (depth > DepthMax) throw new HoconSyntaxException(_scan.Position, $"nested more than {DepthMax} deep");
        while (true)
        {
            _scan.SkipBlank(commas: true);
            if (_scan.AtEnd)
            {
                if (opened is { } open && !_passedOverBraces) throw new HoconSyntaxException(open, "this '{' is not closed");
                return;
            }
            if (_scan.Current == '}')
            {
                if (opened is null && !_passedOverBraces) throw new HoconSyntaxException(_scan.Position, "this '}' closes nothing");
                _scan.Advance();
                if (opened is null) continue;
                return;
            }
            FieldOrNextLine(target, depth);
        }
    }

    private void FieldOrNextLine(HoconObject target, int depth)
    {
        try
        {
            Field(target, depth);
        }
        catch (HoconSyntaxException e) when (e.Recoverable)
        {
            mistakes.Add(e.Position, "", e.Message);
            // Braces on the rest of the line would be missed at the end, as a second mistake that is none.
            _passedOverBraces |= _scan.SkipLine().AsSpan().ContainsAny('{', '}');
        }
    }

    private void Field(HoconObject target, int depth)
    {
        SourcePosition start = _scan.Position;
        List<string> path = KeyPath();
        _scan.SkipSpaces();
        if (path is ["include"] && (_scan.Current == '"' || _scan.Follows("required(") || _scan.Follows("file(")))
        {
            include(new IncludePlace(target, depth, start), IncludedName());
            return;
        }
        if (_scan.Follows("+=")) throw Wrong("'+=' is not supported: give the whole array", recoverable: true);
        if (_scan.Current != '{' && !_scan.Take("=") && !_scan.Take(":")) throw Wrong($"after '{string.Join('.', path)}' comes '=' or '{{'",
            recoverable: true);
        _scan.SkipBlank();
        HoconValue value = Value(depth + path.Count);
        _scan.SkipSpaces();
        if (!_scan.AtLineEnd && _scan.Current is not (',' or '}')) throw Unquotable();
        Place(target, path, start, value, depth);
    }

    private List<string> KeyPath()
    {
        var path = new List<string>();
        do
        {
            SourcePosition start = _scan.Position;
            string name = _scan.Current == '"' ? _scan.Quoted() : _scan.Unquoted(key: true);
            if (name.Length == 0) throw new HoconSyntaxException(start, "a name is expected here", recoverable: true);
            path.Add(name);
            if (path.Count > DepthMax) throw new HoconSyntaxException(start, $"a path of more than {DepthMax} names");
        }
        while (_scan.Take("."));
        return path;
    }

    private string IncludedName()
    {
        int closing = 0;
        while (_scan.Take("required(") || _scan.Take("file(")) closing++;
        if (_scan.Current != '"') throw Wrong("include wants a file name in quotes", recoverable: true);
        string name = _scan.Quoted();
        for (; closing > 0; closing--)
            if (!_scan.Take(")")) throw Wrong("')' is expected here", recoverable: true);
        return name;
    }

    private HoconValue Value(int depth)
    {
        SourcePosition start = _scan.Position;
        if (_scan.Take("[")) return Items(start, depth + 1);
        if (!_scan.Take("{")) return Simple();
        var value = new HoconObject(start);
        Fields(value, depth + 1, start);
        return value;
    }

    private HoconArray Items(SourcePosition opened, int depth)
    {
        if (depth > DepthMax) throw new HoconSyntaxException(opened, $"nested more than {DepthMax} deep");
        var items = new List<HoconValue>();
        while (true)
        {
            _scan.SkipBlank(commas: true);
            if (_scan.AtEnd) throw new HoconSyntaxException(opened, "this '[' is not closed");
            if (_scan.Take("]")) return new HoconArray(opened, items);
            items.Add(Value(depth));
            _scan.SkipSpaces();
            if (!_scan.AtLineEnd && _scan.Current is not (',' or ']')) throw Unquotable(recoverable: false);
        }
    }

    /// <summary>Texts and references side by side; spaces between them count, those around do not.</summary>
    private HoconValue Simple()
    {
        SourcePosition start = _scan.Position;
        var pieces = new List<HoconValue>();
        string spaces = "";
        while (!_scan.AtLineEnd && _scan.Current is not (',' or '}' or ']'))
        {
            SourcePosition position = _scan.Position;
            if (spaces.Length > 0) pieces.Add(new HoconScalar(position, spaces));
            if (_scan.Current == '"') pieces.Add(new HoconScalar(position, _scan.Quoted()));
            else if (_scan.Take("${")) pieces.Add(Reference(position));
            else
            {
                string word = _scan.Unquoted(key: false).TrimEnd();
                if (word.Length == 0) throw Unquotable();
                pieces.Add(new HoconScalar(position, word));
                spaces = _scan.Current is '"' or '$' ? _scan.SpacesBehind() : "";
                continue;
            }
            spaces = _scan.SkipSpaces();
        }
        if (pieces.Count == 0) throw Wrong("a value is expected here", recoverable: true);
        return pieces.Count == 1 ? pieces[0] : new HoconConcatenation(start, pieces);
    }

    private HoconReference Reference(SourcePosition start)
    {
        bool optional = _scan.Take("?");
        List<string> path = KeyPath();
        if (!_scan.Take("}")) throw Wrong("'}' is expected at the end of a substitution", recoverable: true);
        return new HoconReference(start, path, optional);
    }

    private void Place(HoconObject target, List<string> path, SourcePosition position, HoconValue value, int depth)
    {
        for (int i = path.Count - 1; i > 0; i--)
        {
            var around = new HoconObject(position);
            around.Set(new HoconField(path[i], position, value));
            value = around;
        }
        Merge(target, new HoconField(path[0], position, value), path.Count > 1 || depth == 0);
    }

    /// <summary>Kinds of resources may be opened again, and paths lead into what is there; all else is given once.</summary>
    private void Merge(HoconObject target, HoconField field, bool mayJoin)
    {
        if (target.Find(field.Name) is not { } earlier) target.Set(field);
        else if (mayJoin && earlier.Value is HoconObject known && field.Value is HoconObject more)
            foreach (HoconField inner in more.Fields) Merge(known, inner, mayJoin: inner.Position == field.Position);
        else
            mistakes.Add(field.Position, "",
                $"'{field.Name}' is defined twice: here and at {earlier.Position.File}:{earlier.Position.Line}");
    }

    private HoconSyntaxException Wrong(string message, bool recoverable = false) => new(_scan.Position, message, recoverable);

    private HoconSyntaxException Unquotable(bool recoverable = true) =>
        Wrong($"'{_scan.Current}' cannot stand here; text with such a character is written in quotes", recoverable);
}
