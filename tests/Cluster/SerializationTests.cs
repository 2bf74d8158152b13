using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Backup.Cluster.Wire;
using Backup.Messages.Inspection;
using Backup.Messages.Storages;
using Backup.Messages.Wire;

namespace Backup.Tests.Cluster;

/// <summary>What a member writes and reads, by which serializer, and what it refuses.</summary>
public sealed class SerializationTests : Members
{
    private readonly ExtendedActorSystem _system;

    public SerializationTests() => _system = (ExtendedActorSystem)Start(Member("d", "director", "127.0.0.1:0", []));

    private Serialization Wire => _system.Serialization;

    [Fact]
    [Trait("Req", "NET-05")]
    public void Every_listed_message_is_written_as_CBOR_under_its_manifest()
    {
        foreach ((string manifest, Type type) in StorageProtocol.Entries.Concat(InspectionProtocol.Entries))
        {
            var serializer = Assert.IsType<CborSerializer>(Wire.FindSerializerForType(type));
            object sample = Samples.Of(type);
            Assert.Equal(manifest, serializer.Manifest(sample));
            byte[] bytes = serializer.ToBinary(sample);
            Assert.Equal(bytes, serializer.ToBinary(Wire.Deserialize(bytes, serializer.Identifier, manifest)));
        }
    }

    [Fact]
    public void No_manifest_stands_for_two_messages()
    {
        IEnumerable<string> manifests = StorageProtocol.Entries.Concat(InspectionProtocol.Entries).Select(entry => entry.Manifest);

        Assert.All(manifests.CountBy(manifest => manifest), counted => Assert.Equal(1, counted.Value));
    }

    [Theory]
    [InlineData(typeof(object))]
    [InlineData(typeof(byte[]))]
    [InlineData(typeof(Uri))]
    [InlineData(typeof(DirectoryNotFoundException))]
    [InlineData(typeof(LiveSession))] // a part of a message is no message
    public void A_type_that_is_not_listed_is_not_written(Type type) =>
        Assert.Throws<WireFormatException>(() => Wire.FindSerializerForType(type).ToBinary(new Uri("urn:x")));

    [Fact]
    public void Of_the_serializers_that_Akka_brings_only_the_allowed_ones_are_there()
    {
        Akka.Configuration.Config named = _system.Settings.Config.GetConfig("akka.actor.serializers");
        string[] others = [.. named.AsEnumerable().Select(entry => entry.Key).Where(name => !AllowedSerializers.Whole.Contains(name))];

        Assert.Superset(new HashSet<string> { "json", "bytes", "daemon-create", "akka-misc", "akka-system-msg" }, others.ToHashSet());
        foreach (string name in others)
        {
            Type type = Type.GetType(named.GetString(name))!;
            int number = SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(type, _system);
            Assert.Throws<WireFormatException>(() => Wire.Deserialize([1, 2, 3], number, typeof(object).AssemblyQualifiedName!));
        }
    }

    [Theory]
    [InlineData(1)] // Newtonsoft.Json, which makes any type that its text names
    [InlineData(-5)] // Hyperion as Akka would bring it
    [InlineData(3)] // an actor to be made here by a peer
    [InlineData(4)]
    [InlineData(9999)]
    public void A_payload_of_a_foreign_serializer_is_refused(int serializer)
    {
        byte[] payload = Encoding.UTF8.GetBytes("""{"$type":"System.IO.FileInfo, System.Private.CoreLib","fileName":"/etc/passwd"}""");
        Exception refusal = Assert.ThrowsAny<Exception>(() =>
            Wire.Deserialize(payload, serializer, "System.IO.FileInfo, System.Private.CoreLib"));

        Assert.True(refusal is WireFormatException or SerializationException, refusal.ToString());
    }

    [Theory]
    [InlineData("CF")] // settings
    [InlineData("STF")] // an exception, by the name of its class
    [InlineData("RORRP")] // a router
    [InlineData("K")]
    public void Akkas_own_messages_that_name_classes_are_refused(string manifest) =>
        Assert.Throws<WireFormatException>(() => Wire.Deserialize([], 16, manifest));

    [Fact]
    public void A_peer_ends_no_actor_by_a_system_message() =>
        Assert.Throws<WireFormatException>(() => Wire.Deserialize([], 22, typeof(Akka.Dispatch.SysMsg.Terminate)));

    [Fact]
    [Trait("Req", "NET-03")]
    public void A_forged_manifest_and_bytes_of_another_message_are_refused()
    {
        byte[] bytes = new WireMap([.. StorageProtocol.Entries]).Encode(new StorageStatusWanted());
        Assert.Throws<WireFormatException>(() => Wire.Deserialize(bytes, CborSerializer.WireIdentifier, "System.String"));
        Assert.Throws<WireFormatException>(() => Wire.Deserialize([0xff, 0x00], CborSerializer.WireIdentifier, "storage-online"));
        Assert.Throws<WireFormatException>(() => Wire.Deserialize([.. bytes, 0], CborSerializer.WireIdentifier, "status-wanted"));
    }
}
