using System.Formats.Cbor;
using System.Security.Cryptography;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Records;

namespace Backup.Volumes.Trees;

/// <summary>
/// A tree node's canonical encoding (docs/formats/volume.md, tree nodes): equal content, equal bytes, equal id. Thread safe.
/// </summary>
public static class NodeCodec
{
    /// <summary>The canonical encoding; throws <see cref="VolumeFormatException"/> where it would be longer than 4 MiB.</summary>
    public static byte[] Encode(TreeNode node) => new NodeEncoder(node).Encode();

    /// <summary>Reads an encoding; unknown columns are skipped. Throws <see cref="VolumeFormatException"/> where it is none.</summary>
    public static TreeNode Decode(ReadOnlyMemory<byte> encoding) => Guarded(encoding, static reader => new NodeDecoder().Decode(reader));

    /// <summary>SHA-256 of the encoding.</summary>
    public static NodeId IdOf(ReadOnlySpan<byte> encoding)
    {
        Span<byte> digest = stackalloc byte[Hash256.Size];
        SHA256.HashData(encoding, digest);
        return NodeId.Read(digest);
    }

    /// <summary>The sessions that entries of this node have their content in, each once. Reads no other column.</summary>
    public static IReadOnlyList<SessionId> SessionsIn(ReadOnlyMemory<byte> encoding) => Guarded(encoding, static reader =>
    {
        SessionId[] sessions = [];
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (reader.ReadTextString() == "sessions") sessions = NodeDecoder.ReadSessions(reader);
            else reader.SkipValue();
        }
        return sessions;
    });

    private static T Guarded<T>(ReadOnlyMemory<byte> encoding, Func<CborReader, T> read)
    {
        if (encoding.Length > RecordCodec.NodeBytesMax)
            throw new VolumeFormatException($"a tree node of {encoding.Length} bytes is longer than {RecordCodec.NodeBytesMax}");
        try
        {
            return read(new CborReader(encoding, CborConformanceMode.Lax));
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new VolumeFormatException($"a tree node cannot be read: {e.Message}", e);
        }
    }
}
