using Akka.Actor;
using Backup.Messages.Jobs;

namespace Backup.Actors.Director.Turns;

/// <summary>A run could not be made; carries whom to tell.</summary>
internal sealed class RunException(string message, IActorRef asker, JobSpecification job) : Exception(message)
{
    public IActorRef Asker { get; } = asker;
    public JobSpecification Job { get; } = job;
}
