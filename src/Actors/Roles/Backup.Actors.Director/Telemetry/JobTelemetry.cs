using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;

namespace Backup.Actors.Director.Telemetry;

/// <summary>
/// Hears the news of all jobs and makes figures and log lines of them. The figures are read by the monitoring's thread, so they are kept in
/// instruments and not in the actor.
/// </summary>
internal sealed class JobTelemetry : ReceiveActor
{
    private static readonly Meter Meter = new("Backup.Director");
    private static readonly UpDownCounter<long> Jobs = Meter.CreateUpDownCounter<long>(
        "backup.jobs", "{job}", "Jobs that have not ended, by state.");
    private static readonly Counter<long> Ended = Meter.CreateCounter<long>(
        "backup.jobs.ended", "{job}", "Jobs that have ended, by job and state.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "backup.job.duration", "s", "From a job's first news to its end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600] });

    private readonly Dictionary<JobId, (JobState State, long Since)> _open = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeProvider _clock;

    public JobTelemetry(TimeProvider clock)
    {
        _clock = clock;
        Receive<JobSaid>(said => _log.Info("job {JobId}: {Text}", said.Job.Value, said.Text));
        Receive<JobMoved>(Move);
        Receive<JobFinished>(Finish);
        Receive<JobAdvanced>(_ => { }); // the client's and the storage's own figures say how far they are
    }

    public static Props Props(TimeProvider clock) => Akka.Actor.Props.Create(() => new JobTelemetry(clock));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(JobNews));

    /// <summary>What is not known any more is not shown any more.</summary>
    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        foreach ((JobState state, _) in _open.Values) Jobs.Add(-1, Of(state));
    }

    private void Move(JobMoved moved)
    {
        if (moved.State is JobState.Ok or JobState.OkWithWarnings or JobState.Incomplete or JobState.Failed or JobState.Canceled) return;
        long since = _clock.GetTimestamp();
        if (_open.TryGetValue(moved.Job, out (JobState State, long Since) before))
        {
            if (before.State == moved.State) return;
            Jobs.Add(-1, Of(before.State));
            since = before.Since;
        }
        Jobs.Add(1, Of(moved.State));
        _open[moved.Job] = (moved.State, since);
        _log.Info("job {JobId} ({JobName}) is {State}: {Reason}", moved.Job.Value, moved.Name, moved.State, moved.Reason);
    }

    private void Finish(JobFinished finished)
    {
        Ended.Add(1, new("job", finished.Name), new("state", finished.State.ToString()));
        if (_open.Remove(finished.Job, out (JobState State, long Since) before))
        {
            Jobs.Add(-1, Of(before.State));
            Duration.Record(_clock.GetElapsedTime(before.Since).TotalSeconds, new KeyValuePair<string, object?>("job", finished.Name));
        }
        _log.Info("job {JobId} ({JobName}) ended {State}: {Reason}", finished.Job.Value, finished.Name, finished.State, finished.Reason);
    }

    private static KeyValuePair<string, object?> Of(JobState state) => new("state", state.ToString());
}
