using System.Formats.Cbor;
using System.Reflection;
using Backup.Messages.Values;

namespace Backup.Messages.Wire;

/// <summary>How values of one type are written and read.</summary>
internal abstract class CborShape
{
    public abstract void Write(CborWriter writer, object? value);

    /// <summary>Reads one value; <paramref name="depth"/> is how many levels of nesting are still allowed.</summary>
    public abstract object? Read(CborReader reader, int depth);

    public static CborShape For(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return new NullableShape(For(inner));
        if (CborScalars.Find(type) is { } scalar) return scalar;
        if (type.IsEnum) return new EnumShape(type);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new NullableShape(new ListShape(type.GetGenericArguments()[0]));
        if (type.IsValueType && type.GetConstructors() is [var constructor] && constructor.GetParameters() is [{ Name: "Value" }])
            return new WrapperShape(type, type.GetProperty("Value")!);
        if (type.GetMethod("<Clone>$") is not null) return new NullableShape(new RecordShape(type));
        if (type.IsValueType && type.GetConstructors().Length > 0) return new RecordShape(type);
        throw new NotSupportedException($"{type} has no wire form: use a record, an id, an enum, a list or a scalar");
    }
}

/// <summary>CBOR null, or the inner shape.</summary>
internal sealed class NullableShape(CborShape inner) : CborShape
{
    public override void Write(CborWriter writer, object? value)
    {
        if (value is null) writer.WriteNull();
        else inner.Write(writer, value);
    }

    public override object? Read(CborReader reader, int depth)
    {
        if (reader.PeekState() != CborReaderState.Null) return inner.Read(reader, depth);
        reader.ReadNull();
        return null;
    }
}

internal sealed class ScalarShape<T>(Action<CborWriter, T> write, Func<CborReader, T> read) : CborShape where T : notnull
{
    public override void Write(CborWriter writer, object? value) => write(writer, (T)value!);
    public override object? Read(CborReader reader, int depth) => read(reader);
}

internal sealed class EnumShape(Type type) : CborShape
{
    public override void Write(CborWriter writer, object? value) => writer.WriteTextString(value!.ToString()!);

    public override object? Read(CborReader reader, int depth)
    {
        string name = reader.ReadTextString();
        return Enum.IsDefined(type, name) ? Enum.Parse(type, name) : throw new WireFormatException($"'{name}' is no {type.Name}");
    }
}

/// <summary>An id: its one Value.</summary>
internal sealed class WrapperShape(Type type, PropertyInfo property) : CborShape
{
    private readonly CborShape _inner = For(property.PropertyType);
    public override void Write(CborWriter writer, object? value) => _inner.Write(writer, property.GetValue(value));
    public override object? Read(CborReader reader, int depth) => Activator.CreateInstance(type, _inner.Read(reader, depth));
}

internal sealed class ListShape(Type element) : CborShape
{
    private readonly Lazy<CborShape> _element = new(() => CborMap.ShapeOf(element));

    public override void Write(CborWriter writer, object? value)
    {
        var items = (System.Collections.ICollection)value!;
        writer.WriteStartArray(items.Count);
        foreach (object? item in items) _element.Value.Write(writer, item);
        writer.WriteEndArray();
    }

    public override object? Read(CborReader reader, int depth)
    {
        if (depth <= 0) throw new WireFormatException("nested too deeply");
        reader.ReadStartArray();
        var items = new List<object?>();
        while (reader.PeekState() != CborReaderState.EndArray) items.Add(_element.Value.Read(reader, depth - 1));
        reader.ReadEndArray();
        var list = Array.CreateInstance(element, items.Count);
        for (int i = 0; i < items.Count; i++) list.SetValue(items[i], i);
        return list;
    }
}

/// <summary>A record: a map of its primary constructor's parameters, in their order, under camelCase names.</summary>
internal sealed class RecordShape : CborShape
{
    private sealed record Field(string Key, PropertyInfo Property, Lazy<CborShape> Shape, object? Missing);

    private readonly Type _type;
    private readonly ConstructorInfo _constructor;
    private readonly Field[] _fields;
    private readonly Dictionary<string, int> _positions;

