using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Backup.Messages.Wire;

namespace Backup.Cluster.Wire;

/// <summary>
/// Akka's serializer of identities, references and heartbeats, without the manifests that carry settings, routers or exceptions: those name
/// classes that the reader would make.
/// </summary>
internal sealed class NarrowedReferenceSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Identify, ActorIdentity, an actor reference, PoisonPill, and the heartbeats of the remote watcher.</summary>
    private static readonly HashSet<string> Manifests = new(StringComparer.Ordinal) { "ID", "AID", "AR", "PP", "RWHB", "RWHR" };

    private readonly MiscMessageSerializer _inner = new(system);

    public override int Identifier => _inner.Identifier;

    public override string Manifest(object o) => Allowed(_inner.Manifest(o));

    public override byte[] ToBinary(object obj)
    {
        Allowed(_inner.Manifest(obj));
        return _inner.ToBinary(obj);
    }

    public override object FromBinary(byte[] bytes, string manifest) => _inner.FromBinary(bytes, Allowed(manifest));

    private static string Allowed(string manifest) => Manifests.Contains(manifest)
        ? manifest
        : throw new WireFormatException($"'{manifest}' of Akka's own messages is not sent or read here");
}

/// <summary>
/// Akka's serializer of system messages, for watching alone: no peer makes, restarts, suspends or ends an actor here.
/// </summary>
internal sealed class NarrowedSystemSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private static readonly HashSet<Type> Types = [typeof(Watch), typeof(Unwatch), typeof(DeathWatchNotification)];

    private readonly SystemMessageSerializer _inner = new(system);

    public override int Identifier => _inner.Identifier;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj)
    {
        Allowed(obj.GetType());
        return _inner.ToBinary(obj);
    }

    public override object FromBinary(byte[] bytes, Type type) => _inner.FromBinary(bytes, Allowed(type));

    private static Type Allowed(Type? type) => type is not null && Types.Contains(type)
        ? type
        : throw new WireFormatException($"{type?.FullName} is no system message for a peer to send");
}
