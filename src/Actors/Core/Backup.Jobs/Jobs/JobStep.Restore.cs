using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;

namespace Backup.Jobs.Jobs;

/// <summary>The life of a restore.</summary>
internal sealed partial class JobStep
{
    public Decision RestorePlanned(RestorePlanAnswered plan)
    {
        if (_status.Phase != JobPhase.Planning) return TooLate();
        if (plan.Missing.Count > 0 && !Specification.Restore!.Partial)
            return End($"not all of it is there: {plan.Missing[0]}"
                + (plan.Missing.Count > 1 ? $" (and {plan.Missing.Count - 1} more)" : "") + "; partial=yes restores the rest");
        Happened(new RestorePlanned(plan.Volumes, plan.Sessions, plan.Missing, now));
        Order(new LogLine(Job, plan.Volumes.Count == 0 ? "no volume is needed" : $"volumes needed: {string.Join(", ", plan.Volumes)}"));
        AskServe();
        return Accepted();
    }

    public Decision RestoreReported(RestoreEnded outcome)
    {
        if (!_status.IsRestore || outcome.Job != Job) return Unchanged("it is no such restore");
        if (_status.Phase is not (JobPhase.StartingClient or JobPhase.Restoring)) return TooLate();
        Happened(new RestoreClientEnded(outcome, now));
        string done = Specification.Restore!.DryRun ? "dry run, nothing written: would restore" : "restored";
        Order(new LogLine(Job, $"{done} {outcome.Entries} entries, {outcome.Files} files, {outcome.BytesWritten} bytes"));
        return End();
    }

    private void Plan()
    {
        Enter(JobPhase.Planning, "the volumes needed are to be found");
        OrderPlan();
    }

    private void OrderPlan()
    {
        Order(new PlanRestore(Job, Specification.Restore!));
        Deadline(JobTimer.RestorePlanned);
    }

    private void AskServe()
    {
        Enter(JobPhase.OpeningServe, $"storage {Specification.Storage} is to open the volumes");
        OrderServe();
    }

    private void OrderServe()
    {
        Order(new OpenServe(Job, Specification.Storage, _status.Plan!.Volumes, _status.Plan.Sessions));
        Deadline(JobTimer.SessionOpened);
    }
}
