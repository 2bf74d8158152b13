using Akka.Actor;
using Akka.Serialization;
using Backup.Messages.Wire;

namespace Backup.Cluster.Wire;

/// <summary>
/// Refuses in both directions. Under its own number it is bound to System.Object, so that a type that no protocol lists never falls back to
/// reflection; it also stands in, by number, for each serializer that Akka brings and the node has no use for.
/// </summary>
public sealed class RefusingSerializer(ExtendedActorSystem system, int identifier) : Serializer(system)
{
    /// <summary>Its own number.</summary>
    public const int OwnIdentifier = 7300;

    public RefusingSerializer(ExtendedActorSystem system) : this(system, OwnIdentifier)
    {
    }

    public override int Identifier => identifier;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) =>
        throw new WireFormatException($"{obj.GetType().FullName} is on no protocol's list and is not sent or persisted");

    public override object FromBinary(byte[] bytes, Type? type) =>
        throw new WireFormatException(
            $"{type?.FullName ?? $"a message of serializer {identifier}"} is on no protocol's list and is not read");
}
