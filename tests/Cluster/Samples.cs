using System.Reflection;
using Backup.Messages.Values;

namespace Backup.Tests.Cluster;

/// <summary>
/// One value of any message, the same in every run: each field is filled from its own name and type, so that two fields that were swapped
/// would show.
/// </summary>
internal static class Samples
{
    private const int DepthMax = 8;

    public static object Of(Type type) => Make(type, type.Name, DepthMax)!;

    private static object? Make(Type type, string name, int depth)
    {
        uint seed = Crc32C.Compute(System.Text.Encoding.UTF8.GetBytes(name));
        if (Nullable.GetUnderlyingType(type) is { } inner) return Make(inner, name, depth);
        if (type == typeof(string)) return name;
        if (type == typeof(bool)) return true;
        if (type == typeof(byte[])) return BitConverter.GetBytes(seed);
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks(seed);
        if (type == typeof(Guid)) return new Guid((int)seed, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        if (type == typeof(Hash256)) return Hash256.Read([.. Enumerable.Range(0, Hash256.Size).Select(n => (byte)(n + seed))]);
        if (type == typeof(Instant)) return new Instant(seed, 5);
        if (type.IsEnum) return Enum.GetValues(type).GetValue((int)(seed % Enum.GetValues(type).Length));
        if (type.IsPrimitive) return Convert.ChangeType(seed % 100, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(type, name, depth);
        ConstructorInfo constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Make(p.ParameterType, p.Name!, depth - 1))]);
    }

    private static Array List(Type type, string name, int depth)
    {
        Type element = type.GetGenericArguments()[0];
        var items = Array.CreateInstance(element, depth > 0 ? 2 : 0);
        for (int n = 0; n < items.Length; n++) items.SetValue(Make(element, $"{name}{n}", depth - 1), n);
        return items;
    }
}
