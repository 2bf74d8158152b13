using Akka.Actor;
using Akka.Serialization;
using Backup.Messages.Wire;

namespace Backup.Cluster.Wire;

/// <summary>
/// Bound to System.Object: a type that no protocol lists is refused, in both directions, and never falls back to reflection.
/// </summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 7300;
    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) =>
        throw new WireFormatException($"{obj.GetType().FullName} is on no protocol's list and is not sent or persisted");

    public override object FromBinary(byte[] bytes, Type type) =>
        throw new WireFormatException($"{type.FullName} is on no protocol's list and is not read");
}
