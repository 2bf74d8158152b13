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
            case ScheduleBegun begun: log.Info("job {0}: its times count from {1}", begun.JobName, begun.At); break;
            case ScheduleEnded ended: log.Info("job {0} has no times any more", ended.JobName); break;
            case RunDue due: log.Info("job {0} is due: {1}", due.JobName, due.Due); break;
            case RunTaken taken: log.Info("job {0}, due {1}, is job {2}", taken.JobName, taken.Due, taken.Run); break;
            case RetryPlanned retry:
                log.Info("job {0} is run again at {1}: try {2} after job {3}", retry.JobName, retry.Due, retry.Number, retry.Failed); break;
            case RetryGivenUp given: log.Warning("job {0} is not run again after job {1}: no try is left", given.JobName, given.Failed); break;
            case RunsMissed missed:
                log.Warning("job {0} missed {1} of its times, up to {2}: longer ago than its catch-up; run it by hand if it is needed",
                    missed.JobName, missed.Count, missed.Until);
                break;
            case RunDropped dropped: log.Warning("job {0}, due {1}, is not run: {2}", dropped.JobName, dropped.Due, dropped.Reason); break;
            default: throw new System.Diagnostics.UnreachableException($"{happened.GetType().Name} is no event of the scheduler");
        }
    }
}
