using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Values;

namespace Backup.Jobs.Jobs;

/// <summary>
/// One decision in the making: each event is applied as it is decided, so that what follows sees it. Lives for one call of
/// <see cref="JobDecisions.Decide"/>; the other parts hold the life of a backup, of a restore, and the ends.
/// </summary>
internal sealed partial class JobStep(JobStatus before, Instant now, JobDeadlines deadlines)
{
    private readonly List<IJobEvent> _events = [];
    private readonly List<IJobEffect> _effects = [];
    private JobStatus _status = before;

    private JobId Job => _status.Job;
    private JobSpecification Specification => _status.Specification!;

    public static Decision Refuse(string reason) => new([], [], new JobRefused(reason));

    public static Decision Unchanged(string reason) => new([], [], new JobUnchanged(reason));

    public Decision AfterTheEnd(IJobCommand command)
    {
        string text = $"job {Job} has ended: {_status.State.Words()}";
        return command is CancelJob ? Refuse(text) : Unchanged(text);
    }

    public Decision Queue(QueueJob queue)
    {
        if (WhyNot(queue.Specification) is { } reason) return Refuse(reason);
        Happened(new JobQueued(queue.Job, queue.Session, queue.Specification, now));
        return Accepted();
    }

    public Decision Hold(string reason)
    {
        if (_status.Phase != JobPhase.WaitingForTurn) return TooLate();
        if (_status.Reason == reason) return Unchanged("it waits for that already");
        Happened(new WaitBegan(reason, now));
        return Accepted();
    }

    public Decision Begin()
    {
        if (_status.Phase != JobPhase.WaitingForTurn) return Unchanged("it has begun already");
        return BeginBefore() ? Accepted() : GoToWork();
    }

    private Decision GoToWork()
    {
        if (_status.IsRestore) Plan();
        else if (Specification.Level is JobLevel.Incremental or JobLevel.Differential) AskReference();
        else
        {
            Happened(new ReferenceChosen(Specification.Level, null, null, now));
            AskVolume();
        }
        return Accepted();
    }

    private static string? WhyNot(JobSpecification wanted) => wanted switch
    {
        { Type: JobType.Restore, Restore: null } => $"job {wanted.JobName}: a restore needs to know what to restore",
        { Type: JobType.Restore } => null,
        { Type: not JobType.Backup } => $"job {wanted.JobName}: jobs of type {wanted.Type} cannot be run",
        { EffectiveFileSet: null } => $"job {wanted.JobName}: a backup needs a FileSet",
        { EffectiveFileSet.Roots.Count: 0 } => $"job {wanted.JobName}: FileSet {wanted.FileSet!.Name} has no paths; give root=DIR",
        { Level: JobLevel.Full or JobLevel.Incremental or JobLevel.Differential } => null,
        { Level: JobLevel.Since, Since: null } => $"job {wanted.JobName}: level Since needs a time; give since=TIME",
        { Level: JobLevel.Since } => null,
        _ => $"job {wanted.JobName}: a backup of level {wanted.Level} cannot be run; levels: Full, Differential, Incremental, Since",
    };

    private void Happened(IJobEvent happened)
    {
        _events.Add(happened);
        _status = JobHistory.Apply(_status, happened);
    }

    private void Order(IJobEffect effect) => _effects.Add(effect);

    private void Enter(JobPhase phase, string reason) => Happened(new PhaseChanged(phase, reason, now));

    private void Deadline(JobTimer timer) => Order(new StartTimer(timer, deadlines.Of(timer)));

    private Decision Accepted() => new(_events, _effects, JobAccepted.Instance);

    private Decision TooLate() => Unchanged($"job {Job} is past that: {_status.Phase}");
}
