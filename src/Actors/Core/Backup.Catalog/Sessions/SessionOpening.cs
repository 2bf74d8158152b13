using Backup.Catalog.Clients;
using Backup.Catalog.Sql;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Catalog.Sessions;

/// <summary>Takes a session's label into the catalog, with the job, client and FileSet it names.</summary>
internal static class SessionOpening
{
    private sealed class JobState
    {
        public string Name { get; set; } = "";
        public string State { get; set; } = "";
        public byte[]? Session { get; set; }
    }

    public static bool Open(SqlUnit unit, SessionLabel label, Origin origin)
    {
        SqlCatalog.Belong(unit, label.Installation);
        if (label.Job.Value <= 0) throw unit.Refused($"{label.Job} is no job id");
        SessionData? session = SqlSessions.Load(unit, label.Session);
        if (session?.Job is { } known)
            return known == label.Job.Value ? false : throw unit.Refused($"the session is known as that of job {known}, not {label.Job}");
        unit.Concern(label.Job.Value, label.JobName);
        PlaceJob(unit, label, origin);
        if (session is null) unit.One<long>(SessionSql.Create, new { guid = SqlId.Bytes(label.Session), job = (long?)label.Job.Value });
        else unit.Execute(SessionSql.GiveJob, new { id = session.Id, job = label.Job.Value });
        if (origin == Origin.Scan && SqlSessions.Load(unit, label.Session) is { Verdict: not null } ended)
            SessionEnding.EndJob(unit, ended);
        return true;
    }

    private static void PlaceJob(SqlUnit unit, SessionLabel label, Origin origin)
    {
        JobState? job = unit.One<JobState>(JobSql.State, new { id = label.Job.Value });
        if (job is null && origin == Origin.Live) throw unit.Refused("no such job; create it first");
        if (job is not null && job.Name != label.JobName)
            throw unit.Refused($"the session is of job {label.JobName}, but {label.Job} is {job.Name}");
        if (job?.Session is not null)
            throw unit.Refused(
                $"the job has session {Convert.ToHexStringLower(job.Session)} already; import the volume into an empty catalog");
        SqlClients.AddFileSet(unit, new FileSetRow(label.FileSet, label.FileSetHash, label.FileSetText, label.Started));
        long client = SqlClients.Ensure(unit, label.Client);
        SqlClients.Contact(unit, label.Client, label.Platform, label.Started);
        unit.Execute(job is null ? JobSql.Import : JobSql.TakeLabel, new
        {
            id = label.Job.Value,
            name = label.JobName,
            type = label.Type.Letter().ToString(),
            levelAsked = label.LevelAsked.Letter().ToString(),
            level = label.Level.Letter().ToString(),
            client,
            fileset = SqlClients.FileSetId(unit, label.FileSet, label.FileSetHash),
            state = SessionVerdict.Of(null).Letter().ToString(),
            scheduled = SqlTime.Of(label.Scheduled),
            started = SqlTime.Of(label.Started),
            reference = label.ReferenceJob?.Value,
            joins = label.JoinsReferences ? 1 : 0,
            user = label.User,
        });
        if (job is null) unit.Execute(unit.Dialect.KeepJobIdsAbove, new { used = label.Job.Value });
    }
}
