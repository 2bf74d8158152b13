using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Catalog.Jobs;

/// <summary>The jobs that are, were and will be.</summary>
public interface IJobCatalog
{
    /// <summary>Makes the job (state Queued) under the next free id; ids are never used twice.</summary>
    JobId Create(NewJob job);

    /// <summary>From now on new jobs get ids above this one: what is known of it elsewhere (a journal) is never taken for a new job.</summary>
    void KeepIdsAbove(JobId used);

    /// <summary>Changes the named fields of a job that has not ended; a job that has ended is refused.</summary>
    void Update(JobId job, JobChange change);

    /// <summary>Writes down how a job ended. The same end again changes nothing; another end is refused.</summary>
    void End(JobId job, JobEnding ending);

    JobRow? Find(JobId job);

    /// <summary>Jobs newest first.</summary>
    IReadOnlyList<JobRow> List(JobFilter filter);

    /// <summary>
    /// The tree a run compares against: same job, client, FileSet; ended OK or OK with warnings; whole in the catalog; joins references;
    /// and a Full at the beginning of its chain. Differential: the last Full; Incremental: the last of any level.
    /// </summary>
    ReferenceChoice FindReference(ReferenceQuestion question);

    /// <summary>The newest restorable backup of a client whose scan had begun by then; of one FileSet, or of any.</summary>
    JobRow? FindRestorePoint(string client, string? fileSet, Instant asOf);
}
