using System.Buffers.Binary;
using System.Security.Cryptography;
using Backup.Filesets.Linux;
using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>
/// Computes a file's digest anew while its content is written. Over extents the length of each must be known before its bytes, so those
/// are read back from the file when it is whole. One file at a time; <see cref="Begin"/> starts the next.
/// </summary>
internal sealed class ContentDigest : IDisposable
{
    /// <summary>Extents of one file kept in memory (16 bytes each); a file with more is written but its digest is not checked.</summary>
    public const int ExtentsMax = 1 << 20;

    private static readonly byte[] Zeros = new byte[64 << 10];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(long Offset, long Length)> _extents = [];
    private DigestAlgorithm _algorithm;
    private long _position;
    private bool _broken;
    private bool _isFed; // since its last result: a reset costs as much as a digest

    public void Begin(DigestAlgorithm algorithm)
    {
        if (_isFed) _hash.TryGetHashAndReset(stackalloc byte[Hash256.Size], out _);
        _isFed = true;
        _extents.Clear();
        (_algorithm, _position, _broken) = (algorithm, 0, false);
    }

    /// <summary>Content in rising order of offsets; what is skipped is a hole and reads as zeros.</summary>
    public void Add(long offset, ReadOnlySpan<byte> bytes)
    {
        _broken |= offset < _position;
        if (_broken) return;
        if (_algorithm == DigestAlgorithm.Sha256)
        {
            AddZeros(offset - _position);
            _hash.AppendData(bytes);
        }
        else if (_algorithm == DigestAlgorithm.Sha256OverExtents) AddExtent(offset, bytes.Length);
        _position = offset + bytes.Length;
    }

    /// <summary>The digest of a file of that size, or null where none can be computed.</summary>
    public Digest? Complete(int descriptor, long size)
    {
        if (_broken || _position > size) return null;
        switch (_algorithm)
        {
            case DigestAlgorithm.Sha256:
                AddZeros(size - _position);
                break;
            case DigestAlgorithm.Sha256OverExtents when _extents.Count < ExtentsMax && AddExtents(descriptor):
                AddNumber(size);
                break;
            default:
                return null;
        }
        Span<byte> value = stackalloc byte[Hash256.Size];
        _hash.TryGetHashAndReset(value, out _);
        _isFed = false;
        return new Digest(_algorithm, Hash256.Read(value));
    }

    public void Dispose() => _hash.Dispose();

    private void AddZeros(long count)
    {
        for (; count > 0; count -= Zeros.Length) _hash.AppendData(Zeros.AsSpan(0, (int)Math.Min(count, Zeros.Length)));
    }

    private void AddExtent(long offset, int length)
    {
        if (_extents.Count > 0 && _extents[^1].Offset + _extents[^1].Length == offset)
            _extents[^1] = (_extents[^1].Offset, _extents[^1].Length + length);
        else if (_extents.Count < ExtentsMax) _extents.Add((offset, length));
    }

    private bool AddExtents(int descriptor)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(256 << 10);
        try
        {
            foreach ((long offset, long length) in _extents)
            {
                AddNumber(offset);
                AddNumber(length);
                for (long done = 0; done < length;)
                {
                    int got = WriteCalls.ReadAt(descriptor, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done)), offset + done);
                    if (got <= 0) return false;
                    _hash.AppendData(buffer.AsSpan(0, got));
                    done += got;
                }
            }
            return true;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void AddNumber(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _hash.AppendData(bytes);
    }
}
