using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>Takes content as it comes, a file after the other, in the order it was wanted.</summary>
public interface IContentSink
{
    /// <summary>Bytes of a file at an offset, transforms reversed. What no call covers is a hole.</summary>
    void Data(in ContentPiece piece);

    /// <summary>No more comes of this file; its size and digest as they were stored.</summary>
    void End(Backup.Volumes.Trees.ContentReference file, long size, Digest digest);

    /// <summary>The content cannot be had, or not all of it. File index 0: something of the session, of which files is not known.</summary>
    void Fault(Backup.Volumes.Trees.ContentReference file, string reason);
}

/// <summary>Content of a file at an offset. The memory is lent for the length of the call.</summary>
public readonly ref struct ContentPiece(Backup.Volumes.Trees.ContentReference file, long offset, ReadOnlySpan<byte> bytes)
{
    public Backup.Volumes.Trees.ContentReference File { get; } = file;
    public long Offset { get; } = offset;
    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}

/// <summary>Where content comes from: a channel to a storage node, or volumes at hand.</summary>
public interface IContentSource
{
    /// <summary>
    /// Fetches what is wanted, in order, and tells the sink; comes back when all was told. <paramref name="wants"/> is read as it is
    /// needed. Throws <see cref="ContentException"/> where nothing more can come.
    /// </summary>
    void Fetch(IEnumerable<Want> wants, IContentSink sink, CancellationToken cancellation);
}

/// <summary>The source of content broke off. One line for the operator.</summary>
public sealed class ContentException(string message, Exception? inner = null) : IOException(message, inner);
