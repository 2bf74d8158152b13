using Backup.Configuration.Hocon;

namespace Backup.Configuration.Resources;

/// <summary>From the written object to typed resources by the table. Every mistake is reported at its own place; reading goes on.</summary>
internal sealed class ResourceReader(MistakeList mistakes)
{
    private readonly Dictionary<(string Kind, string Name), ResourceValues> _resources = [];

    public static ResourceSet Read(HoconObject root, MistakeList mistakes)
    {
        var reader = new ResourceReader(mistakes);
        foreach (HoconField field in root.Fields) reader.ReadKind(field);
        reader.TakeJobDefaults();
        foreach (ResourceValues resource in reader._resources.Values) reader.Complete(resource);
        return new ResourceSet(reader._resources);
    }

    private void ReadKind(HoconField field)
    {
        ResourceKind? kind = ResourceTable.Kinds.FirstOrDefault(kind => kind.Name == field.Name);
        if (kind is null)
            mistakes.Add(field.Position, "",
                $"'{field.Name}' is no kind of resource{NearestName.Hint(field.Name, ResourceTable.Kinds.Select(known => known.Name))}");
        else if (field.Value is not HoconObject named)
            mistakes.Add(field.Position, kind.Name, $"resources are written '{kind.Name} {{ NAME {{ ... }} }}'");
        else
            foreach (HoconField resource in named.Fields) ReadResource(kind, resource);
    }

    private void ReadResource(ResourceKind kind, HoconField field)
    {
        var values = new ResourceValues(kind, field.Name, field.Position);
        if (!KeyType.IsName(field.Name))
            mistakes.Add(field.Position, values.Title,
                KeyType.NameRule);
        if (field.Value is not HoconObject keys)
        {
            mistakes.Add(field.Position, values.Title, $"a {kind.Name} is written '{field.Name} {{ key = value ... }}'");
            return;
        }
        foreach (HoconField key in keys.Fields) ReadKey(values, key);
        values.Ordinal = _resources.Count;
        _resources.Add((kind.Name, field.Name), values);
    }

    private void ReadKey(ResourceValues resource, HoconField field)
    {
        if (resource.Kind.Find(field.Name) is not { } key)
        {
            mistakes.Add(field.Position, resource.Title, $"'{field.Name}' is no key of a {resource.Kind.Name}"
                + NearestName.Hint(field.Name, resource.Kind.Keys.Select(known => known.Name)));
            return;
        }
        resource.MarkGiven(key.Name, field.Position);
        resource.Keep(key.Name, field.Value);
        object? value = key.Type.IsList ? ReadList(resource, key, field.Value) : ReadOne(resource, key, field.Value);
        if (value is not null) resource.Set(key.Name, value, field.Position);
    }

    /// <summary>Null where an item is wrong: a list of the others would be taken for what was meant.</summary>
    private List<object>? ReadList(ResourceValues resource, ResourceKey key, HoconValue value)
    {
        IReadOnlyList<HoconValue> items = value is HoconArray array ? array.Items : [value];
        foreach ((int index, HoconValue item) in items.Index()) resource.MarkGiven($"{key.Name}[{index}]", item.Position);
        List<object> values = [.. items.Select(item => ReadOne(resource, key, item)).OfType<object>()];
        return values.Count == items.Count ? values : null;
    }

    private object? ReadOne(ResourceValues resource, ResourceKey key, HoconValue value)
    {
        if (value is HoconObject item && key.Type.ReadObject is { } read)
            return read(item, (position, text) => mistakes.Add(position, resource.Title, $"{key.Name}: {text}"));
        if (value is not HoconScalar text)
        {
            mistakes.Add(value.Position, resource.Title,
                $"{key.Name} wants {(key.Type.IsList ? "one value an item" : "one value")}, not {Shape(value)}");
            return null;
        }
        try
        {
            return key.Type.Read(text.Text);
        }
        catch (FormatException e)
        {
            mistakes.Add(value.Position, resource.Title, $"{key.Name}: {e.Message}");
            return null;
        }
    }

    private static string Shape(HoconValue value) => value is HoconArray ? "an array" : "an object";

    /// <summary>A Job's keys that are not given come from its JobDefs, with the place of these.</summary>
    private void TakeJobDefaults()
    {
        foreach (ResourceValues job in _resources.Values.Where(resource => resource.Kind == ResourceTable.Job))
        {
            if (job.Text("defaults") is not { } name || !_resources.TryGetValue((ResourceTable.JobDefs.Name, name),
                out ResourceValues? defaults)) continue;
            foreach ((string key, object value) in defaults.All)
                if (!job.IsGiven(key)) job.Set(key, value, defaults.PositionOf(key));
        }
    }

    private void Complete(ResourceValues resource)
    {
        foreach (ResourceKey key in resource.Kind.Keys)
        {
            if (resource.Find(key.Name) is { } given) CheckReference(resource, key, given);
            else if (resource.IsGiven(key.Name)) continue; // Its mistake is reported.
            else if (key.Required) mistakes.Add(resource.Position, resource.Title, $"{key.Name} is missing: {key.Help}");
            else if (key.Default is { } text) resource.SetDefault(key.Name, key.Type.Read(text));
        }
    }

    private IEnumerable<string> NamesOf(string kind) => _resources.Keys.Where(known => known.Kind == kind).Select(known => known.Name);

    private void CheckReference(ResourceValues resource, ResourceKey key, object value)
    {
        if (key.Type.Refers is not { } kind) return;
        foreach (string name in (value as List<object> ?? [value]).Cast<string>())
            if (!_resources.ContainsKey((kind, name)))
                mistakes.Add(resource.PositionOf(key.Name), resource.Title,
                    $"{key.Name}: there is no {kind} '{name}'{NearestName.Hint(name, NamesOf(kind))}");
    }
}

/// <summary>All resources by kind and name.</summary>
internal sealed class ResourceSet(IReadOnlyDictionary<(string Kind, string Name), ResourceValues> resources)
{
    public IEnumerable<ResourceValues> Of(ResourceKind kind) => resources.Values.Where(resource => resource.Kind == kind);

    public bool Has(string kind, string name) => resources.ContainsKey((kind, name));

    public IEnumerable<string> NamesOf(string kind) => resources.Keys.Where(known => known.Kind == kind).Select(known => known.Name);

    /// <summary>All of them, in the order of writing.</summary>
    public IEnumerable<ResourceValues> All => resources.Values.OrderBy(resource => resource.Ordinal);

    public ResourceValues? Find(ResourceKind kind, string? name) => name is null ? null : resources.GetValueOrDefault((kind.Name, name));
}
