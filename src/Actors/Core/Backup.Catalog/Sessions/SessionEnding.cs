using Backup.Catalog.Sql;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Catalog.Sessions;

/// <summary>Takes a session's end into the catalog.</summary>
internal static class SessionEnding
{
    public static EndAnswer End(SqlUnit unit, SessionEnd end, Origin origin)
    {
        SessionData? session = SqlSessions.Load(unit, end.Session);
        if (session is null && origin == Origin.Live) throw unit.Refused("the session is not open");
        session ??= SqlSessions.Await(unit, end.Session);
        if (session.Job is { } job && job != end.Job.Value) throw unit.Refused($"the session is that of job {job}, not {end.Job}");
        JobState verdict = SessionVerdict.Of(end);
        object values = Values(session.Id, end, verdict);
        if (session.Verdict is not null)
        {
            return unit.One<long>(SessionSql.SameEnd, values) == 1 ? Answer(unit, session, verdict)
                : throw unit.Refused("the session has ended already, and otherwise than this");
        }
        unit.Execute(SessionSql.End, values);
        foreach (SessionNeed need in end.Seal.Needs)
        {
            byte[] needed = SqlId.Bytes(need.Session);
            unit.Execute(SessionSql.AddNeed, new { id = session.Id, needed, files = need.Files, bytes = need.Bytes, nodes = need.Nodes });
        }
        if (origin == Origin.Scan && SqlSessions.Load(unit, end.Session) is { Job: not null } ended) EndJob(unit, ended);
        return Answer(unit, session, verdict);
    }

    /// <summary>A job found on volumes ends as its session's facts say; one that its director has ended keeps that end.</summary>
    public static void EndJob(SqlUnit unit, SessionData session)
    {
        unit.Execute(JobSql.EndFound, new
        {
            id = session.Job,
            found = SessionVerdict.Of(null).Letter().ToString(),
            state = session.Verdict,
            ended = session.Ended,
        });
    }

    private static EndAnswer Answer(SqlUnit unit, SessionData session, JobState verdict) =>
        new(verdict, session.Catalogued, unit.One<long>(NodeSql.CountHeld, new { session = session.Id }));

    private static object Values(long id, SessionEnd end, JobState verdict)
    {
        SessionSeal seal = end.Seal;
        SessionTotals totals = seal.Totals;
        return new
        {
            id,
            verdict = verdict.Letter().ToString(),
            failure = seal.Failure,
            ended = SqlTime.Of(end.Ended),
            sealedData = seal.Position.Data,
            sealedIndex = seal.Position.Index,
            storedData = end.StoredPosition.Data,
            storedIndex = end.StoredPosition.Index,
            dataRecordsStored = end.DataRecordsStored,
            bytesStored = end.BytesStored,
            root = SqlId.Bytes(seal.Root),
            scanStarted = SqlTime.Of(seal.ScanStarted),
            scanEnded = SqlTime.Of(seal.ScanEnded),
            entries = totals.Entries,
            filesSaved = totals.FilesSaved,
            bytesRead = totals.BytesRead,
            bytesSent = totals.BytesSent,
            dataRecords = totals.DataRecords,
            nodes = totals.Nodes,
            unsaved = totals.Unsaved,
            warnings = totals.Warnings,
        };
    }
}
