using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Serialization;
using Backup.Messages.Directors;
using Backup.Messages.Wire;

namespace Backup.Cluster.Wire;

/// <summary>Hands the process's protocols to the serializers of an actor system.</summary>
public sealed class WireSetup(WireMap map, DirectorContract? directors = null) : Setup
{
    public WireMap Map { get; } = map;

    /// <summary>What directors say to each other by Hyperion.</summary>
    public DirectorContract Directors { get; } = directors ?? DirectorContract.Empty;

    /// <summary>The protocols of a system that was made with a <see cref="WireSetup"/>.</summary>
    public static WireMap MapOf(ExtendedActorSystem system) => system.Settings.Setup.Get<WireSetup>() is { HasValue: true } setup
        ? setup.Value.Map
        : throw new InvalidOperationException("the actor system was made without its protocols (WireSetup)");

    /// <summary>
    /// Listed types go by CBOR, what directors say to each other by Hyperion; of Akka's own serializers those stay that membership needs;
    /// everything else meets one that refuses.
    /// </summary>
    public SerializationSetup Serialization => SerializationSetup.Create(system =>
    [
        SerializerDetails.Create("backup-cbor", new CborSerializer(system), [.. Map.Types]),
        SerializerDetails.Create("backup-directors", new DirectorSerializer(system, Directors), [typeof(IDirectorMessage)]),
        .. AllowedSerializers.Replacements(system),
    ]);
}
