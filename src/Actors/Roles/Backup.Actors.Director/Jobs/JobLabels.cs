using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Jobs;

/// <summary>What stands about a job on media and in its row.</summary>
internal static class JobLabels
{
    /// <summary>Version of the volume format this software writes.</summary>
    private const int FormatVersion = 0;

    private static readonly ClientPlatform Unheard = new("unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown");

    /// <summary>
    /// The start of the job's session. Started is when the session began to be opened, for the first time where that was tried more than
    /// once, as its row says: the job's own start comes later.
    /// </summary>
    public static SessionLabel Of(JobStatus status, DirectorParts parts, ICatalog catalog)
    {
        JobSpecification job = status.Specification!;
        FileSet fileSet = job.EffectiveFileSet!;
        return new SessionLabel(
            status.Session, parts.Installation, status.Job, job.JobName, job.Type, status.LevelRun, job.Level, job.Client,
            catalog.Clients.Find(job.Client)?.Platform ?? Unheard, fileSet.Name, FileSetText.Of(fileSet),
            FileSetText.HashOf(fileSet), job.Pool,
            job.Storage, job.Scheduled, catalog.Jobs.Find(status.Job)?.Started ?? status.PhaseSince, status.Reference?.Job,
            status.Reference?.Root ?? NodeId.Empty, job.JoinsReferences,
            job.User, parts.SoftwareVersion, FormatVersion);
    }

    /// <summary>
    /// How a job ended, for its row: of a backup whose session has an end on media, the facts of that end, so that a rebuilt catalog says
    /// the same.
    /// </summary>
    public static JobEnding EndingOf(JobStatus status, ICatalog catalog)
    {
        Instant ended = status.EndedAt ?? throw new InvalidOperationException("the job has not ended");
        if (status.IsRestore)
            return new JobEnding(status.State, status.EndReason, ended, status.Restored?.Files ?? 0, status.Restored?.BytesWritten ?? 0);
        SessionRow? session = catalog.Sessions.Find(status.Session);
        return new JobEnding(
            status.State, status.EndReason, session?.Ended ?? ended, session?.Totals?.FilesSaved ?? 0, session?.Totals?.BytesRead ?? 0);
    }
}
