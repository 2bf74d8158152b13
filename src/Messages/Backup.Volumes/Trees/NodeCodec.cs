using System.Security.Cryptography;
using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Volumes.Trees;

/// <summary>A tree node's canonical encoding (docs/formats/volume.md, tree nodes): equal content, equal bytes, equal id. Thread safe.</summary>
public static class NodeCodec
{
    /// <summary>The canonical encoding; throws <see cref="Records.VolumeFormatException"/> where it would be longer than 4 MiB.</summary>
    public static byte[] Encode(TreeNode node) => throw new NotSupportedException();

    /// <summary>Reads an encoding; unknown columns are skipped. Throws <see cref="Records.VolumeFormatException"/> where it is none.</summary>
    public static TreeNode Decode(ReadOnlyMemory<byte> encoding) => throw new NotSupportedException();

    /// <summary>SHA-256 of the encoding.</summary>
    public static NodeId IdOf(ReadOnlySpan<byte> encoding)
    {
        Span<byte> digest = stackalloc byte[Hash256.Size];
        SHA256.HashData(encoding, digest);
        return NodeId.Read(digest);
    }

    /// <summary>The sessions that entries of this node have their content in, each once. Reads no other column.</summary>
    public static IReadOnlyList<SessionId> SessionsIn(ReadOnlyMemory<byte> encoding) => throw new NotSupportedException();
}
