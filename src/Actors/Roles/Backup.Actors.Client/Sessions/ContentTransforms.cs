using Backup.Transforms;
using Backup.Volumes.Records;

namespace Backup.Actors.Client.Sessions;

/// <summary>Reverses the transforms of a session's records. One thread.</summary>
internal sealed class ContentTransforms : IDisposable
{
    private readonly RecordDecompressor _decompressor = new();

    /// <summary>Fills all of <paramref name="raw"/>; false where the bytes are damaged or the transform is not known.</summary>
    public bool Reverse(DataTransform transform, ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        if (transform != DataTransform.Zstd) return false;
        try
        {
            _decompressor.Decompress(stored, raw);
            return true;
        }
        catch (TransformException)
        {
            return false;
        }
    }

    public void Dispose() => _decompressor.Dispose();
}
