using Backup.Catalog.Clients;
using Backup.Catalog.Sql;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Catalog.Jobs;

/// <summary>Jobs in SQL.</summary>
internal sealed class SqlJobs(SqlAccess access) : IJobCatalog
{
    /// <summary>Earlier runs that are looked at for a reference; a chain that is longer begins anew with a Full.</summary>
    private const int CandidatesMax = 2000;

    private sealed class StateData
    {
        public string Name { get; set; } = "";
        public string State { get; set; } = "";
        public byte[]? Session { get; set; }
    }

    public JobId Create(NewJob job) => access.Write(new CatalogWork("create", null, job.Name), unit =>
    {
        long? fileset = null;
        if (job is { FileSet: { } name, FileSetHash: { } hash })
            fileset = SqlClients.FileSetId(unit, name, hash)
                ?? throw unit.Refused($"this version of FileSet {name} is not recorded; record it first");
        return new JobId(unit.One<long>(JobSql.Create, new
        {
            name = job.Name,
            type = job.Type.Letter().ToString(),
            level = job.LevelAsked.Letter().ToString(),
            client = SqlClients.Ensure(unit, job.Client),
            fileset,
            state = JobState.Queued.Letter().ToString(),
            scheduled = SqlTime.Of(job.Scheduled),
            joins = job.JoinsReferences ? 1 : 0,
            user = job.User,
        }));
    });

    public void KeepIdsAbove(JobId used) => access.Write(new CatalogWork("keep ids above", used), unit =>
        unit.Execute(unit.Dialect.KeepJobIdsAbove, new { used = used.Value }));

    public void Update(JobId job, JobChange change) => access.Write(new CatalogWork("update", job), unit =>
    {
        JobState present = Present(unit, job);
        if (present.HasEnded()) throw unit.Refused($"it has ended {present.Words()} already");
        if (change.State is { } state && state.HasEnded()) throw unit.Refused($"{state.Words()} is an end; end the job");
        return unit.Execute(JobSql.Update, new
        {
            id = job.Value,
            state = change.State?.Letter().ToString(),
            reason = change.Reason,
            level = change.Level?.Letter().ToString(),
            started = SqlTime.Of(change.Started),
            reference = change.ReferenceJob?.Value,
        });
    });

    public void End(JobId job, JobEnding ending) => access.Write(new CatalogWork("end", job), unit =>
    {
        if (!ending.State.HasEnded()) throw unit.Refused($"{ending.State} is no end");
        JobState present = Present(unit, job);
        if (present == ending.State) return 0;
        if (present.HasEnded()) throw unit.Refused($"it has ended {present.Words()}, so it cannot end {ending.State.Words()}");
        return unit.Execute(JobSql.End, new
        {
            id = job.Value,
            state = ending.State.Letter().ToString(),
            reason = ending.Reason,
            ended = SqlTime.Of(ending.Ended),
            files = ending.Files,
            bytes = ending.Bytes,
        });
    });

    public JobRow? Find(JobId job) => access.Read(new CatalogWork("find", job), unit =>
        WithMedia(unit, unit.Rows<JobData>(JobSql.Find, new { id = job.Value })).SingleOrDefault());

    public IReadOnlyList<JobRow> List(JobFilter filter) => access.Read(new CatalogWork("list jobs"), unit =>
        WithMedia(unit, unit.Rows<JobData>(JobSql.List, new
        {
            id = filter.Id?.Value,
            name = filter.Name,
            client = filter.Client,
            fileset = filter.FileSet,
            type = filter.Type?.Letter().ToString(),
            level = filter.Level?.Letter().ToString(),
            state = filter.State?.Letter().ToString(),
            from = SqlTime.Of(filter.ScheduledFrom),
            until = SqlTime.Of(filter.ScheduledUntil),
            volume = filter.Volume,
            limit = Math.Clamp(filter.Limit, 0, JobFilter.LimitMax),
        })));

    public ReferenceChoice FindReference(ReferenceQuestion question) =>
        access.Read(new CatalogWork("find the reference", null, question.JobName), unit => ReferenceRule.Choose(question,
            [.. unit.Rows<JobData>(JobSql.Candidates, new { name = question.JobName, client = question.Client, limit = CandidatesMax })
                .Select(data => data.Candidate())]));

    public JobRow? FindRestorePoint(string client, string? fileSet, Instant asOf) =>
        access.Read(new CatalogWork($"find the restore point of client {client}"), unit =>
            WithMedia(unit, unit.Rows<JobData>(JobSql.RestorePoint,
                new { client, fileset = fileSet, asOf = SqlTime.Of(asOf) })).SingleOrDefault());

    private static JobState Present(SqlUnit unit, JobId job)
    {
        StateData data = unit.One<StateData>(JobSql.State, new { id = job.Value })
            ?? throw unit.Refused("no such job; 'list jobs' shows those there are");
        unit.Concern(job.Value, data.Name);
        return JobCodes.StateOf(data.State[0]);
    }

    private static IReadOnlyList<JobRow> WithMedia(SqlUnit unit, IReadOnlyList<JobData> jobs)
    {
        if (jobs.Count == 0) return [];
        ILookup<long, JobMediaData> media = unit.Rows<JobMediaData>(
                JobSql.MediaOf(unit.Dialect.AmongJobs), new { jobs = jobs.Select(job => job.Id).ToArray() })
            .ToLookup(row => row.Job);
        return [.. jobs.Select(job => job.Row(
            [.. media[job.Id].Select(row => row.Pool).Distinct()],
            [.. media[job.Id].Select(row => row.Volume)]))];
    }
}
