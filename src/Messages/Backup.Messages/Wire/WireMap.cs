using System.Collections.Frozen;

namespace Backup.Messages.Wire;

/// <summary>
/// The allow-list of one protocol: short manifests and the record types they stand for. Nothing else is written or read. Thread safe.
/// </summary>
public sealed class WireMap
{
    private readonly FrozenDictionary<string, Type> _types;
    private readonly FrozenDictionary<Type, string> _manifests;

    public WireMap(params IReadOnlyList<(string Manifest, Type Type)> entries)
    {
        _types = entries.ToFrozenDictionary(e => e.Manifest, e => e.Type, StringComparer.Ordinal);
        _manifests = entries.ToFrozenDictionary(e => e.Type, e => e.Manifest);
    }

    public IEnumerable<Type> Types => _manifests.Keys;

    public bool Knows(string manifest) => _types.ContainsKey(manifest);

    /// <summary>The manifest of a listed type; throws <see cref="WireFormatException"/> for any other.</summary>
    public string ManifestOf(object message) => _manifests.TryGetValue(message.GetType(), out string? manifest)
        ? manifest
        : throw new WireFormatException($"{message.GetType().Name} is not on the list of this protocol");

    public byte[] Encode(object message)
    {
        _ = ManifestOf(message);
        return CborMap.Encode(message.GetType(), message);
    }

    /// <summary>
    /// The message of a manifest; throws <see cref="WireFormatException"/> for an unknown one or for bytes that are none of it.
    /// </summary>
    public object Decode(string manifest, ReadOnlyMemory<byte> bytes) => _types.TryGetValue(manifest, out Type? type)
        ? CborMap.Decode(type, bytes)
        : throw new WireFormatException($"'{manifest}' is not on the list of this protocol");
}
