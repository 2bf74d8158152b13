using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Serialization;

namespace Backup.Cluster.Wire;

/// <summary>
/// Which of the serializers that Akka brings stay, by their names in its settings. Each other one, known today or added by a later
/// version, is replaced under its own number by one that refuses.
/// </summary>
public static class AllowedSerializers
{
    /// <summary>
    /// Membership and gossip; the singleton's hand-over; the envelope of a message to a path; names and numbers inside of Identify; the
    /// journal's envelopes, which carry our own events.
    /// </summary>
    internal static readonly HashSet<string> Whole = new(StringComparer.Ordinal)
    {
        "akka-cluster", "akka-singleton", "akka-containers", "primitive", "akka-persistence-message", "akka-persistence-snapshot",
        "backup-refuse",
    };

    /// <summary>The serializers that stand in for Akka's.</summary>
    internal static IEnumerable<SerializerDetails> Replacements(ExtendedActorSystem system)
    {
        Config serializers = system.Settings.Config.GetConfig("akka.actor.serializers");
        foreach ((string name, HoconValue type) in serializers.AsEnumerable())
        {
            if (Whole.Contains(name)) continue;
            yield return SerializerDetails.Create(name, name switch
            {
                "akka-misc" => new NarrowedReferenceSerializer(system),
                "akka-system-msg" => new NarrowedSystemSerializer(system),
                _ => new RefusingSerializer(system, NumberOf(type.GetString(), system)),
            }, []);
        }
    }

    /// <summary>A serializer's number, as it says itself.</summary>
    private static int NumberOf(string type, ExtendedActorSystem system)
    {
        Type known = Type.GetType(type) ?? throw new InvalidOperationException($"serializer {type} of Akka's settings is not there");
        return SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(known, system);
    }
}
