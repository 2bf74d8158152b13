using Backup.Catalog.Sql;
using Backup.Catalog.Trees;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Catalog.Sessions;

/// <summary>Sessions in SQL.</summary>
internal sealed class SqlSessions(SqlAccess access, NodeBodies bodies) : ISessionCatalog
{
    public void Open(SessionLabel label, Origin origin = Origin.Live) =>
        access.Write(new CatalogWork($"open session {label.Session}", label.Job, label.JobName), unit =>
            SessionOpening.Open(unit, label, origin));

    public CommitAnswer Commit(SessionCommit commit, Origin origin = Origin.Live) =>
        access.Write(new CatalogWork($"commit session {commit.Session}"), unit => SessionCommitting.Commit(unit, bodies, commit, origin));

    public EndAnswer End(SessionEnd end, Origin origin = Origin.Live) =>
        access.Write(new CatalogWork($"end session {end.Session}", end.Job), unit => SessionEnding.End(unit, end, origin));

    public SessionRow? Find(SessionId session) => access.Read(new CatalogWork($"find session {session}"), unit =>
        Row(unit, Load(unit, session)));

    public SessionRow? FindOfJob(JobId job) => access.Read(new CatalogWork("find the session", job), unit =>
        Row(unit, unit.One<SessionData>(SessionSql.FindOfJob, new { job = job.Value })));

    public IReadOnlyList<NeededSession> NeededBy(JobId job) => access.Read(new CatalogWork("list the sessions needed", job), unit =>
        (IReadOnlyList<NeededSession>)[.. unit.Rows<NeedData>(SessionSql.Needs, new { job = job.Value }).Select(data => new NeededSession(
            data.Need, data.Holder is not null, data.Whole != 0, data.Job is { } of ? new JobId(of) : null,
            data.Holder is { } holder ? Volumes(unit, holder) : []))]);

    public IReadOnlyList<SegmentPlace>? Segments(SessionId session, int limit) =>
        access.Read(new CatalogWork($"find the index of session {session}"), unit => Load(unit, session) is { } data
            ? SessionSegments.Read(unit, data.Id, Volumes(unit, data.Id), limit) : null);

    public IReadOnlyList<UnsavedFile> Unsaved(JobId job, int limit, int skip = 0) =>
        access.Read(new CatalogWork("list unsaved files", job), unit =>
        (IReadOnlyList<UnsavedFile>)[.. unit.Rows<UnsavedData>(SessionSql.Unsaved, new { job = job.Value, limit, skip })
            .Select(data => new UnsavedFile(data.Path, (UnsavedReason)data.Reason, data.Detail))]);

    public long UnsavedCount(JobId job) => access.Read(new CatalogWork("count unsaved files", job), unit =>
        unit.One<long>(SessionSql.UnsavedCount, new { job = job.Value }));

    internal static SessionData? Load(SqlUnit unit, SessionId session)
    {
        SessionData? data = unit.One<SessionData>(SessionSql.Find, new { guid = SqlId.Bytes(session) });
        if (data?.Job is { } job) unit.Concern(job, data.JobName);
        return data;
    }

    /// <summary>A session without a label: the label lies on a volume that was not read yet.</summary>
    internal static SessionData Await(SqlUnit unit, SessionId session)
    {
        unit.One<long>(SessionSql.Create, new { guid = SqlId.Bytes(session), job = (long?)null });
        return Load(unit, session)!;
    }

    private static SessionRow? Row(SqlUnit unit, SessionData? data)
    {
        if (data is null) return null;
        IReadOnlyList<SessionVolumeData> volumes = unit.Rows<SessionVolumeData>(SessionSql.Volumes, new { id = data.Id });
        SessionVolumeData? last = volumes.Count > 0 ? volumes[^1] : null;
        return new SessionRow(
            data.Session, data.Job is { } job ? new JobId(job) : null, last?.Pool ?? "", last?.Storage ?? "", data.Catalogued,
            unit.One<string>(SessionSql.LastPath, new { id = data.Id, data = data.CataloguedData, index = data.CataloguedIndex }),
            data.Root is null ? NodeId.Empty : NodeId.Read(data.Root), data.Totals,
            data.Verdict is null ? null : JobCodes.StateOf(data.Verdict[0]), SqlTime.From(data.Ended),
                [.. volumes.Select(row => row.Volume)]);
    }

    private static IReadOnlyList<SessionVolume> Volumes(SqlUnit unit, long session) =>
        [.. unit.Rows<SessionVolumeData>(SessionSql.Volumes, new { id = session }).Select(row => row.Volume)];
}
