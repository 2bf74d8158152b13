using Akka.Actor;
using Akka.Serialization;
using Backup.Messages.Wire;

namespace Backup.Cluster.Wire;

/// <summary>
/// Carries the messages and events that the protocols list, as CBOR maps with a short manifest, on the wire and in the journal.
/// </summary>
public sealed class CborSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>On the wire and in the journal; never reused for another encoding.</summary>
    public const int WireIdentifier = 7301;

    private readonly WireMap _map = WireSetup.MapOf(system);

    public override int Identifier => WireIdentifier;

    public override string Manifest(object o) => _map.ManifestOf(o);

    public override byte[] ToBinary(object obj) => _map.Encode(obj);

    public override object FromBinary(byte[] bytes, string manifest) => _map.Decode(manifest, bytes);
}
