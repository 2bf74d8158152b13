using System.Collections.Immutable;
using Akka.Actor;
using Backup.Cluster.Wire;
using Backup.Messages.Directors;
using Backup.Messages.Wire;

namespace Backup.Tests.Cluster;

/// <summary>What directors say to each other, by Hyperion behind an allow-list.</summary>
public sealed class DirectorSerializerTests : IDisposable
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)ActorSystem.Create("directors");
    private readonly DirectorSerializer _serializer;

    public DirectorSerializerTests() => _serializer = new DirectorSerializer(_system, new DirectorContract(
        [("standing", typeof(Standing)), ("turn", typeof(Turn))], [typeof(ImmutableArray<string>), typeof(List<string>)]));

    public sealed record Standing(string Node, long Epoch, ImmutableArray<string> Jobs, IActorRef? Who) : IDirectorMessage;

    public sealed record Turn(int Number) : IDirectorMessage;

    public sealed record Unlisted(int Number) : IDirectorMessage;

    [Fact]
    public void A_listed_message_comes_back_with_its_parts()
    {
        var said = new Standing("d1", 7, ["nightly", "weekly"], null);
        var read = Assert.IsType<Standing>(_serializer.FromBinary(_serializer.ToBinary(said), _serializer.Manifest(said)));

        Assert.Equal((said.Node, said.Epoch), (read.Node, read.Epoch));
        Assert.Equal(said.Jobs.AsEnumerable(), read.Jobs.AsEnumerable());
    }

    [Fact]
    public void A_reference_to_an_actor_is_not_sent() =>
        Assert.Throws<WireFormatException>(() => _serializer.ToBinary(new Standing("d1", 7, [], _system.ActorOf(Props.Empty))));

    [Fact]
    public void A_message_that_is_not_listed_is_neither_written_nor_read()
    {
        Assert.Throws<WireFormatException>(() => _serializer.ToBinary(new Unlisted(1)));
        Assert.Throws<WireFormatException>(() => _serializer.FromBinary(_serializer.ToBinary(new Turn(1)), "unlisted"));
    }

    [Fact]
    public void A_listed_message_under_another_manifest_is_refused() =>
        Assert.Throws<WireFormatException>(() => _serializer.FromBinary(_serializer.ToBinary(new Turn(1)), "standing"));

    [Fact]
    public void A_part_that_is_listed_is_no_message()
    {
        using var stream = new MemoryStream();
        Unguarded([typeof(Standing), typeof(Turn), typeof(ImmutableArray<string>), typeof(List<string>)])
            .Serialize(new List<string> { "a" }, stream);

        Assert.Throws<WireFormatException>(() => _serializer.FromBinary(stream.ToArray(), "turn"));
    }

    [Fact]
    public void A_type_that_is_not_listed_is_refused_by_name()
    {
        using var stream = new MemoryStream();
        Unguarded([]).Serialize(new Uri("file:///etc/passwd"), stream);

        Assert.Throws<WireFormatException>(() => _serializer.FromBinary(stream.ToArray(), "turn"));
    }

    [Fact]
    public void Garbage_and_bytes_too_many_are_refused()
    {
        byte[] good = _serializer.ToBinary(new Turn(1));
        Assert.Throws<WireFormatException>(() => _serializer.FromBinary([.. good, 0], "turn"));
        Assert.Throws<WireFormatException>(() => _serializer.FromBinary(good[..^1], "turn"));
        // 255: a type by its name, whose length follows.
        foreach (byte[] bytes in (byte[][])[[], [255], [255, 3, 0, 0, 0, 65, 66, 67], [254, 9, 9], [17]])
            Assert.Throws<WireFormatException>(() => _serializer.FromBinary(bytes, "turn"));
    }

    [Fact]
    public void A_contract_takes_only_what_directors_say() =>
        Assert.Throws<ArgumentException>(() => new DirectorContract([("text", typeof(string))], []));

    /// <summary>What a forger would use.</summary>
    private static Hyperion.Serializer Unguarded(Type[] known) => new(new Hyperion.SerializerOptions(
        versionTolerance: false, preserveObjectReferences: false, surrogates: null, serializerFactories: null, knownTypes: known,
        ignoreISerializable: true, packageNameOverrides: null, disallowUnsafeTypes: false, typeFilter: null));

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(10));
}
