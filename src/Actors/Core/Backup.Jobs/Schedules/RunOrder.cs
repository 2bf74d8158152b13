using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;

namespace Backup.Jobs.Schedules;

/// <summary>What a run that is owed is to do by the configuration in force, or why it cannot be; never both.</summary>
public sealed record RunOrder(JobSpecification? Specification, string WhyNot)
{
    /// <summary>Stands where a run that a user began has the user's name.</summary>
    public const string User = "schedule";

    /// <summary>A retry does what the failed run was to do; a scheduled run what job and line say now.</summary>
    public static RunOrder Of(OwedRun owed, BackupConfiguration configuration)
    {
        if (!configuration.Jobs.TryGetValue(owed.JobName, out JobResource? job)) return No($"there is no job {owed.JobName} any more");
        if (owed.Specification is { } failed)
            return new RunOrder(
                failed with { Scheduled = owed.Due, Trigger = JobTrigger.Retry, RetryOf = owed.RetryOf, Retry = owed.Retry }, "");
        if (job.Type != JobType.Backup) return No($"job {job.Name} is no backup any more");
        string pool = owed.Overrides.Pool ?? job.Pool!, storage = owed.Overrides.Storage ?? job.Storage;
        if (!configuration.Pools.ContainsKey(pool)) return No($"there is no pool {pool} any more");
        if (!configuration.Storages.ContainsKey(storage)) return No($"there is no storage {storage} any more");
        if (owed.Overrides.Messages is { } messages && !configuration.Messages.ContainsKey(messages))
            return No($"there are no Messages {messages} any more");
        FileSet fileSet = configuration.FileSets[job.FileSet!].Definition;
        return new RunOrder(
            new JobSpecification(
                job.Name, job.Type, owed.Overrides.Level ?? job.Level, job.Client, storage, pool, fileSet, [], User,
                job.JoinsReferences, owed.Due, Priority: owed.Overrides.Priority ?? job.Priority, Duplicates: job.Duplicates,
                Trigger: JobTrigger.Automatic, Messages: owed.Overrides.Messages),
            "");
    }

    private static RunOrder No(string reason) => new(null, reason);
}
