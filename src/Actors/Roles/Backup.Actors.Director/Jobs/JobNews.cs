using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Jobs;

/// <summary>Something a follower of a job wants to hear; published on the system's event stream, inside this process only.</summary>
public abstract record JobNews(JobId Job)
{
    /// <summary>The Messages resource that this run names in place of its job's; null where it names none.</summary>
    public string? Messages { get; init; }
}

/// <summary>A line of the job's log.</summary>
public sealed record JobSaid(JobId Job, Instant At, string Text) : JobNews(Job);

/// <summary>The job's state or phase changed.</summary>
public sealed record JobMoved(JobId Job, string Name, JobState State, string Reason) : JobNews(Job);

/// <summary>How far a running job is.</summary>
public sealed record JobAdvanced(JobId Job, string Phase, long Files, long Bytes, double Seconds, string Path) : JobNews(Job);

/// <summary>The job has ended, its row and its end are in the catalog.</summary>
public sealed record JobFinished(JobId Job, string Name, JobState State, string Reason) : JobNews(Job);
