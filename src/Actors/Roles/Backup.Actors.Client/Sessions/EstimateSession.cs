using Backup.Filesets.Compare;
using Backup.Filesets.Select;
using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// What a backup would save now: entries of the tree, and the files and bytes that are new or may have changed against the reference.
/// Failure is
/// one line where the FileSet cannot be carried out.
/// </summary>
public sealed record EstimateOutcome(long Entries, long Files, long Bytes, long FilesToSave, long BytesToSave,
    long Unsaved, string? Failure);

/// <summary>
/// The walk and the compare of a backup without reading or sending anything. Runs on the caller's thread; one run an object.
/// </summary>
public sealed class EstimateSession(IFileTree files, INodeCache cache)
{
    /// <summary>
    /// Each path that would be saved, with the bytes of it, goes to <paramref name="listing"/>, if there is one. Reference nodes are
    /// taken from the cache alone: what is not there counts as changed.
    /// </summary>
    public EstimateOutcome Run(ScanOrder order, Action<byte[], long>? listing, CancellationToken cancellation)
    {
        var counting = new Counting(listing);
        var scan = new TreeScan(files, order, new ReferenceNodes(cache, cache.HolderOf), counting);
        string? failure = null;
        try
        {
            scan.Run(cancellation);
        }
        catch (Exception e) when (e is FileSetException or FormatException)
        {
            failure = e.Message;
        }
        catch (OperationCanceledException)
        {
            failure = "canceled";
        }
        IReadOnlyList<SessionNeed> needs = scan.Needs.ToList();
        return new EstimateOutcome(scan.Counts.Entries, needs.Sum(n => n.Files), needs.Sum(n => n.Bytes),
            counting.Files, counting.Bytes, scan.Counts.Unsaved, failure);
    }

    private sealed class Counting(Action<byte[], long>? listing) : IScanSink
    {
        private static readonly SessionId Nowhere = new(Guid.AllBitsSet);

        public long Files { get; private set; }
        public long Bytes { get; private set; }

        public void Seen(ReadOnlySpan<byte> path)
        {
        }

        public ContentAnswer Read(in FileContent content)
        {
            Files++;
            Bytes += content.Status.Size;
            listing?.Invoke(content.Path.ToArray(), content.Status.Size);
            return new ContentAnswer(Digest.None, new ContentReference(Nowhere, Files));
        }

        public ContentReference Entry(ReadOnlySpan<byte> path, TreeEntry entry)
        {
            Files++;
            listing?.Invoke(path.ToArray(), 0);
            return new ContentReference(Nowhere, Files);
        }

        public void AttributesOnly(ReadOnlySpan<byte> path, TreeEntry entry, bool isFurtherName)
        {
            Files++;
            listing?.Invoke(path.ToArray(), 0);
        }

        public void Directory(ReadOnlySpan<byte> path, TreeEntry entry)
        {
        }

        public void Node(NodeId id, byte[] encoding)
        {
        }

        public void Unsaved(UnsavedFile file)
        {
        }
    }
}
