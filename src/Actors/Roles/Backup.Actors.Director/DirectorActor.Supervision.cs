using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Jobs;
using Backup.Messages.Ids;

namespace Backup.Actors.Director;

/// <summary>What becomes of a part of the director that throws.</summary>
public sealed partial class DirectorActor
{
    /// <summary>A part of the director was made anew, without what they held.</summary>
    private sealed record PartMadeAnew;

    /// <summary>
    /// A job that throws stops: its actor is made again from its journal, where a message comes or after a pause. All others are made anew
    /// at once; clients dial again, and every job that runs says again what it wants of them.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        bool isJob = Sender.Path.Name.StartsWith(JobActor.PersistencePrefix, StringComparison.Ordinal);
        _log.Error(e, "actor {Actor} of the director {What}", Sender.Path.Name, isJob ? "stopped" : "is made anew");
        if (isJob) return Directive.Stop;
        Self.Tell(new PartMadeAnew());
        return Directive.Restart;
    });

    private void GoOnWithAll()
    {
        foreach (JobId job in _turns.Running) GoOn(job);
    }
}
