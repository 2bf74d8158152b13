using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Serialization;
using Backup.Messages.Wire;

namespace Backup.Cluster.Wire;

/// <summary>Hands the process's protocols to the serializers of an actor system.</summary>
public sealed class WireSetup(WireMap map) : Setup
{
    public WireMap Map { get; } = map;

    /// <summary>The protocols of a system that was made with a <see cref="WireSetup"/>.</summary>
    public static WireMap MapOf(ExtendedActorSystem system) => system.Settings.Setup.Get<WireSetup>() is { HasValue: true } setup
        ? setup.Value.Map
        : throw new InvalidOperationException("the actor system was made without its protocols (WireSetup)");

    /// <summary>
    /// The listed types go by CBOR; of Akka's own serializers those stay that membership needs; everything else meets one that refuses.
    /// </summary>
    public static SerializationSetup Serialization(WireMap map) => SerializationSetup.Create(system =>
    [
        SerializerDetails.Create("backup-cbor", new CborSerializer(system), [.. map.Types]),
        .. AllowedSerializers.Replacements(system),
    ]);
}
