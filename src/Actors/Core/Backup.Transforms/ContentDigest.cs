using System.Buffers.Binary;
using System.Security.Cryptography;
using Backup.Messages.Values;

namespace Backup.Transforms;

/// <summary>
/// The digest of one file after another, from bytes in the order of their offsets. One object serves a whole session: making a hash for
/// each
/// file costs 0.7 µs. One thread.
/// </summary>
public sealed class ContentDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private DigestAlgorithm _algorithm = DigestAlgorithm.Sha256;

    /// <summary>Begins a file; what was begun before is forgotten. Over extents for a sparse file.</summary>
    public void Start(bool overExtents)
    {
        if (_algorithm != DigestAlgorithm.None) Reset();
        _algorithm = overExtents ? DigestAlgorithm.Sha256OverExtents : DigestAlgorithm.Sha256;
    }

    /// <summary>Begins the next run with data of a sparse file, before its bytes.</summary>
    public void Extent(long offset, long length)
    {
        if (_algorithm != DigestAlgorithm.Sha256OverExtents)
            throw new InvalidOperationException("extents belong to the digest over extents");
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(head, offset);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], length);
        _hash.AppendData(head);
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Ends the file, which has that size.</summary>
    public Digest Finish(long size)
    {
        Span<byte> value = stackalloc byte[Hash256.Size];
        if (_algorithm == DigestAlgorithm.Sha256OverExtents)
        {
            BinaryPrimitives.WriteInt64LittleEndian(value, size);
            _hash.AppendData(value[..8]);
        }
        _hash.GetHashAndReset(value);
        var digest = new Digest(_algorithm, Hash256.Read(value));
        _algorithm = DigestAlgorithm.None;
        return digest;
    }

    public void Dispose() => _hash.Dispose();

    private void Reset()
    {
        Span<byte> unused = stackalloc byte[Hash256.Size];
        _hash.GetHashAndReset(unused);
    }
}
