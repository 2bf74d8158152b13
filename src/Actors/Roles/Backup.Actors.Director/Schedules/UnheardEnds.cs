using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Schedules;

/// <summary>Runs of a job that ended badly since a moment, by the catalog.</summary>
internal static class UnheardEnds
{
    /// <summary>The newest so many runs are looked at.</summary>
    private const int RunsMax = 16;

    public static IEnumerable<JobId> Of(ICatalog catalog, string jobName, Instant since) =>
        catalog.Jobs.List(new JobFilter(Name: jobName, Type: JobType.Backup, Limit: RunsMax))
            .Where(row => row.State is JobState.Failed or JobState.Incomplete && row.Ended > since)
            .Select(row => row.Id);
}
