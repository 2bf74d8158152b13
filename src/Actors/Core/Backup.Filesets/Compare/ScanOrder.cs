using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

/// <summary>
/// What a scan compares with: a tree (empty for a Full) with the start of the scan that made it, or a time (level Since), or nothing.
/// </summary>
public sealed record ScanOrder(FileSet FileSet, SessionId Session, NodeId Reference, Instant ReferenceScanStarted, Instant? Since);

/// <summary>Where the nodes of the reference tree are, and which session on media holds each; null where that is not sure.</summary>
public sealed record ReferenceNodes(INodeSource Source, Func<NodeId, SessionId?> HolderOf);

/// <summary>
/// What a scan has met so far. Entries are those of the tree; Retried are files tried a second time, SavedOnRetry those of them that
/// were saved.
/// </summary>
public sealed class ScanCounts
{
    public long Entries { get; internal set; }
    public long FilesSaved { get; internal set; }
    public long NodesHeld { get; internal set; }
    public long Unsaved { get; internal set; }
    public long Warnings { get; internal set; }
    public long Retried { get; internal set; }
    public long SavedOnRetry { get; internal set; }
}
