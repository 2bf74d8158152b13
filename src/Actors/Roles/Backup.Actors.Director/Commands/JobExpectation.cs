using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;

namespace Backup.Actors.Director.Commands;

/// <summary>How much a run is likely to be: what the last like run was. Unknown is null, and nothing is shown of it.</summary>
internal sealed record JobExpectation(long? Files, long? Bytes)
{
    private static readonly JobExpectation Unknown = new(null, null);

    /// <summary>Asked for once the run moves: then its level is settled.</summary>
    public static JobExpectation Of(JobId job, ICatalog catalog)
    {
        if (catalog.Jobs.Find(job) is not { Type: JobType.Backup } row) return Unknown;
        JobRow? last = catalog.Jobs.List(new JobFilter(
                Name: row.Name, Client: row.Client, FileSet: row.FileSet, Type: row.Type, Level: row.Level, Limit: 10))
            .FirstOrDefault(other => other.Id != job && other.State is JobState.Ok or JobState.OkWithWarnings);
        return last is null ? Unknown : new JobExpectation(last.Files, last.Bytes);
    }
}
