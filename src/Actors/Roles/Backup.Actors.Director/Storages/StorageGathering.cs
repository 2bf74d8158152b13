using Akka.Actor;
using Backup.Messages.Storages;

namespace Backup.Actors.Director;

/// <summary>API → director: the status of every storage that is online. Answered by a list of <see cref="StorageStatus"/>.</summary>
public sealed record StoragesWanted;

/// <summary>Asks every storage for its status, answers with those that came in time, and stops.</summary>
internal sealed class StorageGathering : ReceiveActor
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1.5);

    private readonly List<StorageStatus> _statuses = [];

    public StorageGathering(IReadOnlyList<IActorRef> storages, IActorRef asker)
    {
        Receive<StorageStatus>(status =>
        {
            _statuses.Add(status);
            if (_statuses.Count == storages.Count) Answer(asker);
        });
        Receive<ReceiveTimeout>(_ => Answer(asker));
        Context.SetReceiveTimeout(storages.Count == 0 ? TimeSpan.FromMilliseconds(1) : Deadline);
        foreach (IActorRef storage in storages) storage.Tell(new StorageStatusWanted());
    }

    public static Props Props(IReadOnlyList<IActorRef> storages, IActorRef asker) =>
        Akka.Actor.Props.Create(() => new StorageGathering(storages, asker));

    private void Answer(IActorRef asker)
    {
        IReadOnlyList<StorageStatus> sorted = [.. _statuses.OrderBy(s => s.Name, StringComparer.Ordinal)];
        asker.Tell(sorted);
        Context.Stop(Self);
    }
}
