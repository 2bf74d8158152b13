using Backup.Catalog;
using Backup.Catalog.Clients;
using Backup.Catalog.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Jobs;

/// <summary>The row of a run in the catalog, from which it has its number.</summary>
internal static class RunRows
{
    /// <summary>The end of a run that has a row and no journal: nothing of it ever ran.</summary>
    public const string NeverQueued = "the director was stopped before the job was queued; run it again";

    public static JobId Create(ICatalog catalog, JobSpecification job, Instant now)
    {
        FileSet? fileSet = job.EffectiveFileSet;
        if (fileSet is not null)
            catalog.Clients.RecordFileSet(new FileSetRow(fileSet.Name, FileSetText.HashOf(fileSet), FileSetText.Of(fileSet), now));
        return catalog.Jobs.Create(new NewJob(
            job.JobName, job.Type, job.Level, job.Client, fileSet?.Name, fileSet is null ? null : FileSetText.HashOf(fileSet),
            job.Scheduled, job.JoinsReferences, job.User));
    }

    /// <summary>
    /// The run that exists under the key of a specification: a schedule's times are whole seconds, a user's are not, so name, time and user
    /// tell it. One that was never queued does not count.
    /// </summary>
    public static JobRow? Find(ICatalog catalog, JobSpecification job) =>
        catalog.Jobs.List(new JobFilter(Name: job.JobName, Type: job.Type, ScheduledFrom: job.Scheduled, ScheduledUntil: job.Scheduled))
            .FirstOrDefault(row => row.User == job.User && !(row.State == JobState.Failed && row.Reason == NeverQueued));
}
