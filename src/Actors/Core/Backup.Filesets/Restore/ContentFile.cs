using Backup.Filesets.Linux;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>
/// A regular file while its content comes, under a temporary name. <see cref="Complete"/> checks it against the tree and puts it in its
/// place; disposed without that it is removed. Holes are what was not written.
/// </summary>
public sealed class ContentFile : IDisposable
{
    private readonly TreeWriter _writer;
    private readonly byte[] _path;
    private readonly TreeEntry _entry;
    private readonly byte[] _temporary;
    private int _descriptor;
    private long _written;
    private long _end;
    private string? _fault;

    internal ContentFile(TreeWriter writer, byte[] path, TreeEntry entry, byte[] temporary, int descriptor)
    {
        (_writer, _path, _entry, _temporary, _descriptor) = (writer, path, entry, temporary, descriptor);
        writer.Digest.Begin(entry.Digest.Algorithm);
    }

    /// <summary>What the system gave it; null where that was not looked at.</summary>
    internal OwnerAndMode? Has { get; init; }

    /// <summary>Writes content at an offset, in rising order. The first failure is kept and told by <see cref="Complete"/>.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (_fault is not null) return;
        if (offset < 0 || offset > _entry.Size - bytes.Length)
        {
            _fault = $"content at byte {offset} lies beyond the file's size of {_entry.Size}";
            return;
        }
        _writer.Stages?.Switch(RestoreStage.Write);
        int error = WriteCalls.WriteAt(_descriptor, bytes, offset);
        if (error != 0)
        {
            _fault = $"it could not be written: {ErrorNumber.Words(error)}";
            return;
        }
        _written += bytes.Length;
        _end = Math.Max(_end, offset + bytes.Length);
        _writer.Stages?.Switch(RestoreStage.Hash);
        _writer.Digest.Add(offset, bytes);
    }

    /// <summary>The content is not what it should be: <see cref="Complete"/> will tell this.</summary>
    public void Fail(string reason) => _fault ??= reason;

    /// <summary>True where the file is whole and in its place; otherwise a problem was told and nothing is left of it.</summary>
    public bool Complete()
    {
        // A file whose last byte was written has its size already.
        int error = _fault is null && _end != _entry.Size ? WriteCalls.Truncate(_descriptor, _entry.Size) : 0;
        if (error != 0) _fault = $"its size could not be set: {ErrorNumber.Words(error)}";
        _writer.Stages?.Switch(RestoreStage.Hash);
        _fault ??= CheckDigest();
        _writer.Stages?.Switch(RestoreStage.Metadata);
        if (_fault is not null)
        {
            _writer.Problems.Add(_writer.ShownPath(_path), _fault);
            return false;
        }
        _writer.Attributes.Apply(_descriptor, _writer.ShownPath(_path), _entry, Has);
        Close();
        _writer.BytesWritten += _written;
        return _writer.PutInPlace(_path, _temporary);
    }

    public void Dispose()
    {
        if (_descriptor < 0) return;
        Close();
        _writer.Remove(_path, _temporary);
    }

    private string? CheckDigest()
    {
        if (_entry.Digest.Algorithm == DigestAlgorithm.None) return null;
        if (_writer.Digest.Complete(_descriptor, _entry.Size) is not { } digest)
            return "its digest cannot be checked: the content came out of order or in too many extents; the file was removed";
        if (digest != _entry.Digest) return "its content is not what was saved (the digest differs); the file was removed";
        _writer.Verified++;
        return null;
    }

    private void Close()
    {
        WriteCalls.Close(_descriptor);
        _descriptor = -1;
    }
}