    public RecordShape(Type type)
    {
        _type = type;
        _constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)
            ?? throw new NotSupportedException($"{type} has no public constructor");
        _fields = [.. _constructor.GetParameters().Select(FieldOf)];
        _positions = _fields.Select((field, at) => (field.Key, at)).ToDictionary(f => f.Key, f => f.at, StringComparer.Ordinal);
    }

    private Field FieldOf(ParameterInfo parameter)
    {
        string name = parameter.Name ?? throw new NotSupportedException($"{_type}: a parameter has no name");
        PropertyInfo property = _type.GetProperty(name) ?? throw new NotSupportedException($"{_type}: no property {name}");
        object? missing = parameter.HasDefaultValue && parameter.DefaultValue is not null
            ? parameter.DefaultValue
            : DefaultOf(parameter.ParameterType);
        string key = char.ToLowerInvariant(name[0]) + name[1..];
        return new Field(key, property, new(() => CborMap.ShapeOf(parameter.ParameterType)), missing);
    }

    private static object? DefaultOf(Type type) =>
        type == typeof(string) ? ""
        : type == typeof(byte[]) ? Array.Empty<byte>()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? Array.CreateInstance(type.GetGenericArguments()[0], 0)
        : type.IsValueType ? Activator.CreateInstance(type)
        : null;

    public override void Write(CborWriter writer, object? value)
    {
        writer.WriteStartMap(_fields.Length);
        foreach (Field field in _fields)
        {
            writer.WriteTextString(field.Key);
            field.Shape.Value.Write(writer, field.Property.GetValue(value));
        }
        writer.WriteEndMap();
    }

    public override object? Read(CborReader reader, int depth)
    {
        if (depth <= 0) throw new WireFormatException($"{_type.Name}: nested too deeply");
        object?[] values = [.. _fields.Select(field => field.Missing)];
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (_positions.TryGetValue(reader.ReadTextString(), out int at)) values[at] = _fields[at].Shape.Value.Read(reader, depth - 1);
            else reader.SkipValue();
        }
        reader.ReadEndMap();
        return _constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, values, null);
    }
}

internal static class CborScalars
{
    private static readonly Dictionary<Type, CborShape> Known = new()
    {
        [typeof(bool)] = new ScalarShape<bool>((w, v) => w.WriteBoolean(v), r => r.ReadBoolean()),
        [typeof(byte)] = new ScalarShape<byte>((w, v) => w.WriteUInt32(v), r => checked((byte)r.ReadUInt32())),
        [typeof(ushort)] = new ScalarShape<ushort>((w, v) => w.WriteUInt32(v), r => checked((ushort)r.ReadUInt32())),
        [typeof(int)] = new ScalarShape<int>((w, v) => w.WriteInt32(v), r => r.ReadInt32()),
        [typeof(uint)] = new ScalarShape<uint>((w, v) => w.WriteUInt32(v), r => r.ReadUInt32()),
        [typeof(long)] = new ScalarShape<long>((w, v) => w.WriteInt64(v), r => r.ReadInt64()),
        [typeof(ulong)] = new ScalarShape<ulong>((w, v) => w.WriteUInt64(v), r => r.ReadUInt64()),
        [typeof(double)] = new ScalarShape<double>((w, v) => w.WriteDouble(v), r => r.ReadDouble()),
        [typeof(TimeSpan)] = new ScalarShape<TimeSpan>((w, v) => w.WriteInt64(v.Ticks), r => TimeSpan.FromTicks(r.ReadInt64())),
        [typeof(string)] = new NullableShape(new ScalarShape<string>((w, v) => w.WriteTextString(v), r => r.ReadTextString())),
        [typeof(byte[])] = new NullableShape(new ScalarShape<byte[]>((w, v) => w.WriteByteString(v), r => r.ReadByteString())),
        [typeof(Guid)] = new ScalarShape<Guid>(
            (w, v) => w.WriteByteString(v.ToByteArray(bigEndian: true)),
            r => new Guid(r.ReadByteString(), bigEndian: true)),
        [typeof(Hash256)] = new ScalarShape<Hash256>((w, v) => w.WriteByteString(v.ToArray()), r => Hash256.Read(r.ReadByteString())),
        [typeof(Instant)] = new ScalarShape<Instant>(WriteInstant, ReadInstant),
    };

    public static CborShape? Find(Type type) => Known.GetValueOrDefault(type);

    private static void WriteInstant(CborWriter writer, Instant instant)
    {
        writer.WriteStartArray(2);
        writer.WriteInt64(instant.Seconds);
        writer.WriteUInt32(instant.Nanoseconds);
        writer.WriteEndArray();
    }

    private static Instant ReadInstant(CborReader reader)
    {
        reader.ReadStartArray();
        var instant = new Instant(reader.ReadInt64(), reader.ReadUInt32());
        reader.ReadEndArray();
        return instant.Nanoseconds < 1_000_000_000
            ? instant
            : throw new WireFormatException($"{instant.Nanoseconds} ns are more than a second");
    }
}
