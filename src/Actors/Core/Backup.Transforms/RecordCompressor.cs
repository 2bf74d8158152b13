using ZstdNet;

namespace Backup.Transforms;

/// <summary>Stored bytes that do not transform back. One line; the record is damaged or was made by something else.</summary>
public sealed class TransformException(string message, Exception? inner = null) : FormatException(message, inner);

/// <summary>Makes each record one Zstandard frame (RFC 8878), with one context for the whole session. One thread.</summary>
public sealed class RecordCompressor : IDisposable
{
    /// <summary>The levels that a FileSet may name.</summary>
    public const int LevelMin = 1, LevelMax = 19;

    private readonly CompressionOptions _options;
    private readonly Compressor _compressor;
    private byte[] _result = [];

    public RecordCompressor(int level)
    {
        if (level is < LevelMin or > LevelMax)
            throw new ArgumentOutOfRangeException(nameof(level), level, $"a compression level is {LevelMin} to {LevelMax}");
        _options = new CompressionOptions(level);
        _compressor = new Compressor(_options);
    }

    /// <summary>False where the bytes do not shrink: they are better kept as they are. The result lives until the next call.</summary>
    public bool TryCompress(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> compressed)
    {
        int bound = Compressor.GetCompressBound(raw.Length);
        if (_result.Length < bound) _result = new byte[bound];
        int length = _compressor.Wrap(raw, _result.AsSpan());
        compressed = _result.AsSpan(0, length);
        return length < raw.Length;
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _options.Dispose();
    }
}

/// <summary>Takes a compressed record back to its bytes, never more than were announced. One thread.</summary>
public sealed class RecordDecompressor : IDisposable
{
    private readonly Decompressor _decompressor = new();

    /// <summary>
    /// Fills <paramref name="raw"/>, whose length is the announced one, wholly; throws <see cref="TransformException"/> where that is
    /// not what comes out.
    /// </summary>
    public void Decompress(ReadOnlySpan<byte> compressed, Span<byte> raw)
    {
        int length;
        try
        {
            length = _decompressor.Unwrap(compressed, raw, bufferSizePrecheck: false);
        }
        catch (Exception e) when (e is ZstdException or InsufficientMemoryException or ArgumentException)
        {
            throw new TransformException($"a compressed record of {compressed.Length} bytes cannot be read: {e.Message}", e);
        }
        if (length != raw.Length)
            throw new TransformException($"a compressed record gives {length} bytes where {raw.Length} were announced");
    }

    public void Dispose() => _decompressor.Dispose();
}
