using Akka.Actor;
using Akka.Serialization;
using Akka.Util;
using Backup.Messages.Wire;
using Hyperion;

namespace Backup.Cluster.Wire;

/// <summary>
/// Carries <see cref="Backup.Messages.Directors.IDirectorMessage"/> by Hyperion: only listed types are written and read, a message is
/// what its manifest says, nothing is left over, and references to actors are never sent. Hyperion does not check lengths against what is
/// there, so this is for members that have proven themselves only. Never used for events.
/// </summary>
public sealed class DirectorSerializer : SerializerWithStringManifest
{
    /// <summary>On the wire; never reused for another encoding.</summary>
    public const int WireIdentifier = 7302;

    /// <summary>The largest message, bytes: what Akka's own frames hold.</summary>
    public const int MessageBytesMax = 1 << 20;

    private readonly DirectorContract _contract;
    private readonly Hyperion.Serializer _hyperion;

    public DirectorSerializer(ExtendedActorSystem system, DirectorContract contract) : base(system)
    {
        _contract = contract;
        _hyperion = new Hyperion.Serializer(new SerializerOptions(
            versionTolerance: false,
            preserveObjectReferences: false,
            // Without this, Hyperion would write an actor by walking through its whole system, and end the process by its stack.
            surrogates: [Surrogate.Create<ISurrogated, ISurrogate>(_ => throw NoReference(), _ => throw NoReference())],
            serializerFactories: null,
            knownTypes: contract.Known,
            ignoreISerializable: true,
            packageNameOverrides: null,
            disallowUnsafeTypes: true,
            typeFilter: contract));
    }

    public override int Identifier => WireIdentifier;

    public override string Manifest(object o) => _contract.ManifestOf(o.GetType())
        ?? throw new WireFormatException($"{o.GetType().FullName} is not on the list of what directors say to each other");

    public override byte[] ToBinary(object obj)
    {
        _ = Manifest(obj);
        using var stream = new MemoryStream();
        try
        {
            _hyperion.Serialize(obj, stream);
        }
        catch (Exception e) when (e is not (WireFormatException or OutOfMemoryException))
        {
            throw new WireFormatException($"{obj.GetType().Name} cannot be written: {e.Message}", e);
        }
        return stream.Length <= MessageBytesMax
            ? stream.ToArray()
            : throw new WireFormatException($"{obj.GetType().Name} has {stream.Length} bytes; at most {MessageBytesMax}");
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        Type type = _contract.TypeOf(manifest)
            ?? throw new WireFormatException($"'{manifest}' is not on the list of what directors say to each other");
        if (bytes.Length > MessageBytesMax)
            throw new WireFormatException($"'{manifest}' has {bytes.Length} bytes; at most {MessageBytesMax}");
        using var stream = new MemoryStream(bytes, writable: false);
        object? read = Read(stream, manifest);
        // Types that Hyperion knows by number never reach the filter: only this tells a listed part from the message itself.
        if (read?.GetType() != type)
            throw new WireFormatException($"'{manifest}' holds {read?.GetType().Name ?? "nothing"}, not {type.Name}");
        return stream.Position == stream.Length
            ? read
            : throw new WireFormatException($"'{manifest}' has {stream.Length - stream.Position} bytes too many");
    }

    private static WireFormatException NoReference() => new("a reference to an actor is not sent among directors");

    /// <summary>Whatever Hyperion makes of bytes that are none of its own is one kind of refusal.</summary>
    private object? Read(MemoryStream stream, string manifest)
    {
        try
        {
            return _hyperion.Deserialize<object>(stream);
        }
        catch (Exception e)
        {
            throw new WireFormatException($"'{manifest}' cannot be read: {e.Message}", e);
        }
    }
}
