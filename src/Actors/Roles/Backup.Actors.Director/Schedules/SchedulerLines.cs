using Akka.Event;
using Backup.Messages.Schedules;

namespace Backup.Actors.Director.Schedules;

/// <summary>What the scheduler decided, a line each in the node's log.</summary>
internal static class SchedulerLines
{
    public static void Say(ILoggingAdapter log, ISchedulerEvent happened)
    {
        switch (happened)
        {
            case ScheduleBegun it: log.Info("job {JobName}: its times count from {Begun}", it.JobName, it.At); break;
            case ScheduleEnded it: log.Info("job {JobName} has no times any more", it.JobName); break;
            case RunDue it: log.Info("job {JobName} is due: {Due}", it.JobName, it.Due); break;
            case RunTaken it: log.Info("job {JobName}, due {Due}, is job {JobId}", it.JobName, it.Due, it.Run); break;
            case RetryPlanned it:
                log.Info("job {JobName} is run again at {Due}: try {Try} after job {JobId}", it.JobName, it.Due, it.Number, it.Failed);
                break;
            case RetryGivenUp it:
                log.Warning("job {JobName} is not run again after job {JobId}: no try is left", it.JobName, it.Failed);
                break;
            case RunsMissed it:
                log.Warning(
                    "job {JobName} missed {Count} of its times, up to {Until}: longer ago than its catch-up; if needed, run it by hand",
                    it.JobName, it.Count, it.Until);
                break;
            case RunDropped it:
                log.Warning("job {JobName}, due {Due}, is not run: {Reason}", it.JobName, it.Due, it.Reason);
                break;
            default: throw new System.Diagnostics.UnreachableException($"{happened.GetType().Name} is no event of the scheduler");
        }
    }
}
