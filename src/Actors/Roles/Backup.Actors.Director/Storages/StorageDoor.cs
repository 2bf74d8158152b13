using Akka.Actor;
using Akka.Event;
using Backup.Cluster.Membership;
using Backup.Configuration.Resources;
using Backup.Messages.Storages;

namespace Backup.Actors.Director;

/// <summary>
/// Lets only storages be heard that the configuration in force has, from the node it gives them to. Another one is told why, and the log
/// says it once a minute; nothing else changes. One director's; not thread safe.
/// </summary>
internal sealed class StorageDoor(DirectorParts parts, ActorSystem system, ILoggingAdapter log)
{
    private const int StrangersMax = 64;
    private static readonly TimeSpan SameLineEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether this is none of the director's storages, or on a node that has not shown yet that it is the one it says: it announces itself
    /// again.
    /// </summary>
    public bool IsStranger(StorageOnline online, IActorRef sender) =>
        MemberNames.IsProven(system, sender) != true || ReasonAgainst(online.Name, sender) is not null;

    public void Refuse(StorageOnline online, IActorRef sender)
    {
        if (ReasonAgainst(online.Name, sender) is not { } reason) return;
        sender.Tell(new StorageUnknown(online.Name, reason));
        if (_said.TryGetValue(reason, out long at) && parts.Clock.GetElapsedTime(at) < SameLineEvery) return;
        if (_said.Count >= StrangersMax) _said.Clear();
        _said[reason] = parts.Clock.GetTimestamp();
        log.Warning("{0}", reason);
    }

    private string? ReasonAgainst(string name, IActorRef sender)
    {
        string? node = MemberNames.NodeOf(system, sender);
        string where = node is null ? "" : $" of node '{node}'";
        if (!parts.Configuration.Storages.TryGetValue(name, out StorageResource? known))
            return $"storage '{name}'{where} is not in the director's configuration; add a Storage resource of that name, "
                + "or stop that node";
        return known.Node is null || node is null || known.Node == node
            ? null
            : $"storage '{name}' belongs to node '{known.Node}' in the director's configuration, not to '{node}'; mend one of the two";
    }
}
