using System.Collections.Concurrent;
using System.Formats.Cbor;

namespace Backup.Messages.Wire;

/// <summary>Bytes that should have been a message, an event or a label and are not. One line; carries what was wrong and where.</summary>
public sealed class WireFormatException(string message, Exception? inner = null) : FormatException(message, inner);

/// <summary>
/// Records as CBOR maps with named fields (RFC 8949): the one encoding of control messages, persisted events and labels. A field is named
/// like its property in camelCase. A reader skips fields it does not know and gives a missing one its constructor default, so versions
/// N and N-1 read each other. Enums are their names, ids their bytes, instants [seconds, nanoseconds], spans ticks of 100 ns.
/// Thread safe.
/// </summary>
public static class CborMap
{
    private const int DepthMax = 16;
    private static readonly ConcurrentDictionary<Type, CborShape> Shapes = new();

    public static byte[] Encode<T>(T value) where T : notnull => Encode(typeof(T), value);

    public static byte[] Encode(Type type, object value)
    {
        var writer = new CborWriter(CborConformanceMode.Strict, convertIndefiniteLengthEncodings: true);
        ShapeOf(type).Write(writer, value);
        return writer.Encode();
    }

    /// <summary>Reads exactly one record; throws <see cref="WireFormatException"/> for anything else.</summary>
    public static T Decode<T>(ReadOnlyMemory<byte> bytes) where T : notnull => (T)Decode(typeof(T), bytes);

    public static object Decode(Type type, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Strict);
            object value = ShapeOf(type).Read(reader, DepthMax)
                ?? throw new WireFormatException($"{type.Name}: null where a map was expected");
            return reader.BytesRemaining == 0
                ? value
                : throw new WireFormatException($"{type.Name}: {reader.BytesRemaining} bytes too many");
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new WireFormatException($"{type.Name}: {e.Message}", e);
        }
    }

    internal static CborShape ShapeOf(Type type) => Shapes.GetOrAdd(type, CborShape.For);
}
