namespace Backup.Configuration.Hocon;

/// <summary>A value as written, with the place where it stands.</summary>
public abstract class HoconValue(SourcePosition position)
{
    public SourcePosition Position { get; } = position;
}

/// <summary>Text, number, boolean: all are text until a resource's key says what it is.</summary>
public sealed class HoconScalar(SourcePosition position, string text) : HoconValue(position)
{
    public string Text { get; } = text;
}

public sealed class HoconArray(SourcePosition position, IReadOnlyList<HoconValue> items) : HoconValue(position)
{
    public IReadOnlyList<HoconValue> Items { get; } = items;
}

/// <summary>One key of an object and where it was given.</summary>
public sealed record HoconField(string Name, SourcePosition Position, HoconValue Value);

/// <summary>Fields in the order of writing; names are unique, ordinal.</summary>
public sealed class HoconObject(SourcePosition position) : HoconValue(position)
{
    private readonly List<HoconField> _fields = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public IReadOnlyList<HoconField> Fields => _fields;

    public HoconField? Find(string name) => _places.TryGetValue(name, out int at) ? _fields[at] : null;

    internal void Set(HoconField field)
    {
        if (_places.TryGetValue(field.Name, out int at)) _fields[at] = field;
        else
        {
            _places.Add(field.Name, _fields.Count);
            _fields.Add(field);
        }
    }
}

/// <summary>${path} or ${?path}, before it is looked up.</summary>
internal sealed class HoconReference(SourcePosition position, IReadOnlyList<string> path, bool optional) : HoconValue(position)
{
    public IReadOnlyList<string> Path { get; } = path;
    public bool Optional { get; } = optional;
    public string Name => string.Join('.', Path);
}

/// <summary>Pieces of text and references side by side on one line.</summary>
internal sealed class HoconConcatenation(SourcePosition position, IReadOnlyList<HoconValue> pieces) : HoconValue(position)
{
    public IReadOnlyList<HoconValue> Pieces { get; } = pieces;
}

/// <summary>Text that is no HOCON, at a place. Recoverable where the rest of the line can be passed over and reading goes on.</summary>
internal sealed class HoconSyntaxException(SourcePosition position, string message, bool recoverable = false) : FormatException(message)
{
    public SourcePosition Position { get; } = position;
    public bool Recoverable { get; } = recoverable;
}
