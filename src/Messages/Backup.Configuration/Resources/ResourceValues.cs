using Backup.Configuration.Hocon;
using Backup.Configuration.Versions;

namespace Backup.Configuration.Resources;

/// <summary>One resource as read: typed values by key, with the place of each that was given.</summary>
internal sealed class ResourceValues(ResourceKind kind, string name, SourcePosition position)
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourcePosition> _positions = new(StringComparer.Ordinal);

    private readonly Dictionary<string, HoconValue> _written = new(StringComparer.Ordinal);

    public ResourceKind Kind { get; } = kind;
    public string Name { get; } = name;
    public SourcePosition Position { get; } = position;
    public int Ordinal { get; set; }
    public string Title => $"{Kind.Name} {Name}";

    public void Set(string key, object value, SourcePosition position)
    {
        _values[key] = value;
        _positions[key] = position;
    }

    public void SetDefault(string key, object value) => _values[key] = value;

    /// <summary>True where the key was written in this resource, rightly or wrongly.</summary>
    public bool IsGiven(string key) => _positions.ContainsKey(key);

    public void MarkGiven(string key, SourcePosition position) => _positions.TryAdd(key, position);

    /// <summary>Keeps a value as it was written, to be shown.</summary>
    public void Keep(string key, HoconValue written) => _written[key] = written;

    public ShownResource Shown => new(Kind.Name, Name,
        [.. Kind.Keys.Select(key => ShownOf(key, _written.GetValueOrDefault(key.Name))).OfType<ShownKey>()]);

    private static ShownKey? ShownOf(ResourceKey key, HoconValue? written) =>
        written is not null ? new ShownKey(key.Name, HoconText.Of(written), IsSecret: key.Type.IsSecret)
        : key.Default is { } text ? new ShownKey(key.Name, HoconText.Of(new HoconScalar(default, text)), IsDefault: true)
        : null;

    public object? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>Where the key is given; else where the resource is.</summary>
    public SourcePosition PositionOf(string key) => _positions.TryGetValue(key, out SourcePosition position) ? position : Position;

    public IEnumerable<(string Key, object Value)> All => _values.Select(pair => (pair.Key, pair.Value));

    public T Get<T>(string key) => (T)_values[key];

    public string? Text(string key) => (string?)Find(key);

    /// <summary>A list's items; empty where it is not given.</summary>
    public IReadOnlyList<T> List<T>(string key) => Find(key) is List<object> items ? [.. items.Cast<T>()] : [];
}
