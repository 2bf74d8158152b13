using Akka.Actor;
using Backup.Actors.Director.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>API → progress: how far are the jobs that move? Answered by <see cref="ProgressOverview"/>.</summary>
internal sealed record ProgressWanted;

/// <summary>The running jobs that have said how far they are.</summary>
internal sealed record ProgressOverview(IReadOnlyDictionary<JobId, JobFar> Jobs);

/// <summary>How far a job is: rates are bytes a second, of the last seconds and since its start.</summary>
internal sealed record JobFar(long Files, long Bytes, double Now, double Average);

/// <summary>Remembers of each running job what it said last, for whoever asks for its status.</summary>
internal sealed class JobProgress : ReceiveActor
{
    /// <summary>Jobs remembered; far more than run at once.</summary>
    private const int JobsMax = 4096;

    private readonly Dictionary<JobId, (JobFar Far, RateMeter Rate)> _jobs = [];

    public JobProgress(TimeProvider clock)
    {
        Receive<JobAdvanced>(advanced =>
        {
            RateMeter rate = _jobs.TryGetValue(advanced.Job, out (JobFar, RateMeter Rate) known) ? known.Rate : new RateMeter();
            rate.Tell(Instant.Now(clock), advanced.Bytes);
            if (_jobs.Count < JobsMax || _jobs.ContainsKey(advanced.Job)) _jobs[advanced.Job] = (Far(advanced, rate.PerSecond), rate);
        });
        Receive<JobFinished>(finished => _jobs.Remove(finished.Job));
        Receive<JobNews>(_ => { });
        Receive<ProgressWanted>(_ => Sender.Tell(new ProgressOverview(_jobs.ToDictionary(job => job.Key, job => job.Value.Far))));
    }

    public static Props Props(TimeProvider clock) => Akka.Actor.Props.Create(() => new JobProgress(clock));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(JobNews));

    private static JobFar Far(JobAdvanced advanced, double now) =>
        new(advanced.Files, advanced.Bytes, now, advanced.Seconds > 0 ? advanced.Bytes / advanced.Seconds : 0);
}
