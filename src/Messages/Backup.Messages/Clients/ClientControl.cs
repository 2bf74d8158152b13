using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Messages.Clients;

/// <summary>
/// Director → client: count what a backup would save. Answered by <see cref="EstimateEnded"/> under the same request, with Listing after
/// pages of <see cref="EstimateListed"/>.
/// </summary>
public sealed record EstimateOrder(
    Guid Request,
    JobLevel Level,
    FileSet FileSet,
    NodeId ReferenceRoot,
    Instant ReferenceScanStarted,
    ChannelOffer? Tree,
    bool Listing = false);

/// <summary>One file that would be saved.</summary>
public sealed record EstimatedFile(byte[] Path, long Size);

/// <summary>
/// Client → director: the next files of a listing. The client waits for <see cref="EstimateMore"/> before the page after it, so that a
/// slow reader holds the walk back and nothing piles up.
/// </summary>
public sealed record EstimateListed(Guid Request, IReadOnlyList<EstimatedFile> Files)
{
    /// <summary>A page is sent when its paths come to this.</summary>
    public const int PageBytes = 64 * 1024;
}

/// <summary>Director → client: the page was read, send the next one.</summary>
public sealed record EstimateMore(Guid Request);

/// <summary>Client → director: what the walk found, and what of it is new or changed against the reference.</summary>
public sealed record EstimateEnded(Guid Request, long Entries, long Files, long Bytes, long ChangedFiles,
    long ChangedBytes, string? Failure);

/// <summary>Director → client: end this job's work where it stands.</summary>
public sealed record CancelOrder(JobId Job, string Reason);

/// <summary>Client → director: the order is being carried out. Sent again for an order that was already taken.</summary>
public sealed record OrderTaken(JobId Job);

/// <summary>Client → director: the order is refused, and why, in one line.</summary>
public sealed record OrderRefused(JobId Job, string Reason);

/// <summary>
/// Director → client: the end of this job is known; the client may forget it. Until then the client repeats it at each contact.
/// </summary>
public sealed record EndTaken(JobId Job);

/// <summary>
/// Director → client, after a restart of the director: do you work on this job? Answered by <see cref="OrderTaken"/>, by the job's end
/// if it has ended, or by <see cref="OrderRefused"/>. Since version 2 of the protocol. Tree is where the job finds its tree's nodes
/// from now on, null where it needs none; a client that does not know the field ends a job whose tree channel was open.
/// </summary>
public sealed record JobAsked(JobId Job, ChannelOffer? Tree = null);
