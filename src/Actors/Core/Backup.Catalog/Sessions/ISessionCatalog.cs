using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Catalog.Sessions;

/// <summary>Sessions, their commit points and ends: what lies where.</summary>
public interface ISessionCatalog
{
    /// <summary>Writes down that a session begins; again with the same label changes nothing, a contradiction is refused.</summary>
    void Open(SessionLabel label, Origin origin = Origin.Live);

    /// <summary>
    /// One commit point in one transaction. A live one that was applied already changes nothing; one after a gap is refused.
    /// </summary>
    CommitAnswer Commit(SessionCommit commit, Origin origin = Origin.Live);

    /// <summary>Writes down a session's end with its needs and totals. Idempotent. The job's own end is the director's to write.</summary>
    EndAnswer End(SessionEnd end, Origin origin = Origin.Live);

    SessionRow? Find(SessionId session);

    SessionRow? FindOfJob(JobId job);

    /// <summary>
    /// Which sessions the tree of a job needs, by its seal, each with its volumes in order. Empty for a job without a sealed session.
    /// </summary>
    IReadOnlyList<NeededSession> NeededBy(JobId job);

    /// <summary>
    /// From where on its volumes (in the order of <see cref="SessionRow.Volumes"/>) the session's content is found, in the order it was
    /// written: at most <paramref name="limit"/> places and one more a volume, evenly chosen. Null where some of it is not known, as of
    /// commit points from before the catalog had this.
    /// </summary>
    IReadOnlyList<SegmentPlace>? Segments(SessionId session, int limit);

    /// <summary>What a job could not save, in the order of the notes, from <paramref name="skip"/> on.</summary>
    IReadOnlyList<UnsavedFile> Unsaved(JobId job, int limit, int skip = 0);

    /// <summary>How many notes of unsaved files a job has.</summary>
    long UnsavedCount(JobId job);
}
