using System.Security.Cryptography;
using Backup.Messages.Values;
using Backup.Volumes.Records;

namespace Backup.VolumeTool.Volumes;

/// <summary>One session's file while its records go by: digest, extents, the first thing that is wrong.</summary>
internal sealed class FileCheck : IDisposable
{
    /// <summary>Extents of one file that are remembered, 16 bytes each.</summary>
    public const int ExtentsMax = 1 << 20;

    private static readonly byte[] Zeros = new byte[64 << 10];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(long Offset, long Length)> _extents = [];
    private long _index;
    private long _position;
    private long _hashed;

    public bool IsOpen { get; private set; }
    public string Path { get; private set; } = "";
    public string? Fault { get; private set; }

    public IReadOnlyList<(long Offset, long Length)> Extents() => [.. _extents];

    public void Begin(long index, string path)
    {
        Close();
        (IsOpen, _index, Path) = (true, index, path);
    }

    /// <summary>
    /// Data of a file, in rising order of offsets. Data of a file whose attributes were lost is passed over: that loss is named already.
    /// </summary>
    public void Add(long index, long offset, ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen || index != _index) return;
        if (offset < _position) Fail($"its data at byte {offset} comes out of order");
        if (Fault is not null) return;
        bool joins = _extents.Count > 0 && _position == offset;
        if (joins) _extents[^1] = (_extents[^1].Offset, _extents[^1].Length + bytes.Length);
        else if (_extents.Count < ExtentsMax) _extents.Add((offset, bytes.Length));
        else Fail($"it has more than {ExtentsMax} extents: restore it to check it");
        // Behind the first hole the digest is over extents, and is computed in the second reading.
        if (offset == _hashed)
        {
            _hash.AppendData(bytes);
            _hashed += bytes.Length;
        }
        _position = offset + bytes.Length;
    }

    public void Fail(string fault) => Fault ??= fault;

    /// <summary>What is wrong with a file that has ended, or null.</summary>
    public string? Verdict(in TrailerRecord trailer)
    {
        if (Fault is not null || trailer.Digest.Algorithm == DigestAlgorithm.None) return Fault;
        if (_position > trailer.Size) return $"it has data up to byte {_position}, and a size of {trailer.Size}";
        if (_hashed != _position) return "data are missing";
        for (long left = trailer.Size - _hashed; left > 0; left -= Zeros.Length)
            _hash.AppendData(Zeros.AsSpan(0, (int)Math.Min(left, Zeros.Length)));
        Span<byte> value = stackalloc byte[Hash256.Size];
        _hash.GetHashAndReset(value);
        return Hash256.Read(value) == trailer.Digest.Value ? null : "its content is not what was saved (the digest differs)";
    }

    public void Close()
    {
        (IsOpen, Fault, _position, _hashed) = (false, null, 0, 0);
        _extents.Clear();
        Span<byte> unused = stackalloc byte[Hash256.Size];
        _hash.GetHashAndReset(unused);
    }

    public void Dispose() => _hash.Dispose();
}
