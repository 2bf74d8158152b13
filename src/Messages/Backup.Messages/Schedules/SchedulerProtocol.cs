namespace Backup.Messages.Schedules;

/// <summary>What the scheduler keeps in the journal. A manifest, once there, is never given to another type.</summary>
public static class SchedulerProtocol
{
    public static readonly IReadOnlyList<(string Manifest, Type Type)> Entries =
    [
        ("schedule-begun", typeof(ScheduleBegun)),
        ("schedule-ended", typeof(ScheduleEnded)),
        ("run-due", typeof(RunDue)),
        ("runs-missed", typeof(RunsMissed)),
        ("retry-planned", typeof(RetryPlanned)),
        ("retry-given-up", typeof(RetryGivenUp)),
        ("run-taken", typeof(RunTaken)),
        ("run-dropped", typeof(RunDropped)),
        ("scheduler-snapshot", typeof(SchedulerSnapshot)),
    ];
}
